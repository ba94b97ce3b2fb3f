"""Markdown tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a pipe inside a cell is escaped, so that it does not end the cell."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(_line(cells) for cells in lines)


def code(text: str) -> str:
    """Text as code, or nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Several texts as code."""
    return ", ".join(map(code, texts))


def signs(*signs: tuple[str, Iterable[str]]) -> str:
    """What is said of which texts, without what is said of none."""
    return "; ".join(f"{what} {codes(texts)}" for what, texts in signs if texts)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
