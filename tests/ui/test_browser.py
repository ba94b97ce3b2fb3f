"""The pages in a real browser. Every test also fails on a console error or a foreign request."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
import ui_seed
from playwright.sync_api import Page, expect

from longpole.core.store import Store

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
ROWS = ".ag-center-cols-container .ag-row a.lp-link"


def scrolls_sideways(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    return wide


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("path", "heading"),
    [("/", "Overview"), ("/traces", "Traces"), ("/findings", "Findings"),
     ("/findings/inc-cost", "A run of answer costs"), ("/costs", "Costs"),
     ("/settings", "Settings"),
     ("/nowhere", "There is no such page")],
)  # fmt: skip
def test_every_page_as_first_request(
    open_page: Open, address: str, path: str, heading: str, dark: bool
) -> None:
    page = open_page(address + path, dark=dark)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.locator("html")).to_have_attribute(
        "data-mantine-color-scheme", "dark" if dark else "light"
    )
    assert not scrolls_sideways(page)


@pytest.mark.parametrize(
    "path", ["/", "/traces", "/findings", "/findings/inc-latency", "/costs", "/settings"]
)
def test_a_phone_sees_the_page_without_scrolling_sideways(
    open_page: Open, address: str, path: str
) -> None:
    page = open_page(address + path, width=390, height=800)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".lp-loading")).to_have_count(0)
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Navigation").click()
    page.get_by_role("link", name="Findings", exact=True).click()
    expect(page).to_have_url(re.compile(r"/findings$"))


def test_a_link_restores_filters_and_typing_rewrites_it(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/traces?since=all&service=research")
    expect(page.locator(ROWS).first).to_have_text("research brief")
    expect(page.get_by_role("textbox", name="Service")).to_have_value("research")
    page.get_by_role("textbox", name="Service").click()
    page.get_by_role("option", name="support").click()
    expect(page.locator(ROWS).first).to_have_text(re.compile("ticket"))
    page.get_by_label("Search").fill("lookup_order")
    expect(page).to_have_url(re.compile(r"q=lookup_order"))
    expect(page).to_have_url(re.compile(r"service=support"))
    expect(page.locator(ROWS).first).to_have_text("route ticket")
    page.reload()
    expect(page.get_by_label("Search")).to_have_value("lookup_order")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".lp-summary")).to_contain_text("400 runs")


def test_a_bar_of_the_histogram_filters_the_list(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/traces?since=all")
    expect(page.locator(".lp-summary")).to_contain_text("400 runs")
    bars = page.locator("#traces-histogram .trace.bars").first.locator(".point path")
    expect(bars.last).to_be_attached()
    boxes = [box for box in (bar.bounding_box() for bar in bars.all()) if box and box["height"] > 3]
    right = max(boxes, key=lambda box: box["x"])
    page.mouse.click(right["x"] + right["width"] / 2, right["y"] + right["height"] / 2)
    expect(page).to_have_url(re.compile(r"min_ms=\d+.*max_ms=\d+"))
    expect(page.locator(".lp-summary")).not_to_contain_text("400 runs")
    expect(page.locator(ROWS).first).to_have_text("research brief")


def test_sorting_asks_the_store(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/traces?since=all")
    page.locator(".ag-header-cell", has_text="Duration").click()
    expect(page.locator(ROWS).first).to_have_text("research brief")
    page.locator(".ag-header-cell", has_text="Duration").click()
    expect(page.locator(ROWS).first).to_have_text("route ticket")


def test_a_row_opens_its_trace_and_back_returns(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/traces?since=all&agent=router")
    page.locator(ROWS).first.click()
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/traces\?since=all&agent=router"))
    expect(page.locator(ROWS).first).to_have_text("route ticket")


def test_enter_on_a_row_opens_its_trace(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/traces?since=all")
    expect(page.locator(ROWS).first).to_be_visible()  # a row that still loads opens nothing
    page.locator(".ag-row .ag-cell[col-id='start']").first.click()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}"))


def test_the_time_range_travels_with_the_links(open_page: Open, address: str) -> None:
    page = open_page(address)
    page.get_by_text("All", exact=True).click()
    expect(page).to_have_url(f"{address}/?since=all")
    expect(page.locator(".lp-tile").first).to_contain_text("400")
    page.get_by_role("link", name="Traces", exact=True).click()
    expect(page).to_have_url(f"{address}/traces?since=all")
    expect(page.locator(".lp-summary")).to_contain_text("400 runs")
    expect(page.get_by_role("link", name="Traces", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_the_theme_is_kept_and_charts_follow(open_page: Open, address: str) -> None:
    page = open_page(f"{address}/?since=all")
    tick = page.locator(".xtick text").first
    expect(tick).to_have_css("fill", "rgb(91, 103, 118)")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(tick).to_have_css("fill", "rgb(151, 163, 180)")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(page.locator(".xtick text").first).to_have_css("fill", "rgb(151, 163, 180)")


def test_from_a_finding_to_an_example(open_page: Open, address: str) -> None:
    page = open_page(address)
    page.locator(".lp-finding").first.click()
    expect(page).to_have_url(re.compile(r"/findings/inc-latency"))
    expect(page.locator(".annotation-text", has_text="onset")).to_be_visible()
    page.locator(".lp-examples a").first.click()
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}"))


def test_new_runs_appear_by_themselves(
    open_page: Open, serve: Callable[[Store], str], store: Store
) -> None:
    page = open_page(f"{serve(store)}/traces")
    expect(page.get_by_text("No runs yet")).to_be_visible()
    ui_seed.seed(store, traces=10, hours=1)
    expect(page.locator(".lp-summary")).to_contain_text("10 runs", timeout=20_000)
    expect(page.locator(ROWS)).to_have_count(10, timeout=20_000)
    later = time.time_ns() + 31_000_000_000
    ui_seed.seed(store, traces=40, hours=0.001, now_ns=later, number=8)
    expect(page.locator(".lp-summary")).to_contain_text("50 runs", timeout=20_000)
    expect(page.locator(ROWS)).not_to_have_count(10)


def test_hostile_names_stay_text(
    open_page: Open, serve: Callable[[Store], str], store: Store
) -> None:
    ui_seed.seed(store, traces=30, hostile=True)
    address = serve(store)
    said: list[str] = []
    for path in ("/?since=all", "/traces?since=all", "/findings", "/findings/inc-latency"):
        page = open_page(address + path)
        page.on("dialog", lambda dialog: said.append(dialog.message))
        expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
        assert page.locator("img[src='x']").count() == 0
        assert not scrolls_sideways(page)
    assert said == []
