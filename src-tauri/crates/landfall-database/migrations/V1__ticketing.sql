-- The schema of traindb: stations, routes and trips; passengers; bookings with their tickets and payments.
-- This file is history: databases remember its checksum. Change the schema with a new file, never here.

CREATE TYPE booking_status AS ENUM ('confirmed', 'cancelled', 'refunded', 'no_show', 'pending');
CREATE TYPE sales_channel  AS ENUM ('web', 'mobile_app', 'kiosk', 'counter', 'agent', 'call_centre');
CREATE TYPE fare_class     AS ENUM ('economy', 'comfort', 'business', 'first');
CREATE TYPE loyalty_tier   AS ENUM ('bronze', 'silver', 'gold', 'platinum');
CREATE TYPE pay_method     AS ENUM ('card', 'wallet', 'bank_transfer', 'cash', 'voucher');
CREATE TYPE pay_status     AS ENUM ('captured', 'failed', 'refunded', 'authorised');

CREATE TABLE stations (
    id   int     PRIMARY KEY,
    code char(3) NOT NULL UNIQUE,
    name text    NOT NULL,
    city text    NOT NULL,
    tz   text    NOT NULL
);

CREATE TABLE routes (
    id             int           PRIMARY KEY,
    origin_id      int           NOT NULL REFERENCES stations,
    destination_id int           NOT NULL REFERENCES stations,
    name           text          NOT NULL,
    distance_km    numeric(7, 1) NOT NULL
);

CREATE TABLE trips (
    id         int         PRIMARY KEY,
    route_id   int         NOT NULL REFERENCES routes,
    train_no   text        NOT NULL,
    departs_at timestamptz NOT NULL,
    arrives_at timestamptz NOT NULL,
    delay_min  int
);

CREATE TABLE passengers (
    id          int         PRIMARY KEY,
    full_name   text        NOT NULL,
    email       text,
    phone       text,
    birth_date  date,
    nationality char(2)     NOT NULL,
    tier        loyalty_tier,
    created_at  timestamptz NOT NULL
);

CREATE TABLE bookings (
    id            bigint         PRIMARY KEY,
    reference     text           NOT NULL UNIQUE,
    channel       sales_channel  NOT NULL,
    status        booking_status NOT NULL,
    currency      char(3)        NOT NULL,
    total         numeric(12, 2) NOT NULL DEFAULT 0,
    contact_email text           NOT NULL,
    promo_code    text,
    notes         text,
    created_at    timestamptz    NOT NULL
);

CREATE TABLE tickets (
    id            bigint         PRIMARY KEY,
    booking_id    bigint         NOT NULL REFERENCES bookings,
    passenger_id  int            NOT NULL REFERENCES passengers,
    trip_id       int            NOT NULL REFERENCES trips,
    class         fare_class     NOT NULL,
    coach         int,
    seat          text,
    fare          numeric(10, 2) NOT NULL,
    tax           numeric(10, 2) NOT NULL,
    discount      numeric(10, 2),
    created_at    timestamptz    NOT NULL,
    checked_in_at timestamptz
);

CREATE TABLE payments (
    id           bigserial      PRIMARY KEY,
    booking_id   bigint         NOT NULL REFERENCES bookings,
    method       pay_method     NOT NULL,
    status       pay_status     NOT NULL,
    amount       numeric(12, 2) NOT NULL,
    provider_ref text,
    paid_at      timestamptz
);

CREATE INDEX bookings_created_at_idx    ON bookings (created_at);
CREATE INDEX tickets_booking_id_idx     ON tickets (booking_id);
-- A report reads a range of created_at in this very order.
CREATE INDEX tickets_created_at_id_idx  ON tickets (created_at, id);
CREATE INDEX tickets_trip_id_idx        ON tickets (trip_id);
CREATE INDEX tickets_passenger_id_idx   ON tickets (passenger_id);
-- Without it every deleted booking would read all payments to check the reference.
CREATE INDEX payments_booking_id_idx    ON payments (booking_id);
-- A booking is settled at most once, so joining its settled payment never multiplies tickets.
CREATE UNIQUE INDEX payments_settled    ON payments (booking_id) WHERE status IN ('captured', 'refunded');
