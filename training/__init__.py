"""The recipe of the bundled French encoder; not installed with the application."""
