"""The SDK as users get it: a wheel of its own that works without the server, on Python 3.10."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SDK = ROOT / "sdk"
PROGRAM = """
import importlib.util, longpole.sdk as longpole
from longpole.sdk.testing import capture_spans
handle = longpole.init("alone", endpoint="http://127.0.0.1:9", timeout_s=0.2)
with capture_spans() as spans, longpole.agent("a"):
    pass
assert [span.name for span in spans.all] == ["invoke_agent a"], spans.all
assert importlib.util.find_spec("longpole.core") is None
handle.shutdown()
print("alone", dict(handle.instrumented))
"""


@pytest.mark.slow
def test_no_module_uses_syntax_or_library_newer_than_python_3_10() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--python-version", "3.10", "sdk/longpole"],
        cwd=ROOT, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by pip in isolation, which needs the package index for hatchling."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "wheel", "--no-deps", "-w", str(folder), str(SDK)],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    if done.returncode and "No matching distribution found" in done.stderr:
        pytest.skip("hatchling cannot be had: no package index is reachable")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("longpole_sdk-*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_the_sdk_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = {
        str(path.relative_to(SDK))
        for path in (SDK / "longpole").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert names == source
    assert "longpole/sdk/py.typed" in names
    assert "longpole/__init__.py" not in names


@pytest.mark.slow
def test_the_wheel_alone_imports_and_marks(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = subprocess.run(
        [str(python), "-m", "pip", "-q", "install", str(wheel)],
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    if install.returncode and "No matching distribution found" in install.stderr:
        pytest.skip("the SDK's dependencies cannot be had: no package index is reachable")
    assert install.returncode == 0, install.stderr
    done = subprocess.run(
        [str(python), "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "alone {}"
