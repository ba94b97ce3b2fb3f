"""Choosing and starting instrumentations, with packages made up on the spot."""

from __future__ import annotations

import logging
import sys
import types
from importlib.metadata import EntryPoint

import pytest
from opentelemetry.sdk.trace import TracerProvider

from longpole.sdk import _instrument
from longpole.sdk._instrument import GROUP, find_installed, instrument_installed

OFFICIAL = "opentelemetry.instrumentation.genai.openai"
INFERENCE = "openinference.instrumentation.openai"


class DependencyConflictError(Exception):
    """Named as the one of opentelemetry-instrumentation."""


class Recording:
    """Behaves as a BaseInstrumentor: one instance a class."""

    is_instrumented_by_opentelemetry = False
    problem: Exception | None = None
    started: list[dict[str, object]]

    def instrument(self, **options: object) -> None:
        if self.problem:
            raise self.problem
        type(self).started.append(options)
        type(self).is_instrumented_by_opentelemetry = True


def install(monkeypatch: pytest.MonkeyPatch, *modules: str) -> dict[str, type[Recording]]:
    """Pretend that packages with these modules are installed."""
    classes, entries = {}, []
    for path in modules:
        module = types.ModuleType(path)
        classes[path] = type("Instrumentor", (Recording,), {"started": []})
        module.Instrumentor = classes[path]  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, path, module)
        entries.append(EntryPoint("openai", f"{path}:Instrumentor", GROUP))
    monkeypatch.setattr(_instrument, "entry_points", lambda group: entries)
    return classes


def test_of_two_for_one_library_only_the_preferred_one_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    classes = install(monkeypatch, INFERENCE, OFFICIAL)
    provider = TracerProvider()
    assert instrument_installed(provider) == {"openai": OFFICIAL}
    assert [options["tracer_provider"] for options in classes[OFFICIAL].started] == [provider]
    assert classes[INFERENCE].started == []


def test_one_that_the_program_started_itself_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = install(monkeypatch, INFERENCE, OFFICIAL)
    classes[INFERENCE].is_instrumented_by_opentelemetry = True
    assert instrument_installed(TracerProvider()) == {"openai": INFERENCE}
    assert classes[OFFICIAL].started == []
    assert classes[INFERENCE].started == []


def test_one_that_raises_is_warned_of_and_the_next_is_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    classes = install(monkeypatch, OFFICIAL, INFERENCE)
    classes[OFFICIAL].problem = RuntimeError("broken release")
    with caplog.at_level(logging.WARNING, "longpole.sdk"):
        assert instrument_installed(TracerProvider()) == {"openai": INFERENCE}
    assert "broken release" in caplog.text


def test_an_absent_library_is_no_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    classes = install(monkeypatch, OFFICIAL)
    classes[OFFICIAL].problem = DependencyConflictError("openai is not installed")
    with caplog.at_level(logging.INFO, "longpole.sdk"):
        assert instrument_installed(TracerProvider()) == {}
    assert caplog.records == []


def test_only_the_libraries_asked_for_start(monkeypatch: pytest.MonkeyPatch) -> None:
    anthropic = "opentelemetry.instrumentation.anthropic"
    install(monkeypatch, OFFICIAL, anthropic)
    assert instrument_installed(TracerProvider(), ["anthropic"]) == {"anthropic": anthropic}
    with pytest.raises(ValueError, match="no instrumentation is known for"):
        instrument_installed(TracerProvider(), ["opanai"])


def test_instrumentations_of_other_kinds_are_left_alone() -> None:
    flask = EntryPoint("flask", "opentelemetry.instrumentation.flask:FlaskInstrumentor", GROUP)
    assert find_installed([flask]) == {}
