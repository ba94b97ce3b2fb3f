"""Longpole analytics."""
