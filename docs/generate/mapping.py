"""docs/mapping.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generate.markdown import code, codes, table

from longpole.core.semconv import mapping_rows
from longpole.core.semconv.compile.sqltext import MAX_COUNT, MAX_LONG, MAX_TEXT
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import DialectRule, KindSignature

FIELDS_HEAD = """# Which attribute becomes which field

Generated from `longpole.core.semconv`, which is also what the SQL of the view `spans_mv` is made
from: what is not in these tables is not read.

## Fields

The first source of a field that has a usable value wins. Text that is empty, not valid UTF-8, holds
a NUL, or is longer than {text:,} bytes ({long:,} for JSON and lists) counts as absent, and so does
a count that is not a whole number up to {count:,}. A field without a value stays null or
empty and is never filled with zero. A source read from the span name holds only for spans of the
kind (and dialect) named in the last column, and its key is a pattern whose group is the value.

"""
DERIVED_HEAD = """
## What is made of them

"""
DERIVED = (
    ("Model", "`ResponseModel`, else `RequestModel`"),
    (
        "Process",
        "`ServiceInstance`, else `Container` (or `Host`) and `ProcessId`, else `Container`",
    ),
    (
        "Step",
        "a tool's name, an agent's name, a model call's operation; else the span's name with ids, "
        "long hex text and numbers replaced by `*`",
    ),
    ("Operation", "as said, else the kind"),
    (
        "InputTokens, OutputTokens",
        "input includes cached tokens and output includes reasoning, whoever reports: parts that "
        "were reported beside the whole (a part is larger than the whole, or only the sum with the "
        "parts gives the total) are added",
    ),
    ("TotalTokens", "input and output, where both are known; else as said"),
    ("TtftS", "the attribute, else the event"),
    ("Streaming", "as said; true where a time to first token is known and nothing is said"),
    ("ErrorType", "kept only where the span's status is an error"),
)
KINDS_HEAD = """
## Kind

What work a span is. Tried in this order; a span that none fits is `other`.

1. An attribute says it (compared in lower case):

"""
WORDS_HEAD = """
2. On a span of a known dialect, the first word of its name says it:

"""
SIGNS_HEAD = """
3. Attributes that only such a span has are there:

"""
DIALECTS_HEAD = """
## Dialect

Who wrote the span. Any one sign is enough; rules are tried in this order.

"""
PROVIDERS_HEAD = """
## Provider

Spellings seen on the wire (compared in lower case) and the name Longpole uses. The part of a name
before its first dot is tried too, so `openai.chat` is `openai`.

"""
PREFIXES_HEAD = """
Where nothing names a provider it is told from the model: by a known provider before a slash in the
model's name, else by how the name begins (the longest fit wins). Such spans have
`ProviderInferred`.

"""
FRAMEWORKS_HEAD = """
These are named where a provider is expected, but they call models and do not serve them; they
become the span's `Framework`, and the provider is told from the model:

"""
REASONS_HEAD = """
## Finish reasons

Any other reason is kept as it is, in lower case.

"""


def page() -> str:
    """Fields, kinds, dialects, providers and finish reasons."""
    limits = {"text": MAX_TEXT, "long": MAX_LONG, "count": MAX_COUNT}
    parts = [FIELDS_HEAD.format(**limits), _fields(), DERIVED_HEAD]
    parts += [table(("column of `spans`", "made of"), DERIVED), "\n"]
    parts += [KINDS_HEAD, _kind_attributes(), WORDS_HEAD]
    parts += [_words(DECLARED.kind_first_words, "first word", "kind"), SIGNS_HEAD]
    parts += [_signatures(DECLARED.kind_signatures), DIALECTS_HEAD, _dialects(DECLARED.dialects)]
    parts += [PROVIDERS_HEAD, _words(DECLARED.providers, "spelling", "provider"), PREFIXES_HEAD]
    parts += [_words(DECLARED.model_prefixes, "model begins with", "provider"), FRAMEWORKS_HEAD]
    parts += [codes(sorted(DECLARED.frameworks)) + ".\n", REASONS_HEAD]
    parts += [_words(DECLARED.finish_reasons, "on the wire", "reason")]
    return "".join(parts)


def _fields() -> str:
    rows = [
        (
            code(row["field"]) if row["preference"] == "1" else "",
            row["preference"],
            row["read from"],
            code(row["key"]),
            row["read as"],
            row["only"],
        )
        for row in mapping_rows()
    ]
    return table(("field", "", "read from", "key", "read as", "only for"), rows) + "\n"


def _kind_attributes() -> str:
    rows = [
        (code(rule.key), codes(words), kind)
        for rule in DECLARED.kind_attributes
        for kind, words in _by_meaning(rule.kinds).items()
    ]
    return table(("attribute", "value", "kind"), rows) + "\n"


def _words(words: Mapping[str, str], head: str, meaning: str) -> str:
    rows = [(codes(spellings), code(one)) for one, spellings in _by_meaning(words).items()]
    return table((head, meaning), rows) + "\n"


def _by_meaning(words: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word, meaning in words.items():
        found.setdefault(meaning, []).append(word)
    return found


def _signatures(signs: Iterable[KindSignature]) -> str:
    rows = [(sign.kind, codes(sign.any_of), codes(sign.and_any_of)) for sign in signs]
    return table(("kind", "one of", "and one of"), rows) + "\n"


def _dialects(rules: Iterable[DialectRule]) -> str:
    rows = [
        (code(rule.dialect), codes(rule.keys), codes(rule.scopes), codes(rule.scope_prefixes))
        for rule in rules
    ]
    head = ("dialect", "has the attribute", "scope is", "scope begins with")
    return table(head, rows) + "\n"
