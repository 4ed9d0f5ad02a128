"""What a reader is told of a question, as facts: a door phrases them in the language it speaks.

`str(notice)` is the French sentence, for the doors that speak French only. The page has the same
slugs among its texts (`notice.…`), in both its languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ingest.errors import UsageError

# Narrow no-break spaces stand before high punctuation, no-break ones inside quotes.
FRENCH_NOTICES: Final[Mapping[str, str]] = {
    "too_long": "La question compte {n} caractères\u202f: seuls les {most} premiers sont lus.",
    "too_many_words": "La question compte plus de {most} mots\u202f: seuls les {most} premiers "
    "sont lus.",
    "stray_quote": "Un guillemet n’est pas refermé\u202f: les mots qui le suivent sont cherchés "
    "librement.",
    "no_value": "«\u00a0{written}\u00a0» n’a pas de valeur\u202f: écrivez-la contre le "
    "deux-points, par exemple {example}.",
    "excluded_field": "«\u00a0{written}\u00a0» est laissé de côté\u202f: le signe moins "
    "s’applique à un mot ou à une expression, pas à un champ.",
    "no_field": "«\u00a0{written}\u00a0» n’est pas un champ et sera cherché comme un mot\u202f; "
    "vouliez-vous écrire {example}\u202f?",
    "crossed_dates": "Aucune date n’est à la fois après {after} et avant {before}\u202f: inversez "
    "les deux bornes.",
    "no_role": "«\u00a0{written}\u00a0» n’est pas un rôle\u202f: écrivez billet, commentaire ou "
    "réponse. Le filtre est laissé de côté.",
    "no_language": "«\u00a0{written}\u00a0» n’est pas une langue connue\u202f: écrivez fr, en ou "
    "autre. Le filtre est laissé de côté.",
    "no_date": "«\u00a0{written}\u00a0» n’est pas une date\u202f: écrivez 2009, 2012-05, "
    '2012-05-31, 05/2012, 31/05/2012, "mai 2012" ou "31 mai 2012". Le filtre est laissé de '
    "côté.",
    "no_unknown_date": "«\u00a0date:{written}\u00a0» ne se lit pas\u202f: écrivez date:inconnue "
    "pour les passages sans date, après:2009 ou avant:2012-05 pour les autres. Le filtre est "
    "laissé de côté.",
    "no_word_left": "Il ne reste aucun mot à chercher.",
    "only_exclusions": "La question dit seulement ce qu’il faut exclure. Ajoutez au moins un mot à "
    "chercher, par exemple\u00a0: médias -publicité.",
    "only_filters": "La question ne contient que des filtres. Ajoutez au moins un mot à chercher, "
    "par exemple\u00a0: réseaux auteur:Martine.",
    "empty": "La question est vide. Écrivez au moins un mot à chercher, par exemple\u00a0: "
    "comment répondre aux commentaires\u202f?",
    "no_expression": "L’expression est vide. Écrivez un mot ou plusieurs, par exemple\u00a0: "
    "médias sociaux.",
    "lexicon": "Lexique\u202f: {added}.",
    "lexicon_without": "Lexique\u202f: sans {removed}.",
    "absent": "{word} n’apparaît nulle part dans l’archive.",
    "absent_words": "{words} n’apparaissent nulle part dans l’archive.",
    "corrected": "Résultats pour «\u00a0{asked}\u00a0» au lieu de «\u00a0{typed}\u00a0».",
    "moved": "Question {how}.",
    "lines_shown": "{n} occurrences\u202f: seules les {most} premières sont montrées.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say: a key of FRENCH_NOTICES and the values that its sentence names."""

    slug: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in French."""
        return FRENCH_NOTICES[self.slug].format_map(self.values)


class QuestionError(UsageError):
    """Nothing is left to look for; `notices` say why, and the message says them in French."""

    def __init__(self, *notices: Notice) -> None:
        super().__init__(" ".join(map(str, notices)))
        self.notices = notices
