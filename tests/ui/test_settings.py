"""The Settings page in the browser: what its buttons do, and that nothing hostile breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import ui_seed
import ui_seed_ingest
from playwright.sync_api import Page, expect

from longpole.core.access import list_keys
from longpole.core.errors import InputError
from longpole.core.store import Store

pytestmark = pytest.mark.slow
Open = Callable[..., Page]
Serve = Callable[..., str]
KEY = re.compile(r"^lp_[0-9a-f]{12}_[\w-]{43}$")


def scrolls_sideways(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    return wide


def test_the_project_is_chosen_in_the_header_and_kept(
    open_page: Open, serve: Serve, store: Store
) -> None:
    ui_seed.seed(store, traces=40, project="alpha")
    ui_seed.seed(store, traces=25, project="beta")
    address = serve(store)
    page = open_page(f"{address}/traces?since=all&project=alpha")
    expect(page.locator(".lp-summary")).to_contain_text("40 runs")
    chooser = page.get_by_role("textbox", name="Project", exact=True)
    expect(chooser).to_have_value("alpha")
    chooser.click()
    page.get_by_role("option", name="beta").click()
    expect(page).to_have_url(f"{address}/traces?project=beta&since=all")
    expect(page.locator(".lp-summary")).to_contain_text("25 runs")
    page.locator(".ag-center-cols-container .ag-row a.lp-link").first.click()
    expect(page).to_have_url(re.compile(r"/traces/[0-9a-f]{32}\?project=beta$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("beta")
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?project=beta"))
    page.get_by_text("All", exact=True).click()
    expect(page.locator(".lp-tile").first).to_contain_text("25")
    for _ in range(4):
        page.go_back()
    expect(page).to_have_url(f"{address}/traces?since=all&project=alpha")
    expect(page.locator(".lp-summary")).to_contain_text("40 runs")
    expect(chooser).to_have_value("alpha")


def test_filters_keep_the_project(open_page: Open, serve: Serve, store: Store) -> None:
    ui_seed.seed(store, traces=40, project="alpha")
    ui_seed.seed(store, traces=25, project="beta")
    page = open_page(f"{serve(store)}/traces?since=all&project=beta")
    page.get_by_role("textbox", name="Search").fill("research")
    expect(page).to_have_url(re.compile(r"q=research"))
    expect(page).to_have_url(re.compile(r"project=beta"))
    expect(page.locator(".lp-summary")).to_contain_text("5 runs")
    page.reload()
    expect(page.locator(".lp-summary")).to_contain_text("5 runs")


def test_the_only_project_shows_without_being_named(
    open_page: Open, serve: Serve, store: Store
) -> None:
    ui_seed.seed(store, traces=10, project="alpha")
    page = open_page(f"{serve(store)}/traces?since=all")
    expect(page.locator(".lp-summary")).to_contain_text("10 runs")
    expect(page.get_by_role("textbox", name="Project", exact=True)).to_have_value("alpha")
    expect(page).to_have_url(re.compile(r"/traces\?since=all$"))


def test_a_key_is_created_shown_once_and_revoked(
    open_page: Open, serve: Serve, store: Store
) -> None:
    page = open_page(f"{serve(store)}/settings")
    expect(page.get_by_text("No keys for this project")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("checkout <b>service</b>")
    page.get_by_role("textbox", name="Expires after").fill("30")
    page.get_by_role("button", name="Create key").click()
    shown = page.locator("#key-text")
    expect(shown).to_have_text(KEY)
    assert list_keys(store)[0].matches(shown.inner_text())
    line = page.get_by_role("table", name="API keys").get_by_role("row").last
    expect(line).to_contain_text("checkout <b>service</b>")
    expect(line).to_contain_text("active")
    page.once("dialog", lambda dialog: dialog.dismiss())
    line.get_by_role("button", name="Revoke").click()
    expect(line).to_contain_text("active")
    page.once("dialog", lambda dialog: dialog.accept())
    line.get_by_role("button", name="Revoke").click()
    expect(line).to_contain_text("revoked")
    expect(line.get_by_role("button")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("table", name="API keys")).to_contain_text("revoked")
    expect(page.locator("#key-text")).to_be_hidden()


def test_dead_letters_are_replayed_and_dropped(open_page: Open, serve: Serve, store: Store) -> None:
    ui_seed_ingest.seed_ingest(store)
    done: list[tuple[str, ...]] = []

    def settle(*what: str) -> None:
        done.append(what)
        states = {"replay": "replayed", "drop": "dropped"}
        store.command(
            "INSERT INTO dead_letters SELECT * REPLACE ({state:String} AS State, "
            "now64(3) + 1 AS UpdatedAt) FROM dead_letters FINAL WHERE Id = {id:String}",
            {"state": states[what[0]], "id": what[2]},
        )

    page = open_page(f"{serve(store, dead_letters=settle)}/settings")
    letters = page.get_by_role("table", name="Dead letters")
    letters.get_by_role("button", name="Replay").first.click()
    expect(letters.get_by_role("button", name="Replay")).to_have_count(1)
    expect(letters).to_contain_text("replayed")
    page.once("dialog", lambda dialog: dialog.accept())
    letters.get_by_role("button", name="Drop").click()
    expect(letters.get_by_role("button")).to_have_count(0)
    spool = ui_seed_ingest.SPOOL
    assert done == [("replay", spool, "default-0000"), ("drop", spool, "default-0001")]


def test_a_replay_that_fails_says_why(open_page: Open, serve: Serve, store: Store) -> None:
    ui_seed_ingest.seed_ingest(store)

    def fail(*_what: str) -> None:
        raise InputError("the file <i>default-0000</i> is gone; drop the letter")

    page = open_page(f"{serve(store, dead_letters=fail)}/settings", refused=True)
    page.get_by_role("button", name="Replay").first.click()
    expect(page.get_by_role("alert")).to_contain_text("the file <i>default-0000</i> is gone")


def test_without_ingest_in_the_process_the_buttons_rest(
    open_page: Open, serve: Serve, store: Store
) -> None:
    ui_seed_ingest.seed_ingest(store)
    page = open_page(f"{serve(store)}/settings")
    expect(page.get_by_role("button", name="Replay").first).to_be_disabled()
    expect(page.get_by_text("Ingest runs in another process")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_hostile_values_stay_text(
    open_page: Open, serve: Serve, store: Store, width: int, dark: bool
) -> None:
    ui_seed_ingest.seed_ingest(store, hostile=True)
    ui_seed_ingest.seed_arrived(store, hostile=True)
    page = open_page(f"{serve(store)}/settings", width=width, dark=dark)
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    for table in ("Reasons", "Spools", "Dead letters", "Dialects seen", "Fields not understood",
                  "Clocks of senders"):  # fmt: skip
        shown = page.get_by_role("table", name=table)
        expect(shown.get_by_text("<script>alert(1)</script>").first).to_be_attached()
    assert page.locator("img[src='x']").count() == 0
    assert not scrolls_sideways(page)
    assert said == []


def test_the_equation_is_shown(open_page: Open, serve: Serve, store: Store) -> None:
    ui_seed_ingest.seed_ingest(store)
    line = open_page(f"{serve(store)}/settings").get_by_role("table", name="Accounts")
    expect(line.get_by_role("row").nth(1)).to_contain_text(
        re.compile(r"traces.*1,200 spans.*1,100.*60.*40.*0.*3.*5")
    )
