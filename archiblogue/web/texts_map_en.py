"""The map in English: the keys of `texts_map_fr`."""

from __future__ import annotations

from typing import Final

MAP_ENGLISH: Final[dict[str, str]] = {
    "heading": "The map",
    "drawing": "The map is being drawn. The first time takes a few seconds; then it is kept.",
    "detail.one": "{n} passage. Those that are alike lie side by side; the words are those that "
    "each region has more of than the others.",
    "detail.many": "{n} passages in {regions} regions. Those that are alike lie side by side; the "
    "words are those that each region has more of than the others. Only neighbours matter: left, "
    "right, up and down mean nothing.",
    "canvas": "Map of {n} passages in {regions} regions. The list of regions, below, says the same "
    "in words.",
    "empty": "The archive has no passage to place yet.",
    "unreachable": "The page’s server does not give the map. Reload the page.",
    "hint": "Choose a point: its passage is read here.",
    "colours": "Colours:",
    "colour.role": "who speaks",
    "colour.site": "site",
    "colour.year": "year",
    "legend": "Keep only",
    "zoom": "Enlarge",
    "zoom.in": "Enlarge the map",
    "zoom.out": "Reduce the map",
    "zoom.all": "The whole map",
    "others": "others",
    "undated": "undated",
    "role.billet": "Post",
    "role.commentaire": "Comment",
    "role.réponse": "Author’s reply",
    "regions": "The regions",
    "regions.detail": "Each region, from the largest to the smallest, with its passages: those of "
    "its middle first.",
    "unnamed": "region without words of its own",
    "passages.one": "{n} passage",
    "passages.many": "{n} passages",
    "show": "Show on the map",
    "search": "Search for these words",
    "more.one": "Show the last passage",
    "more.many": "Show more passages ({n} left)",
}
