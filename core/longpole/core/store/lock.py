"""One process per embedded folder, said in one line instead of the engine's empty error."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import IO

from longpole.core.errors import StoreError, StoreLockedError

DATA_ADVICE = "another folder (--data) or a ClickHouse server (--store)"


class FolderLock:
    """An advisory lock on `FOLDER/longpole.lock`, released when the process ends."""

    def __init__(self, folder: Path, advice: str = DATA_ADVICE) -> None:
        self._file = _open(folder, advice)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            owner = self._file.read().strip() or "unknown"
            self._file.close()
            raise StoreLockedError(
                f"the folder {folder} is in use by process {owner}; stop that process, or give "
                f"this one {advice}"
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let another process open the folder."""
        self._file.close()


def _open(folder: Path, advice: str) -> IO[str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return open(folder / "longpole.lock", "a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"the folder {folder} cannot be written: {error.strerror}; choose {advice}"
        ) from None
