"""Texts that were looked up and pasted into a user's message between tags."""

from __future__ import annotations

import re

_TAGS = "context|documents|document|search_results|retrieved_context|retrieved_documents|sources"
_TAG = re.compile(rf"<(/?)({_TAGS})(?:\s[^<>]{{0,200}})?>", re.IGNORECASE)


def split_context(text: str) -> tuple[list[str], str]:
    """What stands between such tags, and the text without it. A tag never closed is plain text."""
    found: list[str] = []
    own: list[str] = []
    done, open_tag, depth = 0, None, 0
    for tag in _TAG.finditer(text):
        closing, name = tag[1] == "/", tag[2].lower()
        if open_tag is None and not closing:
            open_tag, depth = tag, 1
        elif open_tag is not None and name == open_tag[2].lower():
            depth += -1 if closing else 1
            if depth == 0:
                own.append(text[done : open_tag.start()])
                found.append(text[open_tag.start() : tag.end()])
                done, open_tag = tag.end(), None
    return found, "".join((*own, text[done:])).strip() if found else text
