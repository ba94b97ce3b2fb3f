"""A seeded store, the server over it on a free port, and a browser that watches for mistakes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import ui_seed
from databases import Databases
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from longpole.core.schema import upgrade
from longpole.core.settings import Settings
from longpole.core.store import Store
from longpole.core.web import WebServer
from longpole.ui.app import build

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
expect.set_options(timeout=20_000)  # busy machines; nothing waits longer than it must
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture
def seeded(databases: Databases) -> Iterator[Store]:
    """400 runs over 48 hours and findings in every state. Read only: seeded once a session.

    Kept between tests, so not to mix with `store`.
    """
    with databases.opened("ui_seeded") as store:
        if upgrade(store):
            ui_seed.seed(store)
        yield store


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Start the UI over a store; returns its address without a slash at the end."""
    running: list[WebServer] = []

    def start(store: Store, **more: Any) -> str:  # noqa: ANN401 - passed on to build
        server = WebServer(build(store, Settings(), **more), "127.0.0.1", 0, "--ui-port")
        server.bind()
        server.start()
        running.append(server)
        return f"http://127.0.0.1:{server.port}"

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def address(serve: Callable[[Store], str], seeded: Store) -> str:
    """Address of the UI over the seeded store."""
    return serve(seeded)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Module scope: its event loop must end before other modules need one."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine; browser tests need one on the PATH")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass
class Watch:
    """What a page did that it must not do."""

    own: str = "http://127.0.0.1"
    problems: list[str] = field(default_factory=list)
    refused: bool = False  # whether an answer that refuses is what the test is about

    def over(self, page: Page) -> None:
        """Collect console errors, exceptions and requests to other hosts."""
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda request: self._check(request.url))

    def _listen(self, message: ConsoleMessage) -> None:
        refusal = self.refused and "Failed to load resource" in message.text
        if message.type == "error" and not refusal:
            self.problems.append(message.text)

    def _check(self, url: str) -> None:
        if not url.startswith((self.own, "data:", "blob:", "ws://127.0.0.1")):
            self.problems.append(f"request to another host: {url}")


@pytest.fixture
def open_page(browser: Browser, serve: Callable[[Store], str]) -> Iterator[Callable[..., Page]]:
    """Open an address: `open_page(url, width=1280, dark=False)`; mistakes fail the test.

    A browser reports an answer that refuses as an error; `refused=True` lets that be.

    Asks for `serve` so that pages close before their server does.
    """
    watch, contexts = Watch(), []

    def start(
        url: str, width: int = 1280, height: int = 900, dark: bool = False, refused: bool = False
    ) -> Page:
        watch.refused = refused
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        page.goto(url)
        return page

    yield start
    for context in contexts:
        context.close()
    assert not watch.problems, watch.problems
