"""From the declared mapping to SQL. Nothing here knows a single attribute name."""
