"""OTLP over gRPC and HTTP into the store."""

from longpole.ingest.service import IngestService

__all__ = ["IngestService"]
