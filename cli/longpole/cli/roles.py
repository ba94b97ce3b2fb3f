"""Starts the roles of this process in order, waits for a signal, stops them in reverse."""

from __future__ import annotations

import signal
import threading
from contextlib import ExitStack
from pathlib import Path

import click

from longpole.analytics.jobs.build import build_jobs
from longpole.analytics.jobs.runner import Runner
from longpole.cli.address import published, reachable_address
from longpole.cli.demo_process import alert_log, workload
from longpole.core.errors import SettingsError
from longpole.core.schema import upgrade
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.core.store.url import EmbeddedUrl
from longpole.core.web import WebServer, is_loopback
from longpole.ingest import IngestService
from longpole.ui.app import build

INGEST, JOBS, UI = "ingest", "jobs", "ui"


def run_roles(roles: set[str], settings: Settings, demo: bool = False) -> None:
    """Run until SIGINT or SIGTERM. Raises LongpoleError when something cannot start."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with ExitStack() as stack:
        store = Store(settings.store)
        stack.callback(store.close)
        upgrade(store, settings.normalize, replace_views=INGEST in roles)
        if demo:
            settings = stack.enter_context(alert_log(settings, _alert_file(store)))
        service = _start_ingest(stack, store, settings) if INGEST in roles else None
        runner = _start_jobs(stack, store, settings) if JOBS in roles else None
        if UI in roles:
            _start_ui(stack, store, settings, runner, service)
        if demo and service is not None:
            stack.enter_context(workload(store, service.http_port))
            click.echo(f"demo alerts     {_alert_file(store)}")
        click.echo("Longpole is ready")
        stopping.wait()
        click.echo("stopping")


def _start_ingest(stack: ExitStack, store: Store, settings: Settings) -> IngestService:
    service = IngestService(store, settings.ingest, settings.privacy)
    stack.callback(service.stop)
    service.start()
    host = _shown(settings.ingest.host)
    click.echo(f"OTLP over HTTP  {service.scheme}://{host}:{service.http_port}")
    click.echo(f"OTLP over gRPC  {service.scheme}://{host}:{service.grpc_port}")
    return service


def _start_jobs(stack: ExitStack, store: Store, settings: Settings) -> Runner:
    stopping = threading.Event()
    runner = Runner(build_jobs(store, settings, stopping.is_set), stopping)
    stack.callback(runner.stop)
    runner.start()
    return runner


def _start_ui(
    stack: ExitStack,
    store: Store,
    settings: Settings,
    runner: Runner | None,
    service: IngestService | None,
) -> None:
    if not (is_loopback(settings.ui.host) or settings.ui.allow_open):
        raise SettingsError(
            f"ui.host {settings.ui.host} is reachable from other machines and there is no log-in; "
            "put a proxy with log-in in front and set ui.allow_open"
        )
    app = build(
        store,
        settings,
        jobs=runner.status if runner else None,
        metrics=service.metrics if service else None,
        dead_letters=service.refusals.act if service else None,
    )
    server = WebServer(app, settings.ui.host, settings.ui.port, "--ui-port")
    stack.callback(server.stop)
    server.start()
    if isinstance(store.url, EmbeddedUrl):
        address = reachable_address(settings.ui.host, server.port)
        stack.enter_context(published(store.url.folder, address))
    click.echo(f"UI and API      http://{_shown(settings.ui.host)}:{server.port}")


def _alert_file(store: Store) -> Path:
    folder = store.url.folder if isinstance(store.url, EmbeddedUrl) else Path()
    return folder / "demo-alerts.jsonl"


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
