"""A short run of the coverage-guided fuzzer over what every request goes through."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest
from otlp_requests import request_with, span

TARGET = Path(__file__).with_name("atheris_bodies.py")

# A process starts with the peak of memory of the one that replaced itself by it, and the fuzzer
# takes that for its own: without the shell between, it fails after whatever test needed 2 GB.
IN_A_PROCESS_OF_A_SHELL = ("sh", "-c", '"$@"; exit $?', "fuzz")


@pytest.mark.slow
def test_no_body_does_anything_but_pass_or_be_refused(tmp_path: Path) -> None:
    good = request_with([span()]).SerializeToString()
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    seeds = (
        b"\x00" + good,
        b"\x01" + gzip.compress(good, mtime=0),
        b"\x10" + b'{"resourceSpans":[]}',
    )
    for number, seed in enumerate(seeds):
        (corpus / str(number)).write_bytes(seed)
    line = [
        *IN_A_PROCESS_OF_A_SHELL,
        sys.executable,
        str(TARGET),
        str(corpus),
        "-runs=300000",
        "-max_len=4096",
        "-max_total_time=60",
        "-seed=7",
    ]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done" in done.stderr and not list(tmp_path.glob("crash-*")), os.listdir(tmp_path)
