"""Longpole ingest."""
