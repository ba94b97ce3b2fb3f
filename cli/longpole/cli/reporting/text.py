"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from longpole.cli.path_table import bar
from longpole.cli.reporting.gather import Report
from longpole.cli.reporting.tables import Table, tables
from longpole.cli.tables import lines

BAR_WIDTH = 16
WIDTH = 100


def text_lines(report: Report) -> Iterator[str]:
    """Each table with its title, columns aligned, then warnings."""
    for table in tables(report):
        yield table.title.upper()
        if table.note:
            yield table.note
        if table.rows:
            yield from lines(*_with_bars(table))
            yield from _told(table)
        else:
            yield "nothing to show"
        yield ""
    for warning in report.warnings:
        yield f"warning: {warning}"


def _told(table: Table) -> Iterator[str]:
    for row, sentence in zip(table.rows, table.told, strict=False):
        yield from wrap(f"{row[0]}: {sentence}", WIDTH, initial_indent="- ", subsequent_indent="  ")


def _with_bars(table: Table) -> tuple[list[str], list[list[str]]]:
    if not table.shares:
        return list(table.columns), [list(row) for row in table.rows]
    pairs = zip(table.rows, table.shares, strict=True)
    return [*table.columns, ""], [[*row, bar(share, BAR_WIDTH)] for row, share in pairs]
