"""Switch on the installed GenAI instrumentations, one a library; never fail the program."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from opentelemetry.trace import TracerProvider

from longpole.sdk._libraries import LIBRARIES

GROUP = "opentelemetry_instrumentor"
_log = logging.getLogger("longpole.sdk")


def instrument_installed(
    provider: TracerProvider, only: Collection[str] | None = None
) -> dict[str, str]:
    """Library -> module of the instrumentation that is now on.

    `only` limits the libraries; names that are not known raise ValueError.
    """
    unknown = sorted(set(only or ()) - LIBRARIES.keys())
    if unknown:
        raise ValueError(f"no instrumentation is known for {unknown}; known: {sorted(LIBRARIES)}")
    active = {}
    for library, candidates in find_installed(entry_points(group=GROUP)).items():
        if only is None or library in only:
            module = _first_that_works(library, candidates, provider)
            if module:
                active[library] = module
    return active


def find_installed(installed: Iterable[EntryPoint]) -> dict[str, list[EntryPoint]]:
    """For each known library its installed instrumentations, the preferred one first."""
    by_module = {entry.value.partition(":")[0].strip(): entry for entry in installed}
    found = {
        library: [by_module[module] for module in modules if module in by_module]
        for library, modules in LIBRARIES.items()
    }
    return {library: entries for library, entries in found.items() if entries}


def _first_that_works(
    library: str, candidates: list[EntryPoint], provider: TracerProvider
) -> str | None:
    running = [entry for entry in candidates if _is_running(entry)]
    for entry in running or candidates:
        if _switch_on(library, entry, provider):
            return _module(entry)
    return None


def _is_running(entry: EntryPoint) -> bool:
    """Whether the program switched it on itself; a module never imported was not."""
    if _module(entry) not in sys.modules:
        return False
    try:
        return _is_on(entry.load()(), unsure=False)
    except Exception:  # told about when it is tried in earnest
        return False


def _switch_on(library: str, entry: EntryPoint, provider: TracerProvider) -> bool:
    try:
        instrumentor = entry.load()()
        if _is_on(instrumentor, unsure=False):
            return True
        instrumentor.instrument(tracer_provider=provider, raise_exception_on_conflict=True)
        return _is_on(instrumentor, unsure=True)
    except Exception as error:
        # The library itself is absent or of another version: normal, nothing to warn of.
        expected = type(error).__name__ == "DependencyConflictError"
        _log.log(
            logging.DEBUG if expected else logging.WARNING,
            "%s is not traced: %s did not start: %s", library, _module(entry), error,
        )  # fmt: skip
        return False


def _is_on(instrumentor: Any, unsure: bool) -> bool:  # noqa: ANN401 - a class of another package
    return bool(getattr(instrumentor, "is_instrumented_by_opentelemetry", unsure))


def _module(entry: EntryPoint) -> str:
    return entry.value.partition(":")[0].strip()
