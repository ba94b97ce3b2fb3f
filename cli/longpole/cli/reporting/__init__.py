"""What files of traces tell together: where time and money go, and what each request waited for."""
