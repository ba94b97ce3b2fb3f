"""docs/settings.md."""

from __future__ import annotations

from generate.markdown import code, table

from longpole.core.settings import describe, load

HEAD = """# Settings

Generated from `longpole.core.settings`. Precedence: command-line argument, environment
variable, `longpole.toml`, default. `longpole config show` prints the values in force.

"""


def page() -> str:
    """Every setting with its default."""
    rows = [
        (code(row["setting"]), code(row["variable"]), code(row["value"]), row["meaning"])
        for row in describe(load(environ={}, file=None))
    ]
    return HEAD + table(("setting", "variable", "default", "meaning"), rows) + "\n"
