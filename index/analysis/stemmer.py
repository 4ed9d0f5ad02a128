"""French stems of folded words: Snowball's, mended where folding and the spoken verb defeat it.

Snowball knows « -ée » by its accent, which folding takes away, and takes « -ent » and « -ie » for
parts of the word, since so many nouns end so: « utilisée » was not « utiliser », nor « parlent »
« parler », nor « publié » « publier ». nDCG@10 x 100 of the words alone, mean of the development
sets: 69.57 with Snowball alone, 69.75 with the irregular verbs, 69.92 with all that is here; a
dictionary of 250,000 forms before Snowball gives 69.77.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from Stemmer import Stemmer

from index.analysis.verbs import irregular_stems

# `stem` keeps the answers: 0 turns off a second memory of them.
_FRENCH = Stemmer("french", 0)
# « dangers », « photos », « abris », « menus »; not « anglais », « bas », « succes », « precis ».
_PLURAL: Final = re.compile(r"(.{2,}(?:[^aeious]|o|[^aeo]u|ou|eu|[^aeoc]i))s")
_FEMININE: Final = re.compile(r"(.+i)eres?")
_PARTICIPLE: Final = re.compile(r"(.{2,})ees?")
_PLURAL_VERB: Final = re.compile(r"(.{3,})(?<!m)(?<!ai)(?<!iss)ent")
# No stem is cut to fewer letters than this.
_SHORTEST_CUT: Final = 5
_NOUN_FORMS: Final = """
    absent accent accident adherent adjacent adolescent afferent affluent agent ambient
    ambivalent ancient antecedent apparent ardent argent auvent avent chiendent client
    coefficient coherent coincident competent concurrent confident confluent conscient
    consequent content continent contingent convalescent convent convergent copresident
    corpulent couvent crescent current decadent decent deficient descent detergent different
    diligent dissident divergent effervescent efficient eloquent emergent eminent entregent
    escient event evident excedent excellent expedient fervent florent fluorescent frequent
    gradient grandiloquent immanent imminent impatient impertinent impotent imprudent impudent
    incandescent incident incoherent incompetent inconscient inconsequent incontinent
    inconvenient indecent independent indifferent indigent indolent indulgent influent
    ingredient inherent innocent insolent insurgent intelligent intermittent latent laurent
    lorient mecontent negligent occident omnipotent omnipresent omniscient onguent opulent
    orient paravent parent patent patient penitent permanent persistent pertinent
    phosphorescent polyvalent pourcent precedent president proeminent prudent quotient recent
    recipient recurrent referent regent resident reticent sergent serpent silent somnolent
    souvent strident student subconscient subsequent succulent talent tangent torrent
    transparent trident truculent turbulent urgent vincent violent virulent
"""
# What ends in « -ent » and is no verb in the plural. Those in « -ment » are left alone anyway.
_NOUNS: Final = frozenset(_NOUN_FORMS.split())
_PLURAL_FORMS: Final = """
    jeux:jeu enjeux:enjeu lieux:lieu milieux:milieu feux:feu dieux:dieu adieux:adieu voeux:voeu
    cheveux:cheveu aveux:aveu neveux:neveu travaux:travail yeux:oeil cieux:ciel materiaux:materiau
    tuyaux:tuyau emplois:emploi lois:loi rois:roi envois:envoi parois:paroi tournois:tournoi
    amis:ami
"""
_PLURALS: Final = dict(pair.split(":") for pair in _PLURAL_FORMS.split())


@lru_cache(maxsize=200_000)
def stem(form: str) -> str:
    """The stem of a folded word; a form with a digit or a sign is its own stem."""
    if not form.isalpha():
        return form
    if verb := irregular_stems().get(form):
        return verb
    single = _PLURALS.get(form) or _masculine(_infinitive(form))
    return _level_end(str(_FRENCH.stemWord(single)))


def _infinitive(form: str) -> str:
    """The infinitive of a regular verb's « -ée(s) » and « -ent »; any other form as it is."""
    found = _PARTICIPLE.fullmatch(form)
    if found is None and form not in _NOUNS:
        found = _PLURAL_VERB.fullmatch(form)
    return f"{found[1]}er" if found else form


def _masculine(form: str) -> str:
    """A noun or an adjective in the singular, « -ière » as « -ier »; any other form as it is."""
    if found := _FEMININE.fullmatch(form):
        return f"{found[1]}er"
    found = _PLURAL.fullmatch(form)
    return found[1] if found else form


def _level_end(stem: str) -> str:
    """`stem` without the final « i » or « y » that Snowball leaves to some forms of a word only."""
    return stem[:-1] if len(stem) >= _SHORTEST_CUT and stem[-1] in "iy" else stem
