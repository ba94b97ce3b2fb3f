"""Coverage-guided fuzzing of the way of a body; run by test_atheris.py, or for longer by hand:

python tests/ingest/fuzz/atheris_bodies.py -max_total_time=3600
"""

from __future__ import annotations

import inspect
import sys

import atheris

from longpole.core.otlp.signals import Signal
from longpole.core.settings import IngestSettings, PrivacySettings
from longpole.ingest.access import Sender
from longpole.ingest.body import decompress
from longpole.ingest.checks import warm_up
from longpole.ingest.errors import RefusedError
from longpole.ingest.reading import Reader

# Not `wire`: that is machine code.
FOLLOWED = ("longpole.ingest.body", "longpole.ingest.checks", "longpole.ingest.reading")
LIMIT = 1 << 20
ENCODINGS = ("", "gzip", "deflate", "zstd")
SIGNALS = tuple(Signal)
SENDER = Sender("", "default", frozenset({"*"}))
READER = Reader(IngestSettings(max_items=50), PrivacySettings())


def one_body(data: bytes) -> None:
    """The first byte chooses signal, encoding and media type; the rest is the body."""
    if not data:
        return
    choice, body = data[0], data[1:]
    try:
        plain = decompress(body, ENCODINGS[choice & 3], LIMIT)
        signal = SIGNALS[(choice >> 2) % len(SIGNALS)]
        reading = READER.read(signal, plain, bool(choice & 16), SENDER)
    except RefusedError as error:
        assert "\n" not in str(error) and 400 <= error.http_status < 500
        return
    assert all(entry.items > 0 and entry.frames for entry in reading.entries)


def follow() -> None:
    """Let the fuzzer see which lines run. What is compiled is compiled before."""
    warm_up()
    for name, module in list(sys.modules.items()):
        if name.startswith(FOLLOWED):
            for _, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == name:
                    atheris.instrument_func(function)


if __name__ == "__main__":
    follow()
    atheris.Setup(sys.argv, one_body)
    atheris.Fuzz()
