"""How many tokens a text has, with the vocabulary of the model or the nearest that is public."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from splintr import AnyTokenizer, Tokenizer

from longpole.core.messages.parse import well_formed

# Beyond this many characters altogether a sample is counted, so that no prompt takes long.
MAX_COUNTED = 100_000
_SLICES = 16
_WORDS = re.compile(r"[^\s]{2000,}")
# First match on the lower-cased model name. Anthropic and xAI publish no vocabulary: their rows
# are the nearest one, as is Gemini's, whose open sibling is Gemma.
VOCABULARIES: tuple[tuple[str, str], ...] = (
    (r"gpt-oss", "gpt-oss"),
    (r"gpt-3\.5|gpt-35|gpt-4(?![o.\d])|text-embedding|davinci-002|babbage-002", "cl100k_base"),
    (r"gpt-|\bo[134]\b|o[134]-|chatgpt|codex|computer-use", "o200k_base"),
    (r"gemini|gemma", "gemma3"),
    (r"llama-?2|vicuna|tinyllama", "llama2"),
    (r"llama", "llama3"),
    (r"deepseek", "deepseek_v3"),
    (r"qwen|qwq", "qwen3"),
    (r"glm", "glm4"),
    (r"kimi|moonshot", "kimi_k2"),
    (r"mixtral|mistral-7b", "mistral_v1"),
    (r"mistral|codestral|ministral|magistral|pixtral|devstral", "mistral_v3"),
    (r"phi-?4", "phi4"),
    (r"olmo", "olmo2"),
)
OTHERWISE = "o200k_base"


@dataclass(frozen=True)
class Counted:
    """Tokens of each text; `sampled` where only parts of a long prompt were counted."""

    tokens: tuple[int, ...]
    vocabulary: str
    sampled: bool


def vocabulary_for(model: str) -> str:
    """The vocabulary a model's text is counted with."""
    lower = model.lower()
    found = (name for pattern, name in VOCABULARIES if re.search(pattern, lower))
    return next(found, OTHERWISE)


def count_tokens(texts: Sequence[str], model: str) -> Counted:
    """Tokens of each text. Special tokens written out in a text count as plain text.

    Texts of more than `MAX_COUNTED` characters together are counted by evenly spread samples.
    """
    vocabulary = vocabulary_for(model)
    total = sum(map(len, texts))
    share = min(1.0, MAX_COUNTED / total) if total else 1.0
    counts = tuple(_count(text, share, vocabulary) for text in texts)
    return Counted(counts, vocabulary, share < 1.0)


@lru_cache(maxsize=3)
def _tokenizer(vocabulary: str) -> AnyTokenizer:
    # Each takes some 40 MB once loaded.
    return Tokenizer.from_pretrained(vocabulary)


def _count(text: str, share: float, vocabulary: str) -> int:
    if not text:
        return 0
    pieces = [text] if share == 1.0 else _sample(text, max(64, int(len(text) * share)))
    counted = sum(map(len, pieces))
    tokens = sum(_encoded(piece, vocabulary) for piece in pieces)
    return max(1, round(tokens * len(text) / counted))


def _encoded(text: str, vocabulary: str) -> int:
    # A run without a space is one piece to the tokenizer, and the time for it grows faster than
    # its length.
    whole = _WORDS.sub(lambda run: " ".join(_cut(run[0])), well_formed(text))
    return len(_tokenizer(vocabulary).encode_ordinary(whole))


def _cut(run: str) -> list[str]:
    return [run[start : start + 1000] for start in range(0, len(run), 1000)]


def _sample(text: str, wanted: int) -> list[str]:
    """Slices at even distances, `wanted` characters together."""
    if wanted >= len(text):
        return [text]
    length = max(1, wanted // _SLICES)
    step = (len(text) - length) / max(1, _SLICES - 1)
    return [text[int(n * step) : int(n * step) + length] for n in range(_SLICES)]
