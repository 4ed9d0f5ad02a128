"""The views of the page: what each part of it shows."""
