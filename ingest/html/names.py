# ruff: noqa: E501, SIM905  rules are regular expressions, word lists read better unbroken
"""Whether a few words can be somebody's name, or are a label or a piece of prose."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_label", "may_be_name", "may_be_signed_name"]

_MAX_NAME_CHARS: Final = 60
_MAX_NAME_WORDS: Final = 7
_MAX_SIGNED_WORDS: Final = 4

# « All My Articles », « Voir tous les billets », « Lire la suite »: links that themes put where the
# author's name is expected.
_LABEL = re.compile(
    r"\W*(?:(?:view|see|read|show|voir|lire|afficher|consulter|all|tous|toutes|plus|more|en savoir)\b.*"
    r"|(?:.*\s)?(?:articles?|posts?|billets?|archives?|publications?|entries|notes)"
    r"|(?:my |mon |ma |le |the |son )?(?:profile?|website|site(?: web)?|page|blogue?|home(?:page)?|accueil|e-?mail|courriel|twitter|facebook|google\+?|instagram|linkedin|rss)"
    r"|(?:à propos|about|contact(?:er)?|author|auteure?|autrice|by|par|posted by|publié par|unknown|inconnue?|none|null|undefined|n/?a)\b\W*(?:me|us|de l[’']auteure?)?"
    r"|\d+ commentaires?|(?:https?:|www\.).*)\W*",
    re.I,
)
_PROSE_SIGN = re.compile(r"[?!;:=<>{}\[\]…]|\.\s+\S+\s+\S+\s+\S|,\s")
# After « par » these words go on with a sentence: « par rapport à », « par contre », « par quelles ».
_PROSE_WORD: Final = frozenset(
    "rapport contre exemple ici là ailleurs conséquent suite hasard défaut ordre terre mer mail email courriel e-mail "
    "téléphone paypal chèque carte jour mois an semaine heure personne quel quelle quels quelles qui quoi où "
    "lequel laquelle lesquels ce cet cette ces celui celle ceux le la les l un une des du de d mon ma mes ton ta "
    "tes son sa ses notre nos votre vos leur leurs moi toi lui elle nous vous eux soi tous toutes tout toute "
    "chaque certains certaines plusieurs quelques deux trois quatre cinq dix cent mille milliers centaines "
    "peur amour plaisir erreur accident cœur coeur essence nature principe manque souci respect écrit oral "
    "internet google facebook twitter wordpress the a an your our his her my far now then default way itself "
    "using chance means reason virtue no dessus dessous devant derrière delà temps moments endroits".split()
)
_WORD = re.compile(r"[^\W_]+(?:[’'_.-][^\W_]+)*")
_PARTICLE: Final = frozenset(
    "de du des la le d l von van der den di da dos el al ben bin ibn et and y".split()
)


def is_label(text: str) -> bool:
    """Whether the words are a theme's label or an address, and nobody's name."""
    return _LABEL.fullmatch(text) is not None


def may_be_name(text: str) -> bool:
    """Whether markup that calls `text` a name may be believed."""
    return (
        0 < len(text) <= _MAX_NAME_CHARS
        and len(text.split()) <= _MAX_NAME_WORDS
        and any(sign.isalpha() for sign in text)
        and not is_label(text)
    )


def may_be_signed_name(text: str) -> bool:
    """Whether `text`, found after « par », is a name and no sentence that goes on.

    Names of several words have capitals (« Marie de la Tour »), logins are one word.
    """
    words = _WORD.findall(text)
    if not may_be_name(text) or not words or _PROSE_SIGN.search(text):
        return False
    if words[0].casefold() in _PROSE_WORD and (len(words) == 1 or words[0].islower()):
        return False  # « Le Chat » is a name all the same
    if len(words) == 1:
        return True
    named = [word for word in words if word.casefold() not in _PARTICLE]
    return len(named) <= _MAX_SIGNED_WORDS and all(
        not word[0].islower() or any(sign.isdigit() for sign in word) for word in named
    )
