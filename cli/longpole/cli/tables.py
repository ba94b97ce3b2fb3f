"""Rows as aligned text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def lines(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line of titles, then one a row, columns aligned."""
    table = [titles, *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(titles))]
    for row in table:
        cells = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
