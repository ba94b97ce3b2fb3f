"""The trace page in a browser: what a reader can see, do and link to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import polars as pl
import pytest
from playwright.sync_api import Page, expect
from ui_trace_runs import DRAFT, hostile_run, many_roots, support_run
from ui_trace_seed import S, deep, facts, seed_assembled, seed_raw, seed_trace, span_id, wide

from longpole.core.store import Store

pytestmark = pytest.mark.slow
RUN, HOSTILE, ROOTS, WIDE, DEEP = ("b1" * 16, "b2" * 16, "b3" * 16, "b4" * 16, "b5" * 16)
MANY = 50_000
OUTSIDE = "https://pictures.example/a.png"
Open = Callable[..., Page]
ROWS = ".wf-space .wf-row:not([hidden])"


@pytest.fixture
def filled(traces_store: Store, written: set[str]) -> Store:
    if __name__ not in written:
        written.add(__name__)
        seed_trace(traces_store, RUN, support_run())
        seed_trace(traces_store, HOSTILE, hostile_run())
        seed_trace(traces_store, ROOTS, many_roots())
        seed_assembled(traces_store, WIDE, wide(WIDE, MANY))
        seed_assembled(traces_store, DEEP, deep(DEEP, MANY))
    return traces_store


@pytest.fixture
def at(serve: Callable[[Store], str], filled: Store) -> Callable[[str], str]:
    base = serve(filled)
    return lambda path: f"{base}/traces/{path}"


@pytest.fixture
def page(at: Callable[[str], str], open_page: Open) -> Page:
    opened = open_page(at(RUN), height=1400)
    expect(opened.locator(ROWS)).to_have_count(12)
    return opened


def press(page: Page, *keys: str) -> None:
    page.locator(".wf-grid").focus()
    for key in keys:
        page.keyboard.press(key)


def test_it_answers_what_the_request_waited_for(page: Page) -> None:
    expect(page.locator(".tr-answer")).to_contain_text("waited 6.90 s of 11.4 s (61 %)")
    expect(page.locator(".tr-facts")).to_contain_text("at least $0.024 (1 call without a price)")
    expect(page.locator(".wf-grid")).to_have_attribute("role", "treegrid")
    expect(page.locator(f"{ROWS} >> nth=0")).to_have_attribute("aria-level", "1")
    expect(page.locator(".wf-on-path")).to_have_count(10)


def test_subtrees_close_and_open(page: Page) -> None:
    gather = page.locator(ROWS).filter(has_text="gather")
    gather.locator(".wf-twisty").click()
    expect(page.locator(ROWS)).to_have_count(7)
    expect(gather).to_have_attribute("aria-expanded", "false")
    gather.locator(".wf-twisty").click()
    expect(page.locator(ROWS)).to_have_count(12)
    page.get_by_role("button", name="Close all").click()
    expect(page.locator(ROWS)).to_have_count(7)
    page.get_by_role("button", name="Critical path 10").click()
    page.get_by_role("button", name="Open all").click()
    expect(page.locator(ROWS)).to_have_count(10)


def test_the_keyboard_walks_the_tree(page: Page) -> None:
    press(page, "ArrowDown", "ArrowDown", "ArrowDown")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("gather")
    press(page, "ArrowLeft")
    expect(page.locator(ROWS)).to_have_count(7)
    press(page, "ArrowRight", "ArrowRight")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("execute_tool search_docs")
    press(page, "ArrowLeft", "ArrowLeft")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("gather")
    press(page, "End")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("write memory")
    active = page.locator(".wf-grid").get_attribute("aria-activedescendant")
    assert active and "write memory" in page.locator(f"#{active}").inner_text()


def test_choosing_a_span_opens_its_drawer_and_the_address_says_so(page: Page) -> None:
    press(page, "ArrowDown", "ArrowDown", "Enter")
    drawer = page.locator(".tr-drawer")
    expect(drawer.locator("h2")).to_have_text("chat gpt-4.1")
    expect(drawer).to_contain_text("plan")
    assert page.url.endswith(f"?span={span_id(2)}")
    press(page, "ArrowUp")
    expect(drawer.locator("h2")).to_have_text("answer ticket")
    drawer.get_by_role("button", name="Close").click()
    expect(drawer).to_be_hidden()
    assert "span=" not in page.url
    page.locator(ROWS).filter(has_text="check policy").locator(".wf-text").click()
    expect(drawer.locator("h2")).to_have_text("check policy")


def test_a_link_restores_the_chosen_span(at: Callable[[str], str], open_page: Open) -> None:
    page = open_page(at(f"{RUN}?span={span_id(DRAFT)}"))
    expect(page.locator(".wf-selected .wf-text")).to_have_text("chat gpt-4.1")
    drawer = page.locator(".tr-drawer")
    expect(drawer).to_contain_text("You are a patient support agent.")
    drawer.get_by_text("Show all").first.click()
    drawer.get_by_placeholder("Filter").first.fill("temperature")
    expect(drawer.locator(".tr-attributes >> nth=0").locator("tr:visible")).to_have_count(1)


def test_a_link_to_an_unknown_span_says_so(at: Callable[[str], str], open_page: Open) -> None:
    page = open_page(at(f"{RUN}?span=00ff"))
    expect(page.locator(".tr-drawer")).to_contain_text("This trace has no span 00ff")
    expect(page.locator(ROWS)).not_to_have_count(0)


def test_search_jumps_from_match_to_match(page: Page) -> None:
    page.get_by_label("Find a span by").fill("gpt-4.1")
    expect(page.locator(".wf-count")).to_have_text("1 of 3")
    expect(page.locator(".wf-found")).to_have_count(3)
    page.keyboard.press("Enter")
    expect(page.locator(".wf-count")).to_have_text("2 of 3")
    page.get_by_role("button", name="Close all").click()
    page.get_by_label("Find a span by").fill("vector")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("vector search")


def test_the_minimap_zooms_and_moves(page: Page) -> None:
    box = page.locator(".wf-map").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, middle, steps=5)
    page.mouse.up()
    expect(page.locator(".wf-tick").first).to_contain_text("s")
    window = page.locator(".wf-window")
    before = window.bounding_box()
    assert before and before["width"] == pytest.approx(box["width"] * 0.2, rel=0.05)
    page.mouse.move(before["x"] + before["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(before["x"] + before["width"] / 2 + 200, middle, steps=5)
    page.mouse.up()
    after = window.bounding_box()
    assert after and after["x"] == pytest.approx(before["x"] + 200, abs=4)
    page.get_by_role("button", name="Whole time").click()
    expect(window).to_have_class("wf-window wf-whole")


def test_zooming_far_in_keeps_bars_in_place(page: Page) -> None:
    """A bar of 11 s at a window of a microsecond covers the whole width."""
    press(page, "ArrowDown", *["+"] * 40)
    time = page.locator(".wf-time").first.bounding_box()
    bar = page.locator(f"{ROWS} >> nth=0").locator(".wf-bar").bounding_box()
    assert time and bar
    assert bar["x"] < time["x"] and bar["x"] + bar["width"] > time["x"] + time["width"]
    expect(page.locator(".wf-tick").last).to_have_text(re.compile(r"^\d{4}\.\d{4} ms$"))


def test_the_breakdown_points_at_its_rows(page: Page) -> None:
    page.locator(".tr-legend-item").filter(has_text="retrieval").click()
    expect(page.locator(".wf-pointed .wf-text")).to_have_text(["vector search"])
    page.locator(".tr-table tbody tr").first.click()
    expect(page.locator(".wf-pointed .wf-detail")).to_contain_text(["gpt-4.1"])


def test_hostile_names_stay_text(at: Callable[[str], str], open_page: Open) -> None:
    page = open_page(at(f"{HOSTILE}?span={span_id(1)}"), height=1400)
    expect(page.locator(ROWS)).to_have_count(12)
    for text in ("<script>window.hacked = 1</script>", "javascript:window.hacked=5", "(no name)"):
        expect(page.locator(ROWS).filter(has_text=text).first).to_be_visible()
    for number in range(12):
        page.locator(ROWS).nth(number).locator(".wf-text").click()
        expect(page.locator(".wf-selected")).to_have_count(1)
    expect(page.locator(".tr-drawer h2")).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator(".tr-main img, .tr-main script, .tr-main svg[onload]").count() == 0


@pytest.mark.parametrize("trace_id", [WIDE, DEEP])
def test_fifty_thousand_spans_open_scroll_and_close(
    at: Callable[[str], str], open_page: Open, trace_id: str
) -> None:
    page = open_page(at(trace_id))
    expect(page.locator(".wf-head .wf-name")).to_have_text("50,000 spans", timeout=30_000)
    assert page.locator(".wf-row[role=row]").count() < 120
    press(page, "End")
    expect(page.locator(".wf-cursor .wf-text")).to_have_text("step 39")
    page.get_by_label("Find a span by").fill("step 17")
    expect(page.locator(".wf-count")).to_contain_text("of 1,250")
    press(page, "Home", "ArrowLeft")
    expect(page.locator(".wf-head .wf-name")).to_have_text("1 of 50,000 spans")
    page.get_by_role("button", name="Open all").click()
    expect(page.locator(".wf-head .wf-name")).to_have_text("50,000 spans")


def test_messages_and_the_prompts_parts_are_in_the_drawer(
    at: Callable[[str], str], open_page: Open, filled: Store, trace_id: str
) -> None:
    bad = "<img src=x onerror='window.hacked = 1'>"
    said = [
        {"role": "system", "content": "Be brief. " * 40},
        {"role": "user", "content": [{"type": "text", "text": bad},
                                     {"type": "image_url", "image_url": {"url": OUTSIDE}}]},
        {"role": "assistant", "tool_calls": [{"id": "c1", "name": "look", "arguments": "{}"}]},
        {"role": "tool", "tool_call_id": "c1", "content": "nothing there"},
    ]  # fmt: skip
    call = S(1, 0, "chat", "llm", 0, 900, model="gpt-4.1", operation="chat", tokens=(300, 9),
             attributes={"gen_ai.input.messages": json.dumps(said)})  # fmt: skip
    seed_trace(filled, trace_id, [call])
    page = open_page(f"{at(trace_id)}?span={span_id(1)}", height=1400)
    expect(page.locator(".tr-message")).to_have_count(3)
    expect(page.locator(".tr-message").first).to_contain_text(bad)
    expect(page.locator(".tr-media")).to_contain_text(OUTSIDE)  # never asked for: see Watch
    expect(page.locator(".tr-call-head").last).to_have_text("result oflookc1")
    expect(page.locator(".tr-budget > div")).to_have_count(4)
    expect(page.locator(".tr-budget-legend")).to_contain_text("instructions")
    folded = page.locator(".tr-folded")
    expect(folded).not_to_have_attribute("open", "")
    folded.locator("summary").click()
    expect(folded.locator("pre")).to_contain_text("Be brief.")
    assert page.evaluate("window.hacked") is None


def test_several_roots_stand_side_by_side(at: Callable[[str], str], open_page: Open) -> None:
    page = open_page(at(ROOTS))
    expect(page.locator(ROWS)).to_have_count(5)
    expect(page.locator("#trace-summary")).to_contain_text("The trace has 3 roots")
    page.locator(".tr-warning summary").click()
    expect(page.locator(".tr-warning p")).to_be_visible()


def test_a_trace_appears_when_it_is_assembled(
    at: Callable[[str], str], open_page: Open, filled: Store, trace_id: str
) -> None:
    page = open_page(at(trace_id))
    expect(page.locator(".tr-state")).to_contain_text("No such trace")
    seed_raw(filled, trace_id, support_run())
    expect(page.locator(".tr-state")).to_contain_text("12 spans have arrived", timeout=15_000)
    seed_assembled(filled, trace_id, facts(trace_id, support_run()))
    expect(page.locator(ROWS)).not_to_have_count(0, timeout=15_000)


def test_a_growing_trace_keeps_what_was_closed_and_chosen(
    at: Callable[[str], str], open_page: Open, filled: Store, trace_id: str
) -> None:
    spans = facts(trace_id, support_run())
    seed_assembled(filled, trace_id, spans.head(8), growing=True)
    page = open_page(at(trace_id), height=1400)
    expect(page.locator(ROWS)).to_have_count(8)
    page.locator(ROWS).filter(has_text="gather").locator(".wf-twisty").click()
    expect(page.locator(ROWS)).to_have_count(3)
    page.locator(ROWS).filter(has_text="gather").locator(".wf-text").click()
    seed_assembled(filled, trace_id, spans, version=2)
    expect(page.locator(".wf-head .wf-name")).to_have_text("7 of 12 spans", timeout=15_000)
    expect(page.locator(".wf-selected .wf-text")).to_have_text("gather")


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone(at: Callable[[str], str], open_page: Open, dark: bool) -> None:
    page = open_page(at(RUN), width=390, height=800, dark=dark)
    expect(page.locator(ROWS)).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(ROWS).nth(1).locator(".wf-text").click()
    expect(page.locator(".tr-drawer")).to_be_in_viewport()


def test_slack_shows_in_the_rows_and_the_legend_says_how_hops_are_known(page: Page) -> None:
    expect(page.locator(".wf-legend")).to_contain_text("order in time")
    slack = page.get_by_role("button", name="Show slack and drag in each row")
    slack.click()
    expect(slack).to_have_attribute("aria-pressed", "true")
    expect(page.locator(f"{ROWS} .wf-note").first).to_contain_text(re.compile(r"slack|no slack"))


def test_detached_work_has_a_mark_and_a_filter(page: Page) -> None:
    expect(page.locator(".wf-detached")).to_have_count(1)
    page.get_by_role("button", name="Detached 1").click()
    expect(page.locator(ROWS)).to_have_count(2)  # with the root above it
    expect(page.locator(".wf-legend")).to_contain_text("detached work")


def test_arrows_lead_from_what_a_span_provably_waited_for(
    traces_store: Store, serve: Callable[[Store], str], open_page: Open, trace_id: str
) -> None:
    rows = facts(trace_id, [
        S(1, 0, "run", "agent", 0, 100), S(2, 1, "plan", "llm", 0, 40),
        S(3, 1, "search", "tool", 45, 50, tool="search"),
    ])  # fmt: skip
    waited, none = pl.col("Name") == "search", pl.lit([], pl.List(pl.String))
    seed_assembled(traces_store, trace_id, rows.with_columns(
        AfterSpanIds=pl.when(waited).then(pl.lit([span_id(2)])).otherwise(none),
        AfterEvidence=pl.when(waited).then(pl.lit(["data"])).otherwise(none),
    ))  # fmt: skip
    opened = open_page(f"{serve(traces_store)}/traces/{trace_id}?span={span_id(3)}")
    arrow = opened.locator(".wf-arrow:not([hidden])")
    expect(arrow).to_have_count(1)
    expect(arrow).to_have_attribute("data-evidence", "data")
    expect(opened.locator(".tr-drawer")).to_contain_text("Proven to wait for (1)")
    expect(opened.locator(".tr-drawer")).to_contain_text("data flow")
