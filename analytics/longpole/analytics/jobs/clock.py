"""Marks against the store's clock, which may be set back.

Arrivals are stamped by that clock. After it was set back new arrivals lie before the mark, where
nobody would look; so a mark never lies ahead of the clock, and one that does is put back.
"""

from __future__ import annotations

import logging

from longpole.core.store import Store, load_sql

log = logging.getLogger(__name__)

# Clocks of the machines of a cluster differ a little all the time.
TOLERANCE_MS = 2_000
LOOK_BACK_MS = 3600 * 1000


def store_now_ms(store: Store) -> int:
    """The store's clock, in ms since 1970."""
    return int(store.rows(load_sql("jobs/store_now"))[0]["NowMs"])


def put_back(mark_ms: int, now_ms: int, job: str) -> int:
    """The mark; or, where the clock was set back behind it, an hour before the clock.

    What is looked at again costs little where nothing changed.
    """
    if mark_ms <= now_ms + TOLERANCE_MS:
        return mark_ms
    log.warning(
        "the store's clock is %d s behind what job %s has seen; it looks again from an hour ago",
        *((mark_ms - now_ms) // 1000, job),
    )
    return max(0, now_ms - LOOK_BACK_MS)
