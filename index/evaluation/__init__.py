"""Measures of the search: runs, metrics, judged sets, the judgements that people keep."""
