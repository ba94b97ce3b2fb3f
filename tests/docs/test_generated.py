"""The documentation says what the code does: generated pages, links, pictures, commands."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import click
import pytest

from longpole.cli.main import cli

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"```.*?```", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
# Taken by `make shots` from the running demo; they are not there before its first run.
SHOTS = {
    f"docs/img/{name}-{theme}.png"
    for name in (
        "overview",
        "traces",
        "trace",
        "findings",
        "finding-latency",
        "finding-cost_drift",
        "settings",
    )
    for theme in ("light", "dark")
}


@pytest.fixture(scope="session")
def make_tables() -> Any:  # noqa: ANN401 - a script's module
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(DOCS)
    yield importlib.import_module("make_tables")
    patch.undo()


def generated() -> list[str]:
    return [
        page.name
        for page in PAGES
        if "<!-- made: " in page.read_text("utf-8")
        or "\nGenerated from " in page.read_text("utf-8")
    ]


@pytest.mark.parametrize("name", generated())
def test_generated_pages_are_what_the_code_makes(name: str, make_tables: Any) -> None:  # noqa: ANN401
    stored = (DOCS / name).read_text("utf-8")
    assert stored == make_tables.make(name), f"docs/{name} is not up to date; run `make docs`"


def test_every_generated_page_is_compared(make_tables: Any) -> None:  # noqa: ANN401
    assert set(generated()) == {*make_tables.PAGES, *make_tables.BLOCKS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not leads(page, link)]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_exist(page: Path) -> None:
    said = commands(page.read_text("utf-8"))
    assert {name for name in said if not is_command(name)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert make_targets(page.read_text("utf-8")) - targets == set()


def test_the_checks_see_what_is_wrong() -> None:
    assert commands("run `longpole fly --high`\n```sh\nlongpole config shout\n```\n") == {
        "fly",
        "config shout",
    }
    assert make_targets("`make it`\n```sh\nmake test  # all\n```\n we make no") == {"it", "test"}
    assert not is_command("fly") and not is_command("config shout") and is_command("config show")
    assert not leads(DOCS / "sdk.md", "nowhere.md") and not leads(DOCS / "sdk.md", "sdk.md#no-such")
    assert leads(DOCS / "sdk.md", "#marks") and leads(DOCS / "sdk.md", "https://example.com/x")


def leads(page: Path, link: str) -> bool:
    """Whether a link's file and heading exist; other hosts are not asked."""
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return target.is_relative_to(ROOT) and str(target.relative_to(ROOT)) in SHOTS
    return not anchor or anchor in anchors(target)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = HEADING.findall(FENCED.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(text: str) -> set[str]:
    """`longpole X Y` at the start of a code span or of a line of a code block: the words X, Y."""
    said = set()
    for code in CODE.findall(text):
        for line in code.strip("`").splitlines():
            found = re.match(r"(?:\S*/)?longpole((?: [a-z][a-z-]*)+)", line.strip())
            if found:
                said.add(found[1].strip())
    return said


def make_targets(text: str) -> set[str]:
    """`make X` at the start of a code span or of a line of a code block."""
    return {
        target
        for code in CODE.findall(text)
        for target in re.findall(r"^make ([a-z-]+)", code.strip("`"), re.MULTILINE)
    }


def is_command(words: str) -> bool:
    """Whether the words lead from the `longpole` command to a subcommand and what it takes."""
    command: click.Command = cli
    rest = words.split()
    while rest and isinstance(command, click.Group):
        found = command.commands.get(rest.pop(0))
        if found is None:
            return False
        command = found
    takes = sum(1 for each in command.params if isinstance(each, click.Argument))
    return len(rest) <= takes
