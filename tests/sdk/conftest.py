"""The SDK's own testing helper, as a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from longpole.sdk.testing import CapturedSpans, capture_spans


@pytest.fixture
def spans() -> Iterator[CapturedSpans]:
    with capture_spans() as captured:
        yield captured
