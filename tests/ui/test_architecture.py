"""The Architecture page in a browser: what a reader can see, choose and link to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
import ui_seed
from databases import Databases
from playwright.sync_api import Page, expect

from longpole.core.schema import upgrade
from longpole.core.store import Store

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
SECTION = "#architecture-{}"


@pytest.fixture
def page(address: str, open_page: Open) -> Page:
    opened = open_page(f"{address}/architecture?since=7d", height=1400)
    expect(opened.locator(".fl-box").first).to_be_visible()
    return opened


@pytest.fixture
def hostile(databases: Databases) -> Iterator[Store]:
    """Names from outside that are markup, and very long ones."""
    with databases.opened("ui_architecture_hostile") as store:
        if upgrade(store):
            ui_seed.seed(store, traces=60, hostile=True)
        yield store


def test_every_section_fills_itself(page: Page) -> None:
    for name in (
        "findings",
        "flame",
        "table",
        "difference",
        "tail",
        "what-if",
        "graph",
        "variants",
    ):
        section = page.locator(SECTION.format(name))
        expect(section.locator(".ar-skeleton")).to_have_count(0, timeout=90_000)
        expect(section).not_to_contain_text("could not be loaded")
    expect(page.locator(f"{SECTION.format('table')} tbody")).to_contain_text("search_docs")
    expect(page.locator("[data-nav='/architecture'] a")).to_have_attribute("aria-current", "page")


def test_a_click_zooms_the_flame_graph_and_escape_zooms_out(page: Page) -> None:
    host = page.locator(f"{SECTION.format('flame')} .fl-boxes")
    whole = host.locator(".fl-box:visible").count()
    # The second level is one root operation: zooming there hides the others.
    host.locator(".fl-box").nth(1).click()
    zoomed = host.locator(".fl-box:visible").count()
    assert 1 < zoomed < whole
    assert host.locator(".fl-box").nth(1).bounding_box()["width"] > 800  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(host.locator(".fl-box:visible")).to_have_count(whole)


def test_arrow_keys_move_over_the_flame_graph_and_say_where(page: Page) -> None:
    flame = page.locator(SECTION.format("flame"))
    flame.locator(".fl-box").first.focus()
    page.keyboard.press("ArrowDown")
    said = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert re.search(r"a trace, \d+(\.\d)? % of the path", said)
    expect(flame.locator(".fl-said")).to_have_text(said)
    page.keyboard.press("ArrowUp")
    assert "all selected traces" in page.evaluate("document.activeElement.textContent")


def test_a_search_marks_boxes(page: Page) -> None:
    flame = page.locator(SECTION.format("flame"))
    flame.locator("input[type=search]").fill("search_docs")
    expect(flame.locator(".fl-found")).to_have_text(re.compile(r"^[1-9]\d* found$"))
    expect(flame.locator(".fl-hit").first).to_contain_text("search_docs")
    flame.locator("input[type=search]").fill("no such step")
    expect(flame.locator(".fl-found")).to_have_text("0 found")


def test_a_filter_is_part_of_the_address_and_back_undoes_it(page: Page) -> None:
    page.get_by_label("Root operation").first.click()
    page.get_by_role("option", name="answer ticket").click()
    expect(page).to_have_url(re.compile("root_name=answer"))
    expect(page.get_by_label("Root operation").first).to_have_value("answer ticket")
    page.go_back()
    expect(page).not_to_have_url(re.compile("root_name="))
    expect(page.locator(".fl-box").first).to_be_visible()
    expect(page.get_by_label("Root operation").first).to_have_value("")


def test_a_link_restores_rows_band_and_comparison(address: str, open_page: Open) -> None:
    query = "since=all&by=kind&band=p95-p99&compare=bands"
    page = open_page(f"{address}/architecture?{query}")
    table = page.locator(SECTION.format("table"))
    expect(table.locator(".ar-chosen")).to_have_text("kind")
    expect(table.locator("tbody")).to_contain_text("llm")
    expect(page.get_by_label("Percentile band").first).to_have_value("p95-p99")
    difference = page.locator(SECTION.format("difference"))
    expect(difference).to_contain_text("traces of p95-p99 against those of p40-p60")


def test_rows_are_chosen_by_a_link(page: Page) -> None:
    table = page.locator(SECTION.format("table"))
    table.get_by_role("link", name="release", exact=True).click()
    expect(page).to_have_url(re.compile("by=release"))
    expect(page.locator(f"{SECTION.format('table')} th").first).to_have_text("Release")


def test_a_step_links_to_its_traces(page: Page) -> None:
    table = page.locator(SECTION.format("table"))
    table.get_by_role("link", name=re.compile("search_docs")).first.click()
    expect(page).to_have_url(re.compile(r"/traces\?.*step=search_docs"))


def test_all_of_time_says_why_it_has_nothing_before(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/architecture?since=all")
    expect(page.locator(SECTION.format("difference"))).to_contain_text("nothing before it")


def test_an_empty_store_says_what_to_do(
    store: Store, serve: Callable[[Store], str], open_page: Open
) -> None:
    page = open_page(f"{serve(store)}/architecture")
    expect(page.locator(SECTION.format("flame"))).to_contain_text("No runs yet")
    expect(page.locator(SECTION.format("findings"))).to_contain_text("No open findings")


def test_hostile_names_are_harmless_text(
    hostile: Store, serve: Callable[[Store], str], open_page: Open
) -> None:
    page = open_page(f"{serve(hostile)}/architecture?since=all", width=390)
    expect(page.locator(".fl-box").first).to_be_visible()
    expect(page.locator(".ar-skeleton")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("main img, main script, main iframe").count() == 0
