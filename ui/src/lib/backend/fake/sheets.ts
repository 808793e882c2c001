import type { LibraryEntry, Preview } from "../types";

const PLACES = [
  ["Milano Centrale", "Bologna C.le"],
  ["Roma Termini", "Firenze SMN"],
  ["Torino P.N.", "Milano Centrale"],
  ["Napoli C.le", "Roma Termini"],
  ["Verona P.N.", "Venezia S.L."],
  ["Bologna C.le", "Ancona"],
  ["Genova P.P.", "La Spezia"],
  ["Padova", "Trieste C.le"],
  ["Bari C.le", "Lecce"],
] as const;

const REVENUE = [
  74, 88, 71, 62, 69, 70, 72, 76, 90, 73, 61, 68, 71, 70, 77, 91, 72, 60, 70, 69, 74, 78, 93, 74, 58, 67, 72,
  73, 80, 96, 79,
];

const HEADER = ["Ticket", "Sold", "From", "To", "Class", "Fare", "Tax", "Discount", "Price", "Channel"];

/** What the first rows of a made-up workbook look like. */
export function previewOf(entry: LibraryEntry): Preview {
  const period = entry.origin.kind === "this-computer" ? entry.origin.period : null;
  const first = period?.from ?? "2026-10-01";
  const rows = Array.from({ length: 100 }, (_, index) => {
    const [from, to] = PLACES[index % PLACES.length] as readonly [string, string];
    const fare = 4.9 + ((index * 37) % 900) / 10;
    const time = `${first} 00:${String(3 + (index % 57)).padStart(2, "0")}`;
    return [
      `TK-${7_741_203 + index * 3}`,
      time,
      from,
      to,
      index % 4 === 1 ? "1st" : "2nd",
      fare.toFixed(2),
      (fare / 10).toFixed(2),
      index % 5 === 0 ? "2.00" : "",
      (fare * 1.1 - (index % 5 === 0 ? 2 : 0)).toFixed(2),
      ["web", "app", "counter"][index % 3] as string,
    ];
  });
  const days = REVENUE.slice(0, period ? Math.min(31, Number(period.to.slice(8))) : 31);
  const total = days.reduce((sum, value) => sum + value * 1000, 0);
  return {
    sheets: [
      {
        name: "Tickets",
        rows: [HEADER, ...rows],
        dataRows: entry.rows,
        numeric: HEADER.map((name) => ["Fare", "Tax", "Discount", "Price"].includes(name)),
      },
      {
        name: "Summary",
        rows: [
          ["Currency", "Tickets", "Revenue"],
          ["EUR", String(entry.rows ?? 0), String(total)],
        ],
        dataRows: 12,
        numeric: [false, true, true],
      },
    ],
    chart: period
      ? {
          title: "Revenue per day",
          unit: "EUR",
          series: [{ name: "EUR", values: days.map((value) => value * 1000) }],
          labels: days.map((_, index) => `${first.slice(0, 8)}${String(index + 1).padStart(2, "0")}`),
          total: [total],
        }
      : null,
  };
}
