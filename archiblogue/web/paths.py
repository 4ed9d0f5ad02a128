"""The addresses of the page's views, and of the pages that stand beside them."""

from __future__ import annotations

from typing import Final

SEARCH: Final = ""
CONCORDANCE: Final = "concordance"
CORPUS: Final = "corpus"
METHOD: Final = "methode"
POST: Final = "billet"

VIEWS: Final = (SEARCH, CONCORDANCE, CORPUS, METHOD)
"""The views that Streamlit draws, in the order of the navigation."""

STYLE: Final = "/bureau/page.css"
"""The style sheet, read before the first view is drawn: nothing jumps when it comes."""
