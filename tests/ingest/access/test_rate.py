"""The token bucket, on a clock of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from longpole.ingest.access import RateLimiter
from longpole.ingest.access.rate import SWEEP_S
from longpole.ingest.errors import RateLimitedError


@dataclass
class Clock:
    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


RATES = {"shop": 100, "slow": 1}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(lambda project: RATES.get(project, 0), clock)


def wait_s(limiter: RateLimiter, project: str, items: int) -> int:
    """Seconds the sender is told to wait; 0 when the request passes."""
    try:
        limiter.take(project, items)
    except RateLimitedError as error:
        assert error.retry_after_s is not None
        return error.retry_after_s
    return 0


def test_two_seconds_worth_may_come_at_once(limiter: RateLimiter) -> None:
    assert [wait_s(limiter, "shop", 50) for _ in range(5)] == [0, 0, 0, 0, 1]


def test_the_refusal_tells_each_transport_what_to_answer(limiter: RateLimiter) -> None:
    limiter.take("slow", 10)
    with pytest.raises(RateLimitedError, match="slow may send 1 items a second; retry in 9 s") as e:
        limiter.take("slow", 1)
    assert (e.value.http_status, e.value.grpc_status) == (429, "RESOURCE_EXHAUSTED")
    assert e.value.reason == "rate_limited"


def test_waiting_as_told_is_enough_and_less_is_not(limiter: RateLimiter, clock: Clock) -> None:
    limiter.take("slow", 10)
    told = wait_s(limiter, "slow", 1)
    clock.now_s += told - 1
    assert wait_s(limiter, "slow", 1) == 1
    clock.now_s += 1
    assert wait_s(limiter, "slow", 1) == 0


def test_a_refused_request_takes_nothing(limiter: RateLimiter, clock: Clock) -> None:
    limiter.take("shop", 200)
    for _ in range(1000):
        assert wait_s(limiter, "shop", 100) == 1
    clock.now_s += 0.5
    assert wait_s(limiter, "shop", 100) == 0


def test_a_request_larger_than_the_bucket_passes_and_is_paid_for(
    limiter: RateLimiter, clock: Clock
) -> None:
    assert wait_s(limiter, "shop", 1000) == 0
    assert wait_s(limiter, "shop", 1) == 9, "200 were there, 800 are owed"
    clock.now_s += 9
    assert wait_s(limiter, "shop", 1000) == 0


def test_a_large_request_among_many_small_ones_gets_its_turn(
    limiter: RateLimiter, clock: Clock
) -> None:
    limiter.take("shop", 200)
    passed = 0
    for _ in range(1000):
        clock.now_s += 0.1
        passed += not wait_s(limiter, "shop", 9)
        if not wait_s(limiter, "shop", 500):
            passed += 1000
            break
    assert passed >= 1000


def test_the_rate_holds_over_time(limiter: RateLimiter, clock: Clock) -> None:
    sent = 0
    for _ in range(10_000):
        clock.now_s += 0.01
        if not wait_s(limiter, "shop", 7):
            sent += 7
    assert 100 * 100 <= sent <= 100 * 100 + 200 + 7


def test_projects_do_not_disturb_each_other(limiter: RateLimiter) -> None:
    limiter.take("slow", 1000)
    assert wait_s(limiter, "shop", 100) == 0
    assert all(wait_s(limiter, "free", 10**9) == 0 for _ in range(3))


def test_no_items_are_never_refused(limiter: RateLimiter) -> None:
    limiter.take("slow", 100)
    assert wait_s(limiter, "slow", 0) == 0


def test_a_new_limit_holds_at_once(clock: Clock) -> None:
    rates = {"shop": 10}
    limiter = RateLimiter(lambda project: rates[project], clock)
    limiter.take("shop", 20)
    assert wait_s(limiter, "shop", 1) == 1
    rates["shop"] = 0
    assert wait_s(limiter, "shop", 1000) == 0


def test_idle_buckets_are_forgotten_and_debts_are_not(clock: Clock) -> None:
    limiter = RateLimiter(lambda _: 10, clock)
    for number in range(1000):
        limiter.take(f"p{number}", 1)
    limiter.take("debtor", 10_000)
    clock.now_s += SWEEP_S
    limiter.take("p0", 1)
    assert set(limiter._buckets) == {"debtor", "p0"}
    assert wait_s(limiter, "debtor", 1) > 1


def test_threads_do_not_get_more_than_there_is(limiter: RateLimiter) -> None:
    passed: list[int] = []

    def send() -> None:
        passed.extend(1 for _ in range(200) if not wait_s(limiter, "shop", 1))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 200
