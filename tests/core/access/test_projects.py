from __future__ import annotations

import polars as pl
import pytest

from longpole.core.access import (
    Project,
    create_key,
    find_project,
    is_project_name,
    list_projects,
    set_project,
)
from longpole.core.errors import InputError
from longpole.core.store import Store


@pytest.mark.parametrize("name", ["a", "Shop_2.eu-west", "-x", "a" * 64, "1"])
def test_names(name: str) -> None:
    assert is_project_name(name)


@pytest.mark.parametrize(
    "name", ["", "a" * 65, "a b", "a/b", "*", "..", "ü", "a\n", "a'", "\udcff"]
)
def test_no_names(name: str) -> None:
    assert not is_project_name(name)


def test_what_is_not_given_stays(store: Store) -> None:
    assert find_project(store, "shop") == Project("shop")
    set_project(store, "shop", spans_per_s=500)
    assert set_project(store, "shop", retention_days=30) == Project("shop", 500, 30)
    assert set_project(store, "shop", spans_per_s=0) == Project("shop", 0, 30)
    assert find_project(store, "shop") == Project("shop", 0, 30)


def test_the_list_has_projects_with_settings_keys_or_data(store: Store) -> None:
    set_project(store, "a", retention_days=7)
    create_key(store, "b")
    store.insert("ingest_ledger", pl.DataFrame({"Spool": ["s"], "Project": ["c"]}))
    assert list_projects(store) == [Project("a", 0, 7), Project("b"), Project("c")]


@pytest.mark.parametrize(
    ("name", "rate", "days"), [("a b", 1, 1), ("a", -1, 0), ("a", 2**32, 0), ("a", 0, -1)]
)
def test_what_cannot_be_is_refused(store: Store, name: str, rate: int, days: int) -> None:
    with pytest.raises(InputError):
        set_project(store, name, rate, days)
    assert list_projects(store) == []
