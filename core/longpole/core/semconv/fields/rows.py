"""Short ways to write rows of the mapping."""

from __future__ import annotations

from longpole.core.semconv.model import Convert, FieldSource, Origin

Row = tuple[FieldSource, ...]


def attributes(
    field: str,
    *keys: str,
    convert: Convert = Convert.TEXT,
    dialects: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    beside: bool = False,
) -> Row:
    """Span attributes in order of preference."""
    return tuple(
        FieldSource(field, key, convert, kinds=kinds, dialects=dialects, beside=beside)
        for key in keys
    )


def inside(
    field: str,
    key: str,
    *paths: str,
    convert: Convert = Convert.TEXT,
    dialects: tuple[str, ...] = (),
    kinds: tuple[str, ...] = (),
    beside: bool = False,
) -> Row:
    """Paths (names with `/` between) in the JSON of one span attribute; '' is all of it."""
    return tuple(
        FieldSource(
            field,
            key,
            convert,
            Origin.JSON,
            tuple(path.split("/")) if path else (),
            kinds=kinds,
            dialects=dialects,
            beside=beside,
        )
        for path in paths
    )


def literal(field: str, key: str, *names: str, kinds: tuple[str, ...] = ()) -> Row:
    """Counts named anywhere in the Python literal (or JSON) that one span attribute holds."""
    return tuple(
        FieldSource(field, key, Convert.UINT, Origin.REPR, (name,), kinds=kinds) for name in names
    )


def resource(field: str, *keys: str) -> Row:
    """Resource attributes in order of preference."""
    return tuple(FieldSource(field, key, origin=Origin.RESOURCE) for key in keys)


def named(field: str, kind: str, pattern: str, *dialects: str) -> Row:
    """The first group of an RE2 pattern in the names of spans of a kind."""
    return (
        FieldSource(field, pattern, origin=Origin.NAME, kinds=(kind,), dialects=tuple(dialects)),
    )
