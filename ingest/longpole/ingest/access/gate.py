"""Decides who a request is from. Where a key exists, one is needed; else the service is open."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable

from longpole.core.access import ANY, DEFAULT_PROJECT, INGEST, is_project_name, key_id_of
from longpole.core.access.key import hash_of
from longpole.ingest.access.keyring import Keyring
from longpole.ingest.access.sender import Sender
from longpole.ingest.errors import BusyError, ForbiddenError, RefusedError, UnauthenticatedError

HOW = "send it as x-longpole-key or Authorization: Bearer"
OPEN = Sender("", DEFAULT_PROJECT, frozenset({ANY}))
OF_SETTING = Sender("setting", DEFAULT_PROJECT, frozenset({ANY}))


class Gate:
    """`api_key` is the one of the settings: it sends for `default` and may name any project.

    Thread-safe. It never asks the store, only the keyring's snapshot.
    """

    def __init__(
        self, api_key: str | None, keyring: Keyring, now_ns: Callable[[], int] = time.time_ns
    ) -> None:
        self._setting = hash_of(api_key) if api_key else None
        self._keyring = keyring
        self._now_ns = now_ns

    def admit(
        self, key: str | None, authorization: str | None, wanted_project: str | None
    ) -> Sender:
        """The sender of a request with these headers, its project the one that it wants.

        Raises UnauthenticatedError, ForbiddenError, RefusedError for a project that is no name,
        or BusyError while it is not known which keys there are.
        """
        sender = self._sender(_given(key, authorization))
        if not wanted_project or wanted_project == sender.project:
            return sender
        if not is_project_name(wanted_project):
            raise RefusedError(
                f"x-longpole-project {wanted_project[:80]!r} is not a project name; use 1 to 64 "
                "letters, digits, _ . and -"
            )
        if not sender.allows(wanted_project):
            raise ForbiddenError(
                f"key {sender.key_id} may not send for the project {wanted_project}; it sends for "
                f"{sender.project}, or use a key made with --also {wanted_project}"
            )
        return Sender(sender.key_id, wanted_project, sender.others | {sender.project})

    def _sender(self, given: str) -> Sender:
        if self._setting and hmac.compare_digest(hash_of(given), self._setting):
            return OF_SETTING
        if not self._keyring.loaded:
            # Whether a key is needed is not known either, so nobody gets in unasked.
            raise BusyError("the store's keys could not be read yet; retry when the store is back")
        if not (self._setting or self._keyring.has_keys):
            return OPEN
        return self._keyholder(given)

    def _keyholder(self, given: str) -> Sender:
        key_id = key_id_of(given)
        found = self._keyring.find(key_id) if key_id else None
        if found is None or not found.matches(given):
            raise UnauthenticatedError(f"the key is missing or wrong; {HOW}")
        if not found.usable(self._now_ns()):
            state = found.state(self._now_ns())
            raise UnauthenticatedError(
                f"key {key_id} is {state}; make another: longpole keys create"
            )
        if found.role != INGEST:
            raise ForbiddenError(f"key {key_id} is for {found.role}, not for sending")
        return Sender(found.key_id, found.project, frozenset(found.other_projects))


def _given(key: str | None, authorization: str | None) -> str:
    if key:
        return key
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
