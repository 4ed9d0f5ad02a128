"""Honest silence: whether anything answers, and what an archive learns about that."""
