from __future__ import annotations

import json
from pathlib import Path

import httpx

from longpole.cli.demo_process import alert_log
from longpole.core.settings import AlertsSettings, Settings


def test_alerts_are_appended_and_the_address_outlives_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "data" / "alerts.jsonl"
    mine = Settings(alerts=AlertsSettings(webhooks=("http://mine/",)))
    seen = []
    for number in (1, 2):
        with alert_log(mine, file) as settings:
            first, own = settings.alerts.webhooks
            assert first == "http://mine/"
            assert httpx.post(own, json={"number": number}).status_code == 204
            seen.append(own)
    assert seen[0] == seen[1]
    assert [json.loads(line)["number"] for line in file.read_text().splitlines()] == [1, 2]
