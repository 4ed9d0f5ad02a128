# ruff: noqa: E501  rules are regular expressions: broken lines hide what they match
"""What themes print in the place of a comment: it was deleted, it waits for moderation."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_deletion_notice", "is_moderation_notice"]

# What may follow: who did it and why, in the same sentence. « Message supprimé ? Pourquoi ? » was
# written by somebody.
_TAIL: Final = (
    r"(?:\s*(?:,|—|–|-|:)?\s*(?:par|by|à la demande|sur demande|car|pour|parce|because|as|since|for|conformément|"
    r"le|on)\b[^.!?…]{0,120})?[\s.!)\]*_]*"
)
_DONE: Final = r"(?:supprimée?|retirée?|effacée?|censurée?|modérée?|masquée?|enlevée?|rejetée?)"
_DELETED = re.compile(
    r"[\W_]*(?:(?:ce|le|un|cet|votre) (?:commentaire|message|contenu|avis|post) (?:a|à) (?:été|ete) (?:automatiquement |volontairement )?"
    rf"{_DONE}(?: ou {_DONE})?|(?:commentaire|message|contenu|réponse)\s*{_DONE}|{_DONE}|"
    r"(?:this|the|your) (?:comment|post|message) (?:has been|was|is) (?:removed|deleted|moderated|hidden)|"
    rf"(?:comment|message|post) (?:removed|deleted)|\[?(?:deleted|removed)){_TAIL}",
    re.I,
)
_MODERATED = re.compile(
    r"[\W_]*(?:votre |ce |cet |le |your |this )?(?:commentaire|message|avis|comment) (?:est |is )?(?:actuellement |currently )?"
    r"(?:en (?:cours|attente) de (?:modération|validation|relecture|publication|vérification)|en attente d[’']approbation|"
    r"(?:awaiting|pending|held for) (?:moderation|approval|review))[^.!?]{0,60}[.!]?"
    r"(?: (?:ceci est un aperçu|il s[’']agit d[’']un aperçu|this is a preview)[^.!?]{0,120}[.!]?)?[\s)\]]*",
    re.I,
)


def is_deletion_notice(text: str) -> bool:
    """Whether `text`, as a whole, says that the comment was taken away."""
    return len(text) <= 300 and _DELETED.fullmatch(text) is not None


def is_moderation_notice(text: str) -> bool:
    """Whether `text`, as a whole, says that the comment waits for moderation."""
    return len(text) <= 300 and _MODERATED.fullmatch(text) is not None
