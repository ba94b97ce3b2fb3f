"""Wire bytes of requests, walked by compiled code."""
