"""Relevance judgements: those of evaluation sets, and those that people keep."""
