"""The questions of the Architecture page: critical paths of many traces at once."""
