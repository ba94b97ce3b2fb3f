from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longpole.core.errors import StoreError
from longpole.ingest import spool as spool_module
from longpole.ingest.spool import Spool


def texts(spool: Spool, max_bytes: int = 1 << 20) -> list[bytes]:
    return [request.frames for request in spool.next_batch(max_bytes)]


def test_first_in_first_out_and_gone_when_finished(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([(1, b"a"), (2, b"b")])
    spool.append([(3, b"c")])
    assert (spool.waiting().requests, spool.waiting().spans, spool.waiting().size) == (3, 6, 3)
    assert texts(spool) == [b"a", b"b", b"c"]
    spool.finish()
    assert texts(spool) == [] and spool.waiting().requests == 0


def test_a_begun_batch_comes_back_unchanged(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([(1, b"a"), (1, b"b")])
    begun = spool.next_batch(1 << 20)
    spool.append([(1, b"c")])
    name = spool.name
    spool.close()
    again = Spool(tmp_path)
    assert again.name == name
    assert again.next_batch(1) == begun
    again.finish()
    assert texts(again) == [b"c"]


def test_a_batch_is_bounded_but_never_empty(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([(1, b"x" * 60), (1, b"y" * 60), (1, b"z" * 60)])
    assert len(texts(spool, 130)) == 2
    spool.finish()
    assert len(texts(spool, 1)) == 1


def test_a_refused_request_is_kept_apart_with_its_reason(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append([(5, b"bad")])
    (request,) = spool.next_batch(1 << 20)
    spool.set_aside(request, "no reason")
    spool.finish()
    assert spool.refused() == [(5, "no reason")] and spool.waiting().requests == 0


def test_refused_requests_cannot_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "REFUSED_BYTES", 10)
    spool = Spool(tmp_path)
    spool.append([(number, bytes(4)) for number in range(1, 6)])
    for request in spool.next_batch(1 << 20):
        spool.set_aside(request, "no reason")
    assert spool.refused() == [(4, "no reason"), (5, "no reason")]


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(1, 50), max_size=40), limit=st.integers(1, 200))
def test_everything_comes_out_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], limit: int
) -> None:
    spool = Spool(tmp_path_factory.mktemp("spool"))
    bodies = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
    spool.append([(1, body) for body in bodies])
    seen: list[bytes] = []
    while batch := texts(spool, limit):
        assert len(batch) == 1 or sum(map(len, batch)) <= limit
        seen += batch
        spool.finish()
    assert seen == bodies
    spool.close()


def test_a_killed_process_loses_nothing_it_appended(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from longpole.ingest.spool import Spool;"
        "spool = Spool(Path(sys.argv[1])); [spool.append([(1, b'%d' % n)]) for n in range(50)];"
        "spool.next_batch(40); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    assert killed.returncode == -9
    spool = Spool(tmp_path)
    seen = []
    while batch := texts(spool):
        seen += batch
        spool.finish()
    assert seen == [b"%d" % number for number in range(50)]


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "ingest.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreError, match=r"spool .*ingest\.spool"):
        Spool(tmp_path)
