"""Reads a workbook with openpyxl and prints all of it as JSON: an independent witness for the tests.

    read_workbook.py FILE [--without-rows]

{"sheets": [{"name", "dimensions", "frozen", "filter", "widths": {"A": 12.5}, "charts": [{"kind", "title", "series"}],
             "rows": [[cell, …], …]}], "properties": {…}}
A cell is null when empty, else [kind, value, number format]; kind is text, number, date, boolean, error or formula,
a date's value is ISO 8601.
"""

import argparse
import datetime
import json
import sys

import openpyxl

KINDS = {"s": "text", "n": "number", "d": "date", "b": "boolean", "e": "error", "f": "formula"}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("file")
    options.add_argument("--without-rows", action="store_true")
    chosen = options.parse_args()
    workbook = openpyxl.load_workbook(chosen.file)
    properties = workbook.properties
    json.dump(
        {
            "sheets": [sheet(each, not chosen.without_rows) for each in workbook.worksheets],
            "properties": {
                "title": properties.title,
                "creator": properties.creator,
                "created": properties.created.isoformat() if properties.created else None,
            },
        },
        sys.stdout,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def sheet(worksheet, with_rows: bool) -> dict:
    read = {
        "name": worksheet.title,
        "dimensions": worksheet.dimensions,
        "frozen": worksheet.freeze_panes,
        "filter": worksheet.auto_filter.ref,
        "widths": widths(worksheet),
        "charts": [chart(each) for each in worksheet._charts],
    }
    if with_rows:
        read["rows"] = [[cell(each) for each in row] for row in worksheet.iter_rows()]
    return read


def widths(worksheet) -> dict:
    """A dimension may stand for several columns; each gets its own entry here."""
    found = {}
    for dimension in worksheet.column_dimensions.values():
        if dimension.width is None or not dimension.customWidth:
            continue
        first = dimension.min or openpyxl.utils.column_index_from_string(dimension.index)
        for number in range(first, (dimension.max or first) + 1):
            found[openpyxl.utils.get_column_letter(number)] = dimension.width
    return found


def chart(drawn) -> dict:
    return {
        "kind": type(drawn).__name__,
        "title": title(drawn.title),
        "series": [
            {
                "values": each.val.numRef.f if each.val is not None and each.val.numRef is not None else None,
                "categories": categories(each.cat),
            }
            for each in drawn.series
        ],
    }


def title(given) -> str | None:
    if given is None or given.tx is None or given.tx.rich is None:
        return None
    return "".join(run.t or "" for paragraph in given.tx.rich.p for run in (paragraph.r or []))


def categories(given) -> str | None:
    if given is None:
        return None
    reference = given.strRef or given.numRef
    return reference.f if reference is not None else None


def cell(given):
    value = given.value
    if value is None:
        return None
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds()
    elif isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        value = value.isoformat()
    return [KINDS.get(given.data_type, given.data_type), value, given.number_format]


main()
