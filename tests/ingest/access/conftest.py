from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from longpole.core.store import Store
from longpole.ingest.access import Keyring

OpenKeyring = Callable[..., Keyring]


@pytest.fixture
def open_keyring(store: Store, tmp_path: Path) -> Iterator[OpenKeyring]:
    """Keyrings over the store with their copy in the test's folder; stopped at the end."""
    opened: list[Keyring] = []

    def start(refresh_s: float = 3600, file: str = "keys.json", of: Store = store) -> Keyring:
        opened.append(Keyring(of, tmp_path / file, refresh_s))
        return opened[-1]

    yield start
    for keyring in opened:
        keyring.stop()
