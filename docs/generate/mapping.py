"""docs/mapping.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from generate.markdown import code, codes, signs, table

from longpole.core.semconv import mapping_rows
from longpole.core.semconv.compile.sqltext import MAX_COUNT, MAX_LONG, MAX_TEXT
from longpole.core.semconv.declared import DECLARED
from longpole.core.semconv.model import (
    CacheBeside,
    DialectRule,
    KindAttribute,
    KindName,
    KindSignature,
)

FIELDS_HEAD = """# Which attribute becomes which field

Generated from `longpole.core.semconv`, which is also what the SQL of the view `spans_mv` is made
from: what is not in these tables is not read.

## Fields

The first source of a field that has a usable value wins. Text that is empty, not valid UTF-8, holds
a NUL, or is longer than {text:,} bytes ({long:,} for JSON and lists) counts as absent, and so does
a count that is not a whole number up to {count:,}. A field without a value stays null or
empty and is never filled with zero. A source read from the span name holds only for spans of the
kind (and dialect) named in the last column, and its key is a pattern whose group is the value; of
other sources, too, the last column limits where they are read. A count marked "without its parts"
leaves cached (or reasoning) tokens out, which are then added.

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

1. A name that settles it, whatever the attributes say:

"""
SAID_HEAD = """
2. An attribute says it, the first of these that does. Values are compared in lower case; with a
   pattern, what its first group matches is compared:

"""
NAMES_HEAD = """
3. On a span of a dialect that has its own names, the span's name or an attribute says it, the first
   of these that fits:

"""
WORDS_HEAD = """
4. On a span of a known dialect, the first word of its name says it:

"""
SIGNS_HEAD = """
5. Attributes that only such a span has are there:

"""
DIALECTS_HEAD = """
## Dialect

Who wrote the span. Any one sign is enough; rules are tried in this order. A family is the first
word of an attribute's key. [dialects.md](dialects.md) shows how well each is read.

"""
BESIDE_HEAD = """
## Counts that leave cached tokens out

Where nothing in a span's own numbers shows it (see above), these are known to report cached tokens
beside the input, so they are added:

"""
VALUES_HEAD = """
## Failures and placeholders

Some values say that a span failed, whatever its status; others mark a stand-in for a span that is
still to come, which is not kept:

"""
SCOPES_HEAD = """
Frameworks that are told from the scope, or from the dialect:

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
    parts += [KINDS_HEAD, _kind_names(DECLARED.kind_names_first), SAID_HEAD, _kind_attributes()]
    parts += [NAMES_HEAD, _kind_names(DECLARED.kind_names), WORDS_HEAD]
    parts += [_words(DECLARED.kind_first_words, "first word", "kind"), SIGNS_HEAD]
    parts += [_signatures(DECLARED.kind_signatures), DIALECTS_HEAD, _dialects(DECLARED.dialects)]
    parts += [BESIDE_HEAD, _beside(DECLARED.cache_beside), VALUES_HEAD, _values()]
    parts += [PROVIDERS_HEAD, _words(DECLARED.providers, "spelling", "provider"), PREFIXES_HEAD]
    parts += [_words(DECLARED.model_prefixes, "model begins with", "provider"), FRAMEWORKS_HEAD]
    parts += [codes(sorted(DECLARED.frameworks)) + ".\n", SCOPES_HEAD, _frameworks()]
    parts += [REASONS_HEAD]
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
        (code(rule.key), code(rule.pattern), words, kind)
        for rule in DECLARED.kind_attributes
        for kind, words in _meanings(rule).items()
    ]
    return table(("attribute", "pattern", "value", "kind"), rows) + "\n"


def _meanings(rule: KindAttribute) -> dict[str, str]:
    said = {kind: codes(words) for kind, words in _by_meaning(rule.kinds).items()}
    if rule.otherwise:
        said[rule.otherwise] = ", ".join(filter(None, (said.get(rule.otherwise), "any other")))
    return said


def _kind_names(rules: Iterable[KindName]) -> str:
    rows = [(code(rule.dialect), _named(rule), rule.kind) for rule in rules]
    return table(("dialect", "span", "kind"), rows) + "\n"


def _named(rule: KindName) -> str:
    if "" in rule.prefixes:
        return "any other"
    return signs(
        ("has the attribute", rule.keys),
        ("is named", rule.names),
        ("name begins with", rule.prefixes),
        ("name ends with", rule.suffixes),
    )


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
    rows = [(code(rule.dialect), _recognised(rule)) for rule in rules]
    return table(("dialect", "any of"), rows) + "\n"


def _recognised(rule: DialectRule) -> str:
    together = f" (with {codes(rule.requires)})" if rule.requires else ""
    return signs(
        ("attribute", rule.keys),
        ("attribute of the family", rule.families),
        *((f"{code(key)} is", values) for key, values in rule.values.items()),
        *((f"resource {code(key)} is", values) for key, values in rule.resource_values.items()),
        (f"scope{together}", rule.scopes),
        ("scope begins with", rule.scope_prefixes),
        ("span named", rule.names),
        ("span name begins with", rule.name_prefixes),
        ("service", rule.services),
        ("service begins with", rule.service_prefixes),
    )


def _beside(rules: Iterable[CacheBeside]) -> str:
    rows = [
        (
            code(rule.dialect),
            "written ones, where both exceed it" if rule.written_only else "read and written ones",
            signs(("model begins with", rule.model_prefixes), ("scope", rule.scopes)),
            codes(rule.unless),
        )
        for rule in rules
    ]
    return table(("dialect", "left out", "only", "unless there is"), rows) + "\n"


def _values() -> str:
    rows = [(code(sign.key), code(sign.value), "it failed") for sign in DECLARED.error_signs]
    rows += [(code(one.key), code(one.value), "it is not kept") for one in DECLARED.placeholders]
    return table(("attribute", "value", "the span"), rows) + "\n"


def _frameworks() -> str:
    rows = [("scope", code(scope), code(name)) for scope, name in DECLARED.framework_scopes.items()]
    rows += [
        ("dialect", code(one), code(name)) for one, name in DECLARED.framework_dialects.items()
    ]
    return table(("told from", "which is", "framework"), rows) + "\n"
