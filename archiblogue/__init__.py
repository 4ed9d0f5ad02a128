"""Archiblogue: a searchable semantic archive of French and French-Canadian blogs."""
