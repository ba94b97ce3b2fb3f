"""A report as one HTML file: no script, nothing loaded from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from longpole.cli.reporting.gather import Report
from longpole.cli.reporting.tables import Table, tables

STYLE = """
:root { color-scheme: light dark; --ink: #1a1d21; --paper: #fff; --line: #d0d5dc; --bar: #2f6fdb;
  --quiet: #555d68; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14171b; --line: #39414c;
  --bar: #6ea1ff; --quiet: #a4adba; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 0 auto; max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 0.2rem; }
p { color: var(--quiet); margin: 0.2rem 0 0.6rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.7rem 0.3rem 0; min-width: 5.5rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td:last-child { min-width: 9rem; }
th { color: var(--quiet); font-weight: 600; }
meter { width: 8rem; accent-color: var(--bar); }
"""


def page(report: Report, title: str) -> str:
    """The whole document; `title` names what was read."""
    heading = escape(f"Longpole report: {title}")
    parts = [part for number, table in enumerate(tables(report)) for part in _table(table, number)]
    return "\n".join(
        (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
            f"<h1>{heading}</h1>",
            *parts,
            *_warnings(report.warnings),
            "</main>\n</body>\n</html>\n",
        )
    )


def _table(table: Table, number: int) -> Iterator[str]:
    yield f'<section aria-labelledby="t{number}">\n<h2 id="t{number}">{escape(table.title)}</h2>'
    if table.note:
        yield f"<p>{escape(table.note)}</p>"
    if not table.rows:
        yield "<p>Nothing to show.</p>\n</section>"
        return
    heads = [f'<th scope="col">{escape(name)}</th>' for name in table.columns]
    if table.shares:
        heads.append('<th scope="col">share of all paths</th>')
    if table.told:
        heads.append('<th scope="col">why, and what to do</th>')
    yield f'<div class="wide" tabindex="0" role="region" aria-labelledby="t{number}"><table>'
    yield f"<thead><tr>{''.join(heads)}</tr></thead>\n<tbody>"
    for at, row in enumerate(table.rows):
        cells = [f"<td>{escape(cell)}</td>" for cell in row]
        if table.shares:
            share = table.shares[at]
            cells.append(f'<td><meter min="0" max="1" value="{share:.4f}">{share:.1%}</meter></td>')
        if table.told:
            cells.append(f"<td>{escape(table.told[at])}</td>")
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>\n</section>"


def _warnings(warnings: list[str]) -> Iterator[str]:
    if warnings:
        yield '<section aria-labelledby="w">\n<h2 id="w">Warnings</h2>\n<ul>'
        yield from (f"<li>{escape(warning)}</li>" for warning in warnings)
        yield "</ul>\n</section>"
