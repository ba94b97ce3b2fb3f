"""Bytes of a request's body -> a protobuf message: decompression, protobuf, JSON."""

from longpole.ingest.body.packing import decompress, too_large
from longpole.ingest.body.parse import parse
from longpole.ingest.services import JSON, PROTOBUF

__all__ = [
    "JSON",
    "PROTOBUF",
    "decompress",
    "parse",
    "too_large",
]
