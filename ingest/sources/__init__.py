"""One module a source: each yields pages or structured posts."""
