"""The loopback rule: who can reach the service without a key."""

from __future__ import annotations

import pytest

from longpole.core.errors import SettingsError
from longpole.core.settings import IngestSettings
from longpole.ingest.access import check_exposure

LOCAL = ["127.0.0.1", "localhost", "::1", "127.9.9.9"]
REACHABLE = ["0.0.0.0", "::", "192.168.1.4", "example.com", "", "127.0.0.1.example.com"]


@pytest.mark.parametrize("host", LOCAL)
def test_loopback_needs_no_key(host: str) -> None:
    check_exposure(IngestSettings(host=host), has_keys=False)


@pytest.mark.parametrize("host", REACHABLE)
def test_other_addresses_need_a_key_or_a_decision(host: str) -> None:
    with pytest.raises(SettingsError, match="longpole keys create") as refused:
        check_exposure(IngestSettings(host=host), has_keys=False)
    assert "api_key" in str(refused.value) and "allow_open" in str(refused.value)
    check_exposure(IngestSettings(host=host), has_keys=True)
    check_exposure(IngestSettings(host=host, api_key="s3cret"), has_keys=False)
    check_exposure(IngestSettings(host=host, allow_open=True), has_keys=False)


def test_an_empty_key_is_no_key() -> None:
    with pytest.raises(SettingsError):
        check_exposure(IngestSettings(host="0.0.0.0", api_key=""), has_keys=False)
