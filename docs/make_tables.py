"""Writes the tables of the documentation that come from code. Run by `make docs`."""

from __future__ import annotations

from pathlib import Path

from longpole.core.settings import describe, load

DOCS = Path(__file__).parent


def settings_page() -> str:
    """Every setting as a Markdown table."""
    lines = [
        "# Settings",
        "",
        "Generated from `longpole.core.settings`. Precedence: command-line argument, environment",
        "variable, `longpole.toml`, default. `longpole config show` prints the values in force.",
        "",
        "| setting | variable | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for row in describe(load(environ={})):
        lines.append(
            f"| `{row['setting']}` | `{row['variable']}` | `{row['value']}` | {row['meaning']} |"
        )
    return "\n".join(lines) + "\n"


PAGES = {"settings.md": settings_page}


def main() -> None:
    """Write every generated page."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
