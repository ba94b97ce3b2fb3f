"""The what-if panel in a browser: every control, by pointer and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from ui_trace_seed import S, seed_trace

from longpole.core.store import Store

pytestmark = pytest.mark.slow
RUN, HOSTILE = "e1" * 16, "e2" * 16
EVIL = '<img src=x onerror=alert(1)>,step=\\"x\\",=' + "w" * 200
Open = Callable[..., Page]


def agent(search: str) -> list[S]:
    return [
        S(1, 0, "answer", "agent", 0, 1000, agent="desk"),
        S(2, 1, "chat", "llm", 10, 200, step="plan", model="gpt-4o", tokens=(1000, 50), usd=0.01,
          ttft=80),
        S(3, 1, search, "tool", 220, 400, tool=search),
        S(4, 1, "lookup", "tool", 220, 300, tool="lookup"),
        S(5, 1, "chat", "llm", 630, 200, step="write", model="gpt-4o", tokens=(3000, 200),
          usd=0.03, ttft=100),
        S(6, 1, "save", "tool", 840, 60, tool="save"),
        S(7, 1, "save", "tool", 910, 60, tool="save"),
    ]  # fmt: skip


@pytest.fixture
def at(serve: Callable[[Store], str], traces_store: Store, written: set[str]) -> Callable[..., str]:
    if __name__ not in written:
        written.add(__name__)
        seed_trace(traces_store, RUN, agent("search"))
        seed_trace(traces_store, HOSTILE, agent(EVIL))
    base = serve(traces_store)
    return lambda trace: f"{base}/traces/{trace}"


def choose(page: Page, step: str) -> None:
    page.locator("#what-if-step").click()
    page.get_by_role("option").filter(has_text=step).click()


def test_the_longest_step_twice_as_fast_is_answered_at_once(
    at: Callable[..., str], open_page: Open
) -> None:
    page = open_page(at(RUN), height=1400)
    expect(page.locator("#what-if-step")).to_have_value("search · tool: 400 ms on the path, 1 call")
    shown = page.locator("#what-if-answer")
    expect(shown).to_contain_text("1 s → 900 ms")
    expect(shown).to_contain_text("100 ms (10 %)")
    expect(shown).to_contain_text("lookup · tool")
    expect(shown.get_by_role("img")).to_have_count(1)


def test_the_factor_by_keyboard(at: Callable[..., str], open_page: Open) -> None:
    page = open_page(at(RUN), height=1400)
    choose(page, "write")
    shown = page.locator("#what-if-answer")
    expect(shown).to_contain_text("1 s → 900 ms")
    page.get_by_role("slider").focus()
    page.keyboard.press("End")
    expect(shown).to_contain_text("1 s → 800 ms")
    page.keyboard.press("Home")
    expect(shown).to_contain_text("1 s → 1 s")


def test_each_kind_of_change(at: Callable[..., str], open_page: Open) -> None:
    page = open_page(at(RUN), height=1400)
    shown = page.locator("#what-if-answer")
    choose(page, "write")
    for label, words in (
        ("not called", "$0.040 → $0.010"),
        ("prompt cached", "1 s → 900 ms"),
        ("answered from a cache in 50 ms", "1 s → 850 ms"),
        ("another model", "Choose the model"),
        ("without failed attempts", "No failed attempt"),
    ):
        page.get_by_label(label, exact=True).check()
        expect(shown).to_contain_text(words)
    expect(page.get_by_role("slider")).not_to_be_visible()
    choose(page, "save")
    page.get_by_label("its calls side by side").check()
    expect(shown).to_contain_text("1 s → 940 ms")


@pytest.mark.parametrize(("width", "dark"), [(1280, True), (390, False)])
def test_hostile_names_are_text_on_every_screen(
    at: Callable[..., str], open_page: Open, width: int, dark: bool
) -> None:
    page = open_page(at(HOSTILE), width=width, height=1400, dark=dark)
    shown = page.locator("#what-if-answer")
    expect(shown).to_contain_text("1 s → 900 ms")
    expect(shown).to_contain_text("<img src=x")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
