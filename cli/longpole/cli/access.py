"""Keys and projects, in the store itself or through the process that has it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import httpx

from longpole.cli.running_api import ask, running_api
from longpole.core import access
from longpole.core.access import ApiKey, CreatedKey, Project
from longpole.core.errors import InputError, StoreLockedError
from longpole.core.schema import upgrade
from longpole.core.settings import Settings
from longpole.core.store import Store


class Access(Protocol):
    """What both ways can do; each call raises LongpoleError with one line."""

    def create_key(
        self, project: str, name: str, also: Sequence[str], expires_days: float | None
    ) -> CreatedKey:
        """Make a key; its text is in the result only."""
        ...

    def list_keys(self) -> list[ApiKey]:
        """Every key; the hash is empty where it is not told."""
        ...

    def revoke_key(self, key_id: str) -> ApiKey:
        """End a key for good."""
        ...

    def list_projects(self) -> list[Project]:
        """Every project."""
        ...

    def set_project(
        self, name: str, spans_per_s: int | None, retention_days: int | None
    ) -> Project:
        """Change what is given."""
        ...


@contextmanager
def open_access(settings: Settings) -> Iterator[Access]:
    """The store if it is free, else the process that has the folder open."""
    try:
        store = Store(settings.store)
    except StoreLockedError as locked:
        with running_api(settings.store, locked) as client:
            yield Remote(client)
        return
    try:
        upgrade(store, settings.normalize, replace_views=False)
        yield Local(store)
    finally:
        store.close()


class Local:
    """Straight in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create_key(
        self, project: str, name: str, also: Sequence[str], expires_days: float | None
    ) -> CreatedKey:
        """See Access."""
        return access.create_key(self._store, project, name, also, expires_days)

    def list_keys(self) -> list[ApiKey]:
        """See Access."""
        return access.list_keys(self._store)

    def revoke_key(self, key_id: str) -> ApiKey:
        """See Access."""
        return access.revoke_key(self._store, key_id)

    def list_projects(self) -> list[Project]:
        """See Access."""
        return access.list_projects(self._store)

    def set_project(
        self, name: str, spans_per_s: int | None, retention_days: int | None
    ) -> Project:
        """See Access."""
        return access.set_project(self._store, name, spans_per_s, retention_days)


class Remote:
    """Through the API of a running process. Names are checked here, as they become addresses."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def create_key(
        self, project: str, name: str, also: Sequence[str], expires_days: float | None
    ) -> CreatedKey:
        """See Access."""
        wanted = {"project": project, "name": name, "other_projects": list(also)}
        made = self._ask("POST", "/keys", {**wanted, "expires_days": expires_days})
        return CreatedKey(_key(made), made["key"])

    def list_keys(self) -> list[ApiKey]:
        """See Access."""
        return [_key(row) for row in self._ask("GET", "/keys")["keys"]]

    def revoke_key(self, key_id: str) -> ApiKey:
        """See Access."""
        wanted = access.key_id_of(key_id) or key_id
        if not wanted.isalnum():
            raise InputError(f"{wanted[:80]!r} is not the id of a key; `longpole keys list` has it")
        return _key(self._ask("DELETE", f"/keys/{wanted}"))

    def list_projects(self) -> list[Project]:
        """See Access."""
        return [Project(**row) for row in self._ask("GET", "/projects")["projects"]]

    def set_project(
        self, name: str, spans_per_s: int | None, retention_days: int | None
    ) -> Project:
        """See Access."""
        change = {"spans_per_s": spans_per_s, "retention_days": retention_days}
        return Project(**self._ask("PUT", f"/projects/{access.project_name(name)}", change))

    def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        return ask(self._client, method, path, body)


def _key(row: dict[str, Any]) -> ApiKey:
    known = {name: value for name, value in row.items() if name != "key"}
    return ApiKey(hash="", **{**known, "other_projects": tuple(row["other_projects"])})
