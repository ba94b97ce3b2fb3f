"""compose.yaml: what it names exists, roles wait for what they need, nothing is left open."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from longpole.cli.main import cli
from longpole.core.settings import Settings, load
from longpole.core.web import STOP_S
from longpole.ingest.drain import STOP_S as DRAIN_S
from longpole.ingest.service import GRPC_GRACE_S

DEPLOY = Path(__file__).parents[2] / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
SECRETS = {"CLICKHOUSE_PASSWORD": "pw-1", "LONGPOLE_INGEST_API_KEY": "key-1"}
ROLES = ("migrate", "ingest", "jobs", "ui")
# Top-level keys of a service, from the Compose specification; a typo is not among them.
SERVICE_KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "ports",
    "restart", "security_opt", "stop_grace_period", "ulimits", "volumes",
}  # fmt: skip


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = COMPOSE.read_text("utf-8")
    filled = re.sub(r"\$\{(\w+)(:\?[^}]*)?\}", lambda match: SECRETS[match[1]], text)
    loaded = yaml.safe_load(filled)
    assert isinstance(loaded, dict)
    return loaded


def settings_of(service: dict[str, Any]) -> Settings:
    return load(environ=service["environment"]).settings


def test_every_secret_must_be_given() -> None:
    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}[^}}]*\}}", COMPOSE.read_text("utf-8"))
        assert uses
        assert all(":?" in use for use in uses)


def test_services_use_known_keys_and_pinned_images(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        tag = service["image"].rpartition(":")[2]
        assert re.fullmatch(r"\d+\.\d+\.\d+(\.\d+)?", tag), f"{name}: {tag} is not a pinned version"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            known = source in compose["volumes"] or (DEPLOY / source).is_file()
            assert known, f"{name}: {source}"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_runs_a_command_that_exists(compose: dict[str, Any], role: str) -> None:
    command, *options = compose["services"][role]["command"]
    assert command in cli.commands
    assert options == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_settings_that_exist_and_fit(compose: dict[str, Any], role: str) -> None:
    environment = compose["services"][role]["environment"]
    loaded = load(environ=environment)
    told = {key for key, source in loaded.sources.items() if source == "environment"}
    assert len(told) == len(environment), "a variable names no setting"
    assert loaded.settings.store.url == "clickhouse://longpole:pw-1@clickhouse:8123/longpole"


def test_ingest_listens_with_a_key_and_the_collector_has_it(compose: dict[str, Any]) -> None:
    ingest = settings_of(compose["services"]["ingest"]).ingest
    assert (ingest.host, ingest.api_key, ingest.allow_open) == ("0.0.0.0", "key-1", False)
    collector = compose["services"]["collector"]["environment"]
    assert collector["LONGPOLE_INGEST_API_KEY"] == ingest.api_key
    assert collector["LONGPOLE_ENDPOINT"] == f"http://ingest:{ingest.http_port}"


def test_what_was_acknowledged_outlives_the_container(compose: dict[str, Any]) -> None:
    ingest = compose["services"]["ingest"]
    spool = settings_of(ingest).ingest.spool
    (volume,) = ingest["volumes"]
    name, _, folder = volume.partition(":")
    assert name in compose["volumes"]
    assert spool is not None and Path(spool).is_relative_to(folder)
    # Longer than open requests and what still fits into the store may take.
    assert int(ingest["stop_grace_period"].removesuffix("s")) > STOP_S + GRPC_GRACE_S + DRAIN_S


def test_health_checks_ask_the_port_the_role_serves(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for role, port in (
        ("ingest", settings_of(services["ingest"]).ingest.http_port),
        ("ui", settings_of(services["ui"]).ui.port),
    ):
        assert f"127.0.0.1:{port}/healthz" in services[role]["healthcheck"]["test"][-1]
    assert services["jobs"]["healthcheck"] == {"disable": True}


def test_everything_is_published_on_loopback_only(compose: dict[str, Any]) -> None:
    published = [
        port for service in compose["services"].values() for port in service.get("ports", [])
    ]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_roles_start_after_the_migration(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for role in ("ingest", "jobs", "ui"):
        assert services[role]["depends_on"]["migrate"] == {
            "condition": "service_completed_successfully"
        }
    for service in services.values():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in services[needed]["healthcheck"]


@pytest.mark.slow
def test_the_compose_client_accepts_the_file() -> None:
    docker = shutil.which("docker")
    if (
        docker is None
        or subprocess.run([docker, "compose", "version"], capture_output=True).returncode
    ):
        pytest.skip("no docker compose client is installed; the checks above ran")
    done = subprocess.run(
        [docker, "compose", "-f", str(COMPOSE), "config", "--quiet"],
        env=SECRETS, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
