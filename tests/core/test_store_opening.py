"""Opening a store: who holds the folder, what is said when it cannot be had."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from longpole.core.errors import StoreError, StoreLockedError, StoreUnavailableError
from longpole.core.settings import StoreSettings
from longpole.core.store import Store
from longpole.core.store.lock import FolderLock

Serve = Callable[..., AbstractContextManager[str]]
HOLDER = """
import sys
from longpole.core.settings import StoreSettings
from longpole.core.store import Store
store = Store(StoreSettings(url=sys.argv[1]))
store.command("CREATE TABLE IF NOT EXISTS kept (n UInt8) ENGINE = MergeTree ORDER BY n")
store.command("INSERT INTO kept VALUES (1)")
print(len(store.frame("SELECT n FROM kept")), flush=True)
sys.stdin.read()
store.close()
"""


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process with the folder open; ready once it printed its count of rows."""
    command = [sys.executable, "-c", HOLDER, f"chdb://{folder}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def rows_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_a_second_process_is_told_who_has_the_folder(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        assert rows_of(process) == 1
        with pytest.raises(StoreLockedError) as caught:
            Store(StoreSettings(url=f"chdb://{tmp_path}"))
        process.communicate()
    assert str(tmp_path) in str(caught.value) and f"process {process.pid};" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refused_second_process_leaves_the_owner_named(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    for _ in range(2):
        with pytest.raises(StoreLockedError, match=f"process {os.getpid()};"):
            FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


@pytest.mark.slow
def test_a_killed_process_lets_go_and_loses_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as killed:
        assert rows_of(killed) == 1
        killed.send_signal(signal.SIGKILL)
    with holder(tmp_path) as next_one:
        assert rows_of(next_one) == 2
        next_one.communicate()
    assert (killed.returncode, next_one.returncode) == (-signal.SIGKILL, 0)


@pytest.mark.slow
def test_local_time_does_not_move_days(tmp_path: Path) -> None:
    program = (
        "import sys; from longpole.core.settings import StoreSettings as S\n"
        "from longpole.core.store import Store\n"
        "store = Store(S(url=sys.argv[1]))\n"
        "print(store.rows('SELECT toString(toDate(toDateTime64(1795391999, 9))) AS d')[0]['d'],"
        " store.frame('SELECT now64(9) AS t').schema['t'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, f"chdb://{tmp_path}"],
        env={**os.environ, "TZ": "America/New_York"},  # noqa: TID251 - a child's environment
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split(maxsplit=1)[0] == "2026-11-22"
    assert "UTC" in done.stdout and "New_York" not in done.stdout


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot be written: Not a directory; choose another"):
        Store(StoreSettings(url=f"chdb://{tmp_path}/file/data"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written: Permission denied"):
        Store(StoreSettings(url=f"chdb://{tmp_path}"))


def test_a_server_that_is_not_there_is_one_line() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"clickhouse://someone:s3cret@127.0.0.1:{port}/db"
    with pytest.raises(StoreUnavailableError) as caught:
        Store(StoreSettings(url=url))
    message = str(caught.value)
    assert f"the store at 127.0.0.1:{port} cannot be reached" in message
    assert "Connection refused" in message
    assert "\n" not in message and "s3cret" not in message and "SELECT" not in message


@pytest.mark.slow
def test_a_server_that_goes_away_and_comes_back(tmp_path: Path, serve_clickhouse: Serve) -> None:
    with serve_clickhouse(tmp_path / "clickhouse") as url:
        store = Store(StoreSettings(url=f"{url}/db"))
        store.command("CREATE TABLE kept (n UInt8) ENGINE = MergeTree ORDER BY n")
        assert store.ping()
    port = url.rpartition(":")[2]
    assert not store.ping()
    with pytest.raises(StoreUnavailableError):
        store.frame("SELECT 1")
    with pytest.raises(StoreUnavailableError):
        store.insert_raw("kept", b"\x01", "RowBinary")
    with serve_clickhouse(tmp_path / "clickhouse", "--port", port):
        assert store.ping()
        store.insert_raw("kept", b"\x01", "RowBinary")
        assert store.rows("SELECT n FROM kept") == [{"n": 1}]
    store.close()


@pytest.mark.slow
def test_a_wrong_password_is_refused_without_showing_it(
    tmp_path: Path, serve_clickhouse: Serve
) -> None:
    with serve_clickhouse(tmp_path / "clickhouse", "--password", "right") as url:
        place = url.removeprefix("clickhouse://")
        with pytest.raises(StoreError, match="Authentication failed") as caught:
            Store(StoreSettings(url=f"clickhouse://default:wr0ng@{place}/db"))
        assert "wr0ng" not in str(caught.value)
        store = Store(StoreSettings(url=f"clickhouse://default:right@{place}/db"))
        assert store.ping()
        store.close()
