"""A conversation written as one text, each turn on a new line after its role."""

from __future__ import annotations

import re
from typing import Any

_TURN = re.compile(r"^(system|developer|user|assistant|tool|human|ai): ?", re.M | re.I)


def split_turns(text: str) -> list[dict[str, Any]]:
    """Messages of such a text; none where it does not start so or has a single turn."""
    starts = list(_TURN.finditer(text))
    if len(starts) < 2 or starts[0].start() != 0:
        return []
    ends = [*(start.start() for start in starts[1:]), len(text)]
    said = [text[start.end() : end].rstrip("\n") for start, end in zip(starts, ends, strict=True)]
    return [
        {"role": start[1].lower(), "content": words}
        for start, words in zip(starts, said, strict=True)
        if words and words != "None"
    ]
