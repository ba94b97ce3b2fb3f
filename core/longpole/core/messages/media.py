"""Pictures, sounds and files in messages: where they are and how large, never what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from longpole.core.messages.model import Json, Media
from longpole.core.messages.parse import decoded_size

Fields = Mapping[str, Any]
MODALITIES = ("image", "audio", "video", "document", "file")
_MIME = ("mime_type", "mimeType", "media_type", "mediaType", "format")
# Maps around the file itself, as the providers name them.
_WRAPPERS = (
    "image_url", "input_audio", "source", "inlineData", "inline_data", "fileData", "file_data",
    "file", "image", "document", "image_file", "audio", "video", "video_url",
)  # fmt: skip
_ADDRESS = ("uri", "url", "fileUri", "file_uri", "file_id", "image_url", "file_url", "s3Location")
_INLINE = ("data", "content", "base64", "bytes", "file_data", "image", "blob")


def read_media(piece: Fields) -> Media | None:
    """A reference to the file in a part; None where the part names none."""
    places = _places(piece)
    size, said_mime, address = _inline(places)
    if not address:
        found = (place.get(key) for place in places for key in _ADDRESS)
        address = next((uri for uri in found if isinstance(uri, str) and uri), "")
    if address.startswith("data:"):
        size, said_mime, address = _of_data(address)
    mime = said_mime or _mime(places)
    if size is None and not address and not _only_named(piece):
        return None
    return Media(_modality(piece, mime), mime, address, size)


def _places(piece: Fields) -> list[Fields]:
    """The part and the maps inside it, two deep."""
    inner = [piece[key] for key in _WRAPPERS if isinstance(piece.get(key), dict)]
    sources = [one["source"] for one in inner if isinstance(one.get("source"), dict)]
    return [piece, *inner, *sources]


def _inline(places: list[Fields]) -> tuple[int | None, str, str]:
    """Size and type of bytes given in place, and an address where one stands instead."""
    for place in places:
        said = place.get("size", place.get("bytes"))
        if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
            return said, "", ""
        for key in _INLINE:
            value = place.get(key)
            if isinstance(value, str) and value:
                return _of_text(value)
            if (count := _listed(value)) is not None:
                return count, "", ""
    return None, "", ""


def _of_text(value: str) -> tuple[int | None, str, str]:
    if value.startswith("data:"):
        return _of_data(value)
    if "://" in value[:20]:
        return None, "", value
    return decoded_size(value), "", ""


def _listed(value: Json) -> int | None:
    """The length of bytes that were written as numbers."""
    inner = value.get("data") if isinstance(value, dict) else value
    if isinstance(inner, list) and all(isinstance(one, int) for one in inner[:16]):
        return len(inner)
    return None


def _of_data(address: str) -> tuple[int, str, str]:
    head, _, body = address.partition(",")
    mime = head[5:].partition(";")[0]
    size = decoded_size(body) if head.endswith(";base64") else len(body)
    return size, mime[:100], ""


def _mime(places: list[Fields]) -> str:
    found = (place.get(key) for place in places for key in _MIME)
    return next((mime[:100] for mime in found if isinstance(mime, str)), "")


def _modality(piece: Fields, mime: str) -> str:
    said = piece.get("modality")
    if isinstance(said, str):
        return said[:20]
    kind = str(piece.get("type", "")) + " " + " ".join(map(str, piece))
    by_mime = next((name for name in MODALITIES if mime.startswith(name + "/")), "")
    return by_mime or next((name for name in MODALITIES if name in kind.lower()), "")


def _only_named(piece: Fields) -> bool:
    """Our own form of a file of which nothing else is known."""
    return piece.get("type") in ("blob", "uri") and "modality" in piece
