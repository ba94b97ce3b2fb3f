"""Longpole analytics: detect."""
