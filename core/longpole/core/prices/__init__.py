"""Longpole core: prices."""
