"""The Containerfile: known instructions, and sources enough to build the server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from longpole.cli.main import cli
from longpole.core.settings import load

ROOT = Path(__file__).parents[2]
INSTRUCTIONS = {
    "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK",
    "ENTRYPOINT", "CMD",
}  # fmt: skip


def instructions() -> list[tuple[str, str]]:
    """(instruction, rest) in order; comments gone, continued lines joined."""
    text = (ROOT / "deploy" / "Containerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    split = [line.split(None, 1) for line in joined.splitlines() if line.strip()]
    return [(name, rest) for name, rest in split]


def all_of(name: str) -> list[str]:
    return [rest for instruction, rest in instructions() if instruction == name]


def copied() -> list[str]:
    """What is copied from the repository, not from another stage."""
    lists = [rest.split() for rest in all_of("COPY") if not rest.startswith("--from")]
    return [source for parts in lists for source in parts[:-1]]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for rest in all_of("ENV") for pair in rest.split())


def test_instructions_are_known_and_start_from_a_pinned_python() -> None:
    names = [name for name, _ in instructions()]
    assert set(names) <= INSTRUCTIONS
    assert names[0] == "FROM"
    images = [rest.split()[0] for rest in all_of("FROM")]
    versions = [re.search(r"python:3\.(\d+)-slim$", image) for image in images]
    assert all(version and int(version[1]) >= 12 for version in versions)


def test_it_runs_as_a_user_of_its_own_on_a_volume() -> None:
    names = [name for name, _ in instructions()]
    assert all_of("USER") == ["longpole"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert all_of("VOLUME") == ["/data"]


def test_without_arguments_it_runs_everything() -> None:
    [entry], [command] = all_of("ENTRYPOINT"), all_of("CMD")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert json.loads(entry) == ["longpole"]
    assert "longpole" in project["scripts"]
    assert json.loads(command) == ["up"]
    assert "up" in cli.commands


def test_its_settings_exist_and_its_ports_are_the_defaults() -> None:
    ours = {name: value for name, value in environment().items() if name.startswith("LONGPOLE_")}
    loaded = load(environ=ours)
    assert len(loaded.sources) == len(ours)
    settings = loaded.settings
    assert settings.store.url == "chdb:///data"
    exposed = {int(port) for port in all_of("EXPOSE")[0].split()}
    assert exposed == {settings.ingest.grpc_port, settings.ingest.http_port, settings.ui.port}
    assert f":{settings.ui.port}/healthz" in all_of("HEALTHCHECK")[0]


def test_it_decides_nothing_about_open_access() -> None:
    settings = load(environ=environment()).settings
    assert (settings.ingest.allow_open, settings.ui.allow_open) == (False, False)
    assert settings.ingest.api_key is None


@pytest.mark.slow
def test_what_it_copies_is_enough_to_build_the_server(tmp_path: Path) -> None:
    for source in copied():
        path = ROOT / source
        if path.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(path, tmp_path / "src" / source, ignore=ignored)
        else:
            (tmp_path / "src").mkdir(exist_ok=True)
            shutil.copy(path, tmp_path / "src" / source)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "-q", "wheel", "--no-deps", "-w", str(tmp_path), "./src"],
        cwd=tmp_path, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    if done.returncode and "No matching distribution found" in done.stderr:
        pytest.skip("hatchling cannot be had: no package index is reachable")
    assert done.returncode == 0, done.stderr
    names = set(zipfile.ZipFile(next(tmp_path.glob("longpole-*.whl"))).namelist())
    assert "longpole/core/migrations/0001_otel_traces.sql" in names
    for package in ("core", "ingest", "analytics", "ui", "cli"):
        assert f"longpole/{package}/py.typed" in names
