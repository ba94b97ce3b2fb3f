"""Which files of a path hold OTLP, of which signal and in which encoding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from longpole.core.errors import InputError
from longpole.core.otlp.signals import Signal

ENDINGS = (".pb", ".json", ".jsonl")
SIGNS = {"resourceSpans": Signal.TRACES, "resourceLogs": Signal.LOGS}


@dataclass(frozen=True)
class Body:
    """One export request out of a file."""

    file: Path
    signal: Signal
    is_json: bool
    content: bytes


def read_bodies(path: Path) -> tuple[list[Body], list[str]]:
    """Every trace and log request in a file or (with those below it) a folder, and notes.

    A `.json` beside a `.pb` of the same stem (the name up to its first dot) is the same data and is
    skipped; `logs*.pb` are log requests and `metrics*.pb`, which say nothing of spans, are left
    out. Of a folder, files that hold no OTLP are left out too, with one note of how many. Raises
    InputError when there is nothing to read.
    """
    if not path.exists():
        raise InputError(
            f"there is no file or folder {path}; name an OTLP file or a folder of them"
        )
    if path.is_file():
        return list(_of_file(path)), []
    bodies: list[Body] = []
    skipped: list[str] = []
    for file in _wanted(path):
        try:
            bodies += _of_file(file)
        except InputError as error:
            skipped.append(str(error))
    if not bodies:
        raise InputError(
            f"no OTLP in {path}; expected .pb, .json or .jsonl files of export requests"
        )
    return bodies, _notes(skipped)


def _notes(skipped: list[str]) -> list[str]:
    more = f" (and {len(skipped) - 1} more files)" if len(skipped) > 1 else ""
    return [f"skipped: {skipped[0]}{more}"] if skipped else []


def _wanted(folder: Path) -> list[Path]:
    found = sorted(file for file in folder.rglob("*") if file.suffix in ENDINGS and file.is_file())
    files = [file for file in found if not (file.suffix == ".pb" and _is(file, Signal.METRICS))]
    binary = {(file.parent, _stem(file)) for file in files if file.suffix == ".pb"}
    return [
        file for file in files if file.suffix == ".pb" or (file.parent, _stem(file)) not in binary
    ]


def _is(file: Path, signal: Signal) -> bool:
    return file.name.startswith(signal.value)


def _stem(file: Path) -> str:
    return file.name.partition(".")[0]


def _of_file(file: Path) -> Iterator[Body]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from None
    if file.suffix == ".pb":
        signal = Signal.LOGS if _is(file, Signal.LOGS) else Signal.TRACES
        yield Body(file, signal, False, content)
    elif file.suffix == ".jsonl":
        for number, line in enumerate(content.splitlines(), start=1):
            if line.strip():
                yield Body(file, _signal(line, f"{file} line {number}"), True, line)
    elif file.suffix == ".json":
        yield Body(file, _signal(content, str(file)), True, content)
    else:
        raise InputError(f"{file} is no OTLP file: expected the ending .pb, .json or .jsonl")


def _signal(content: bytes, where: str) -> Signal:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError(f"{where} is not JSON") from None
    for key, signal in SIGNS.items():
        if isinstance(document, dict) and (key in document or _snake(key) in document):
            return signal
    raise InputError(f"{where} is no OTLP request: it has neither resourceSpans nor resourceLogs")


def _snake(key: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in key)
