"""Views of the page."""
