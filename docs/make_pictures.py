"""Takes the pictures under docs/img from the demo, with an installed Chromium. `make shots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from running import Running, running

IMAGES = Path(__file__).parent / "img"
FINDINGS_WAIT_S = 300
SIZES = {"": (1280, 860), "-phone": (400, 860)}
TALL = {
    "architecture": 1500,
    "trace": 1240,
    "settings": 1480,
    "finding-latency": 1100,
    "finding-cost_drift": 1240,
}
BROWSER_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Run the demo, wait for its findings, picture every page in both themes."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--demo") as longpole:
        pages = _pages(longpole)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=_chromium(), args=BROWSER_ARGUMENTS
            )
            for theme in ("light", "dark"):
                for name, path in pages.items():
                    _picture(browser, f"{longpole.ui}{path}", name, theme)
            browser.close()


def _pages(longpole: Running) -> dict[str, str]:
    findings = _wait_for_findings(longpole)
    slowest = httpx.get(
        f"{longpole.ui}/api/v1/traces", params={"limit": 1, "sort": "-cost"}, timeout=30
    ).json()["traces"][0]
    pages = {
        "overview": "/",
        "traces": "/traces",
        "trace": f"/traces/{slowest['trace_id']}",
        "architecture": "/architecture",
        "findings": "/findings",
        "costs": "/costs",
        "settings": "/settings",
    }
    for finding in findings:
        pages[f"finding-{finding['detector']}"] = f"/findings/{finding['incident_id']}"
    return pages


def _wait_for_findings(longpole: Running) -> list[dict[str, str]]:
    deadline = time.monotonic() + FINDINGS_WAIT_S
    while time.monotonic() < deadline:
        found = httpx.get(f"{longpole.ui}/api/v1/findings", timeout=30).json()["findings"]
        firing = {f["detector"]: f for f in found if f["state"] == "firing"}
        if len(firing) >= 2:
            return list(firing.values())
        time.sleep(2)
    raise SystemExit(f"the demo's findings did not appear within {FINDINGS_WAIT_S} s")


def _picture(browser: Browser, url: str, name: str, theme: str) -> None:
    for suffix, (width, height) in SIZES.items():
        page = browser.new_page(
            viewport={"width": width, "height": TALL.get(name, height) if not suffix else height},
            color_scheme="dark" if theme == "dark" else "light",
        )
        page.goto(url)
        _settle(page)
        page.screenshot(path=IMAGES / f"{name}-{theme}{suffix}.png")
        page.close()


def _settle(page: Page) -> None:
    # Pages look for new rows now and then, so the network is never idle for long, and charts draw
    # after the last answer: there is no event that says a page is done.
    page.wait_for_selector("h1")
    page.wait_for_timeout(4000)


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


if __name__ == "__main__":
    main()
