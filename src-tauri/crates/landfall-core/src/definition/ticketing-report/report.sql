-- One row a ticket, sold in the period. $1 and $2 are the instants of the period: from, and up to but not including.
-- Enumerations are cast to text, so that the client need not look their types up.
SELECT t.id            AS ticket_id,
       b.reference     AS booking_ref,
       b.created_at    AS booked_at,
       b.channel::text AS channel,
       b.status::text  AS status,
       p.full_name     AS passenger,
       p.email,
       p.tier::text    AS tier,
       tr.train_no,
       r.name          AS route,
       so.name         AS origin,
       sd.name         AS destination,
       tr.departs_at,
       t.class::text   AS class,
       t.seat,
       t.fare,
       t.tax,
       t.discount,
       b.currency,
       pay.method::text AS paid_by
FROM tickets t
JOIN bookings b   ON b.id = t.booking_id
JOIN passengers p ON p.id = t.passenger_id
JOIN trips tr     ON tr.id = t.trip_id
JOIN routes r     ON r.id = tr.route_id
JOIN stations so  ON so.id = r.origin_id
JOIN stations sd  ON sd.id = r.destination_id
-- At most one payment of a booking is settled; failed tries must not multiply the tickets.
LEFT JOIN payments pay ON pay.booking_id = b.id AND pay.status IN ('captured', 'refunded')
WHERE t.created_at >= $1 AND t.created_at < $2
ORDER BY t.created_at, t.id
