"""`Content-Encoding` undone, never making more than was allowed, whatever the bytes say."""

from __future__ import annotations

import zlib

import zstandard

from longpole.ingest.errors import RefusedError, TooLargeError, UnsupportedError

# A gzip body may be several joined; more than this is no sender's way, but a way to keep us busy.
MAX_MEMBERS = 1_000
# What a zstd body may ask for to look back to; senders stay at 8 MiB, at the highest levels at 32.
MAX_WINDOW = 32 << 20
_CHUNK = 64 << 10
# One block of zstd, 4 bytes or more, makes 128 KiB at most: what a piece can make is bounded.
_ZSTD_PIECE = 512


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo `Content-Encoding` (gzip, deflate, zstd, identity).

    Raises TooLargeError before more than `limit` bytes are kept, RefusedError for damaged or cut
    bodies, UnsupportedError for other encodings.
    """
    match encoding.strip().lower():
        case "" | "identity":
            if len(body) > limit:
                raise too_large(limit)
            return body
        case "gzip" | "x-gzip":
            return _gzip(body, limit)
        case "deflate":
            return _deflate(body, limit)
        case "zstd":
            return _zstd(body, limit)
        case _:
            raise UnsupportedError(
                f"content encoding {encoding[:40]!r} is not supported; send gzip, zstd or none"
            )


def too_large(limit: int) -> TooLargeError:
    """The error for a body over `limit` bytes."""
    return TooLargeError(
        f"the request is larger than {limit >> 20} MiB; send smaller batches or raise "
        "ingest.max_body_mib"
    )


def _gzip(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    at = size = 0
    for _ in range(MAX_MEMBERS):
        made, at = _member(body, at, zlib.MAX_WBITS | 32, limit - size, limit)
        size += len(made)
        parts.append(made)
        if at == len(body):
            return b"".join(parts)
    raise RefusedError(f"the gzip body has more than {MAX_MEMBERS} members; send one")


def _deflate(body: bytes, limit: int) -> bytes:
    # The standard means zlib's format; some senders leave out its header.
    has_header = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    made, at = _member(body, 0, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS, limit, limit)
    if at != len(body):
        raise RefusedError(f"{len(body) - at} bytes follow the end of the deflate body")
    return made


def _member(body: bytes, at: int, wbits: int, room: int, limit: int) -> tuple[bytes, int]:
    """What the compressed stream at `at` makes, and where it ends."""
    unpacker = zlib.decompressobj(wbits=wbits)
    parts: list[bytes] = []
    while not unpacker.eof:
        # In pieces, since zlib copies what follows a member, and members may be tiny.
        piece = body[at : at + _CHUNK]
        if not piece:
            raise RefusedError(f"the compressed body is cut off after {len(body)} bytes")
        try:
            made = unpacker.decompress(piece, room + 1)
        except zlib.error as error:
            raise RefusedError(f"the compressed body is damaged: {error}") from None
        room -= len(made)
        if room < 0:
            raise too_large(limit)
        parts.append(made)
        at += len(piece) - len(unpacker.unused_data)
    return b"".join(parts), at


def _zstd(body: bytes, limit: int) -> bytes:
    parts: list[bytes] = []
    at, room = 0, limit
    for _ in range(MAX_MEMBERS):
        unpacker = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
        while not unpacker.eof:
            # Not the whole at once: the library makes all of what it is given.
            piece = body[at : at + _ZSTD_PIECE]
            if not piece:
                raise RefusedError(f"the compressed body is cut off after {len(body)} bytes")
            try:
                made = unpacker.decompress(piece)
            except zstandard.ZstdError as error:
                raise RefusedError(f"the compressed body is damaged: {error}") from None
            room -= len(made)
            if room < 0:
                raise too_large(limit)
            parts.append(made)
            at += len(piece) - len(unpacker.unused_data)
        if at == len(body):
            return b"".join(parts)
    raise RefusedError(f"the zstd body has more than {MAX_MEMBERS} frames; send one")
