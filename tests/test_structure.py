"""The house: which package may import which, and no file that hides the namespace."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "core": {"core"},
    "ingest": {"ingest", "core"},
    "analytics": {"analytics", "core"},
    "ui": {"ui", "core", "analytics"},
    "cli": {"cli", "core", "ingest", "analytics", "ui"},
    "sdk": {"sdk"},
}


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        found |= {name.split(".")[1] for name in names if name.startswith("longpole.")}
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_follow_the_arrows(package: str) -> None:
    files = sorted((ROOT / package / "longpole" / package).rglob("*.py"))
    assert files, "the package has moved"
    wrong = {str(file.relative_to(ROOT)): imported(file) - ALLOWED[package] for file in files}
    assert {file: names for file, names in wrong.items() if names} == {}


def test_nothing_hides_the_namespace() -> None:
    assert list(ROOT.glob("*/longpole/__init__.py")) == []


def test_files_are_small() -> None:
    files = [
        file
        for package in ALLOWED
        for pattern in ("*.py", "*.js")
        for file in (ROOT / package / "longpole").rglob(pattern)
    ]
    lengths = sorted(len(file.read_text("utf-8").splitlines()) for file in files)
    assert lengths[-1] <= 500
    assert lengths[len(lengths) // 2] <= 120
