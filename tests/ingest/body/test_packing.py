"""Content encodings: what is accepted, what is refused, and that little is made of bombs."""

from __future__ import annotations

import gzip
import resource
import zlib
from collections.abc import Callable

import pytest
import zstandard

from longpole.ingest.body import decompress
from longpole.ingest.body.packing import MAX_MEMBERS, MAX_WINDOW
from longpole.ingest.errors import RefusedError, TooLargeError, UnsupportedError

PLAIN = bytes(range(256)) * 300
LIMIT = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def zstd_of_unknown_size(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP ", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "deflate without header": ("deflate", raw_deflate),
    "zstd": ("zstd", zstd),
    "zstd of unknown size": ("zstd", zstd_of_unknown_size),
    "none": ("", bytes),
    "identity": ("identity", bytes),
}
COMPRESSED = [name for name in PACKERS if name not in {"none", "identity"}]
CAN_BE_JOINED = [name for name in COMPRESSED if "deflate" not in name]


@pytest.mark.parametrize("name", PACKERS)
@pytest.mark.parametrize("plain", [b"", b"x", PLAIN], ids=["empty", "one byte", "many"])
def test_what_was_packed_comes_back(name: str, plain: bytes) -> None:
    encoding, pack = PACKERS[name]
    assert decompress(pack(plain), encoding, LIMIT) == plain


@pytest.mark.parametrize("name", CAN_BE_JOINED)
def test_joined_bodies_are_read_to_the_end(name: str) -> None:
    encoding, pack = PACKERS[name]
    assert decompress(pack(PLAIN) + pack(b"") + pack(b"end"), encoding, LIMIT) == PLAIN + b"end"
    with pytest.raises(RefusedError, match=f"more than {MAX_MEMBERS}"):
        decompress(pack(b"") * (MAX_MEMBERS + 1), encoding, LIMIT)


@pytest.mark.parametrize("name", COMPRESSED)
def test_cut_damaged_and_trailing_bytes_are_refused(name: str) -> None:
    encoding, pack = PACKERS[name]
    body = pack(PLAIN)
    for cut in (0, 1, len(body) // 2, len(body) - 1):
        with pytest.raises(RefusedError, match=r"cut off|damaged"):
            decompress(body[:cut], encoding, LIMIT)
    with pytest.raises(RefusedError, match=r"damaged|follow the end"):
        decompress(body + b"\xff\xff\xff\xff\xff", encoding, LIMIT)
    with pytest.raises(RefusedError, match=r"damaged|cut off"):
        decompress(b"no such thing", encoding, LIMIT)


@pytest.mark.parametrize("name", PACKERS)
def test_the_limit_is_exact(name: str) -> None:
    encoding, pack = PACKERS[name]
    assert len(decompress(pack(PLAIN), encoding, len(PLAIN))) == len(PLAIN)
    with pytest.raises(TooLargeError, match=r"ingest\.max_body_mib"):
        decompress(pack(PLAIN), encoding, len(PLAIN) - 1)
    if name in CAN_BE_JOINED:
        with pytest.raises(TooLargeError):
            decompress(pack(PLAIN) * 3, encoding, 2 * len(PLAIN))


@pytest.mark.parametrize("name", COMPRESSED)
def test_little_is_made_of_a_bomb(name: str) -> None:
    encoding, pack = PACKERS[name]
    bomb = pack(bytes(400 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TooLargeError):
        decompress(bomb, encoding, LIMIT)
    # The highest mark of the process, which making the bomb has raised above all that is allowed.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 << 10


def test_a_zstd_body_cannot_ask_for_a_huge_window() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    body = packer.compress(b"x" * 100) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    assert zstandard.get_frame_parameters(body).window_size > MAX_WINDOW
    with pytest.raises(RefusedError, match="damaged"):
        decompress(body, "zstd", LIMIT)


def test_a_zstd_body_cannot_lie_about_its_size() -> None:
    frame = bytearray(zstd(bytes(1000)))
    assert zstandard.frame_content_size(bytes(frame)) == 1000
    frame[frame.index((1000 - 256).to_bytes(2, "little"))] ^= 1
    with pytest.raises(RefusedError):
        decompress(bytes(frame), "zstd", LIMIT)


@pytest.mark.parametrize("encoding", ["br", "snappy", "gzip, gzip", "x" * 500])
def test_other_encodings_are_named(encoding: str) -> None:
    with pytest.raises(UnsupportedError, match=encoding[:30]):
        decompress(b"", encoding, LIMIT)
