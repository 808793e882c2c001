"""Repeats the newest run of a ledger many times: many_runs.py LEDGER COUNT. No engine may hold the ledger."""

import sqlite3
import sys

HOUR_NS = 3_600_000_000_000

ledger, count = sys.argv[1], int(sys.argv[2])
database = sqlite3.connect(ledger)
database.row_factory = sqlite3.Row
run = dict(database.execute("SELECT * FROM runs ORDER BY number DESC LIMIT 1").fetchone())
columns = ", ".join(run)
places = ", ".join(f":{column}" for column in run)


def repeated(number: int) -> dict:
    earlier = dict(run, number=run["number"] + number, request=None)
    for column in ("requested_at", "ended_at"):
        earlier[column] = run[column] - number * HOUR_NS
    earlier["file"] = run["file"].replace(str(run["number"]), str(earlier["number"]))
    earlier["search"] = run["search"].replace(str(run["number"]), str(earlier["number"]))
    return earlier


with database:
    database.executemany(
        f"INSERT INTO runs ({columns}) VALUES ({places})", (repeated(number) for number in range(1, count))
    )
    database.execute("UPDATE sequences SET last = ? WHERE name = 'run'", (run["number"] + count,))
database.close()
