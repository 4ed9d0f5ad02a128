# ruff: noqa: E501  word lists read better unbroken
"""Whether a passage carries nothing that anybody could ask for: an icon, a button, a lone date.

Such passages stay in their post and are shown in their place; a search does not rank them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from ingest.text import fold_line

__all__ = ["NOISE_VERSION", "carries_nothing"]

# Changed when another text carries nothing: an archive is then read anew.
NOISE_VERSION: Final = "1"

_MAX_CHARS: Final = 120
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LINK = re.compile(r"\W*(?:(?:https?://|www\.)\S+|\S+@\S+\.\w{2,})\W*", re.I)
# The words of buttons, counters and links; a line is noise where it has no other.
_BUTTON: Final = frozenset(
    fold_line(
        "facebook twitter tweet tweets tweeter tweetez google plus pinterest pin pinner linkedin whatsapp instagram tumblr reddit "
        "digg delicious flattr viadeo scoopit stumbleupon email mail e-mail courriel rss xing telegram snapchat "
        "imprimer print pdf partager partagez partage share shares sharing envoyer j'aime j’aime aime aimer like likes follow "
        "suivre permalien permalink répondre reply répondreeffacer citer quote signaler report modifier edit éditer effacer supprimer "
        "suivant suivante précédent précédente next previous retour haut top imprimable commenter commentaire commentaires "
        "comment comments vues views lu fois"
    ).split()
)
# They join the others and say nothing by themselves: « Retour en haut de la page », « Share on X ».
_JOINING: Final = frozenset(
    fold_line(
        "le la les l un une de du des d en à a au sur on by par via the this to it in et and ce cet cette page article billet "
        "ami amis friend lien link version x"
    ).split()
)
_DATE_WORD: Final = frozenset(
    fold_line(
        "lundi mardi mercredi jeudi vendredi samedi dimanche janvier février fevrier mars avril mai juin juillet août aout "
        "septembre octobre novembre décembre decembre janv févr fevr avr juil sept oct nov déc dec jan feb apr jun jul aug sep "
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
        "october november december er st nd rd th h min am pm at à le on date publié posté posted published"
    ).split()
)
_YEAR_OR_DAY = re.compile(r"\d{1,2}[/.:-]\d{1,2}|(?:19|20)\d\d|\d{1,2}\s?h\s?\d\d")


@lru_cache(maxsize=4096)
def carries_nothing(text: str) -> bool:
    """Whether `text` has no words but those of buttons, or is a date or a link alone.

    A word that stands alone is a text (« Merci »); figures alone are none.
    """
    if len(text) > _MAX_CHARS:
        return _LINK.fullmatch(text) is not None and " " not in text.strip()
    if _LINK.fullmatch(text):
        return True
    words = [fold_line(word) for word in _WORD.findall(text)]
    if not words:
        return True
    if all(word in _DATE_WORD for word in words) and _YEAR_OR_DAY.search(text):
        return True
    is_button = any(word in _BUTTON for word in words)
    return is_button and all(word in _BUTTON or word in _JOINING for word in words)
