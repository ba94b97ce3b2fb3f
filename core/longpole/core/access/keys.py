"""API keys in the store. A row is never deleted: a revoked key goes on being known as such."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from longpole.core.access.key import ApiKey, CreatedKey, key_id_of, new_key
from longpole.core.errors import InputError
from longpole.core.store import Store, load_sql

TIME = pl.Datetime("ns", "UTC")
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "KeyId": pl.String, "Hash": pl.String, "Name": pl.String, "Project": pl.String,
    "OtherProjects": pl.List(pl.String), "Role": pl.String, "CreatedAt": pl.Int64,
    "ExpiresAt": pl.Int64, "RevokedAt": pl.Int64, "Version": pl.UInt64,
}  # fmt: skip


def create_key(
    store: Store,
    project: str,
    name: str = "",
    also: Sequence[str] = (),
    expires_days: float | None = None,
) -> CreatedKey:
    """Make a key and keep its hash; the text is in the result and nowhere else.

    Raises InputError as `new_key` does.
    """
    created = new_key(project, _now_ns(), name, also, expires_days)
    _write(store, created.key)
    return created


def list_keys(store: Store) -> list[ApiKey]:
    """Every key, also those that are revoked or expired; the newest first."""
    rows = store.rows(load_sql("access/keys"))
    return [ApiKey(**{**row, "other_projects": tuple(row["other_projects"])}) for row in rows]


def revoke_key(store: Store, key_id: str) -> ApiKey:
    """End a key for good, named by its id or by the whole of it. Raises InputError.

    A key that is revoked already stays as it is.
    """
    wanted = key_id_of(key_id) or key_id
    found = next((key for key in list_keys(store) if key.key_id == wanted), None)
    if found is None:
        raise InputError(f"there is no key {wanted[:80]!r}; `longpole keys list` shows their ids")
    if found.revoked_at_ns is None:
        found = replace(found, revoked_at_ns=_now_ns())
        _write(store, found)
    return found


def _write(store: Store, key: ApiKey) -> None:
    values = [
        key.key_id, key.hash, key.name, key.project, list(key.other_projects), key.role,
        key.created_at_ns, key.expires_at_ns, key.revoked_at_ns, time.time_ns(),
    ]  # fmt: skip
    frame = pl.DataFrame([values], schema=SCHEMA, orient="row")
    times = pl.col("CreatedAt", "ExpiresAt", "RevokedAt").cast(TIME)
    store.insert("api_keys", frame.with_columns(times))


def _now_ns() -> int:
    """Now, to the millisecond, as the store keeps it."""
    return time.time_ns() // 1_000_000 * 1_000_000
