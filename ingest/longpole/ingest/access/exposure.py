"""A service that others can reach needs a key, or a decision that it needs none."""

from __future__ import annotations

from longpole.core.errors import SettingsError
from longpole.core.settings import IngestSettings
from longpole.core.web import is_loopback


def check_exposure(settings: IngestSettings, has_keys: bool) -> None:
    """Raise SettingsError if anybody on the network could send without being asked for a key.

    Right for as long as the service runs: a key that was made is never unmade, so `has_keys`
    does not become false again.
    """
    if is_loopback(settings.host) or settings.api_key or has_keys or settings.allow_open:
        return
    raise SettingsError(
        f"ingest.host {settings.host} is reachable from other machines and there is no key; make "
        "one with `longpole keys create`, set ingest.api_key, or ingest.allow_open if the network "
        "is trusted"
    )
