"""Lambda's events and results, both ways: what a gateway sends, and what it takes."""
