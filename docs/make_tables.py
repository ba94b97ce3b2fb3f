"""Writes what comes from code into the documentation. Run by `make docs`.

A page is made as a whole, or has blocks between `<!-- made: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from generate import (
    api,
    dialects,
    mapping,
    messages,
    privacy,
    settings,
    signals,
    thresholds,
    webhook,
    worked_path,
)

DOCS = Path(__file__).parent
PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings.page,
    "mapping.md": mapping.page,
    "api.md": api.page,
    "dialects.md": dialects.page,
}
BLOCKS: dict[str, dict[str, Callable[[], str]]] = {
    "critical-path.md": {"worked example": worked_path.tables},
    "ingest-signals.md": {
        "log keys": signals.log_keys,
        "producers": signals.producers,
        "metrics": signals.metrics,
    },
    "messages.md": {
        "places": messages.places,
        "said": messages.said,
        "vocabularies": messages.vocabularies,
    },
    "privacy.md": {
        "secret patterns": privacy.patterns,
        "secret keys": privacy.keys,
        "content keys": privacy.content,
    },
    "detection.md": {"thresholds": thresholds.tables, "webhook": webhook.example},
}
BLOCK = re.compile(r"<!-- made: ([a-z ]+) -->\n.*?<!-- end -->", re.DOTALL)


def make(name: str) -> str:
    """The text of a page as the code makes it now. Raises KeyError for a block nobody makes."""
    if name in PAGES:
        return PAGES[name]()
    makers = BLOCKS[name]
    return BLOCK.sub(
        lambda found: f"<!-- made: {found[1]} -->\n\n{makers[found[1]]()}\n\n<!-- end -->",
        (DOCS / name).read_text(encoding="utf-8"),
    )


def main() -> None:
    """Write every generated page and block."""
    for name in (*PAGES, *BLOCKS):
        (DOCS / name).write_text(make(name), encoding="utf-8")


if __name__ == "__main__":
    main()
