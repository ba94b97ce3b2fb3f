"""Longpole SDK."""
