"""What the page of one trace shows: read, put in order, added up, rendered."""
