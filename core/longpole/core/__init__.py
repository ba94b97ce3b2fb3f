"""Longpole core."""
