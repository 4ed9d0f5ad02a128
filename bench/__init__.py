"""Measures that need text outside the repository: speed, tuning."""
