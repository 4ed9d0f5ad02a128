"""Questions in other words than their passage: Québec French, acronyms, their long forms.

People ask with the word of the street for what a page names in its own way. The table of Québec
words was written for this recipe; acronyms are read out of the training text, where a writer puts
one in brackets after what it stands for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Final

# Standard French -> what is said in Québec. Only words that keep their gender and number fit.
QUEBEC: Final = {
    "voiture": "char",
    "voitures": "chars",
    "voiture électrique": "char électrique",
    "petite amie": "blonde",
    "petit ami": "chum",
    "copain": "chum",
    "copine": "blonde",
    "week-end": "fin de semaine",
    "weekend": "fin de semaine",
    "faire des achats": "magasiner",
    "acheter": "magasiner",
    "courriels": "emails",
    "e-mail": "courriel",
    "mail": "courriel",
    "mails": "courriels",
    "discussion en ligne": "clavardage",
    "discuter en ligne": "clavarder",
    "spam": "pourriel",
    "spams": "pourriels",
    "hameçonnage": "phishing",
    "smartphone": "téléphone intelligent",
    "smartphones": "téléphones intelligents",
    "podcast": "balado",
    "podcasts": "balados",
    "parking": "stationnement",
    "parkings": "stationnements",
    "essence": "gaz",
    "pneus": "tires",
    "travail": "ouvrage",
    "argent": "cash",
    "dîner": "souper",
    "déjeuner": "dîner",
    "petit-déjeuner": "déjeuner",
    "petit déjeuner": "déjeuner",
    "épicerie": "dépanneur",
    "supérette": "dépanneur",
    "boisson": "breuvage",
    "boissons": "breuvages",
    "soda": "liqueur",
    "pull": "chandail",
    "chaussettes": "bas",
    "bonnet": "tuque",
    "gants": "mitaines",
    "écharpe": "foulard",
    "baskets": "espadrilles",
    "lycée": "cégep",
    "collège": "école secondaire",
    "colocataire": "coloc",
    "chauffage": "fournaise",
    "serpillière": "moppe",
    "éponge": "guenille",
    "poubelle": "vidanges",
    "poubelles": "vidanges",
    "ordures": "vidanges",
    "ordures ménagères": "vidanges",
    "déchets": "vidanges",
    "recyclage": "récupération",
    "aspirateur": "balayeuse",
    "ordinateur": "laptop",
    "téléphone portable": "cellulaire",
    "portable": "cellulaire",
    "bavarder": "jaser",
    "discuter": "jaser",
    "parler": "jaser",
    "discussion": "jasette",
    "se dépêcher": "se grouiller",
    "embêter": "achaler",
    "gêner": "achaler",
    "énerver": "choquer",
    "beaucoup de": "une gang de",
    "groupe d’amis": "gang de chums",
    "groupe": "gang",
    "enfants": "flos",
    "enfant": "flo",
    "fatigué": "brûlé",
    "ivre": "paqueté",
    "moustiques": "maringouins",
    "moustique": "maringouin",
    "myrtilles": "bleuets",
    "airelles": "canneberges",
    "pastèque": "melon d’eau",
    "maïs": "blé d’Inde",
    "haricots": "fèves",
    "gomme": "efface",
    "feu rouge": "lumière rouge",
    "feux de circulation": "lumières",
    "autobus": "bus",
    "traîneau": "traîne sauvage",
    "luge": "traîne sauvage",
    "motoneige": "skidoo",
    "neige fondue": "sloche",
    "boue": "bouette",
    "froid": "frette",
    "tempête de neige": "bordée de neige",
    "amende": "ticket",
    "contravention": "ticket",
    "policier": "police",
    "en ce moment": "présentement",
    "actuellement": "présentement",
    "maintenant": "astheure",
    "tout de suite": "drette là",
    "bientôt": "d’ici pas long",
    "vraiment": "pour vrai",
    "de rien": "bienvenue",
    "blog": "blogue",
    "blogs": "blogues",
    "télécharger": "downloader",
    "sauvegarder": "saver",
    "vérifier": "checker",
    "réparer": "arranger",
    "maladie": "bobo",
    "dispensaire": "CLSC",
    "vaccin": "piqûre",
    "allocation": "chèque",
    "allocations familiales": "allocation famille",
    "chômage": "assurance-emploi",
    "assurance chômage": "assurance-emploi",
}
_STANDARD: Final = re.compile(
    r"(?<![\w’'-])("
    + "|".join(re.escape(word) for word in sorted(QUEBEC, key=len, reverse=True))
    + r")(?![\w’'-])"
)
_WORD: Final = re.compile(r"[\w’'-]+")
_IN_BRACKETS: Final = re.compile(r"\s?\(([A-ZÉÈ]{2,7})\)")
_OF_FRENCH: Final = ("de", "du", "des", "d", "la", "le", "les", "l", "et", "à", "au", "aux", "en")
_OF_ENGLISH: Final = ("of", "the", "and", "for", "in", "on", "to", "a", "an")
_LINK_WORDS: Final = frozenset((*_OF_FRENCH, *_OF_ENGLISH, "pour", "sur", "par"))
_MOST_WORDS: Final = 12
_WORDS_AROUND: Final = (3, 8)
_ASKED: Final = (
    "{}",
    "que veut dire {} ?",
    "C’est quoi {} ?",
    "définition de {}",
    "à quoi sert {} ?",
    "comment fonctionne {} ?",
)


def vernacular_pairs(
    passages: Sequence[Sequence[str]], rng: random.Random, n: int
) -> list[tuple[str, str]]:
    """At most `n` pairs of a question in words of Québec and a passage that says it otherwise."""
    found: list[tuple[str, str]] = []
    for row in rng.sample(range(len(passages)), len(passages)):
        for sentence in passages[row]:
            match = _STANDARD.search(sentence)
            if match:
                found.append((_around(sentence, match, rng), " ".join(passages[row])))
                break
        if len(found) >= n:
            break
    return found


def acronym_pairs(
    passages: Sequence[Sequence[str]], rng: random.Random, n: int
) -> list[tuple[str, str]]:
    """At most `n` pairs of an acronym asked for and a passage with its long form, or reversed."""
    found: list[tuple[str, str]] = []
    for row in rng.sample(range(len(passages)), len(passages)):
        text = " ".join(passages[row])
        for acronym, long_form, start, end in acronyms(text):
            without = text[:start] + text[end:]
            if rng.random() < 0.7:
                found.append((rng.choice(_ASKED).format(acronym), without))
            else:
                short = text.replace(long_form + text[start:end], acronym)
                found.append((rng.choice(_ASKED).format(long_form), short))
        if len(found) >= n:
            break
    return found[:n]


def acronyms(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yields each acronym that a text puts in brackets after its long form: the acronym, the long
    form, where the brackets start and end."""
    for match in _IN_BRACKETS.finditer(text):
        words = list(_WORD.finditer(text, 0, match.start()))[-_MOST_WORDS:]
        long_form = _long_form(text, words, match.start(), match[1])
        if long_form:
            yield match[1], long_form, match.start(), match.end()


def _long_form(text: str, words: list[re.Match[str]], end: int, acronym: str) -> str:
    """The words before `end` whose initials are the acronym; empty where there are none."""
    initials = list(acronym.lower())
    for word in reversed(words):
        stem = word[0].lower().replace("’", "'").rsplit("'", 1)[-1]
        if stem[:1] == initials[-1]:
            initials.pop()
            if not initials:
                return text[word.start() : end]
        elif stem not in _LINK_WORDS:
            return ""
    return ""


def _around(sentence: str, match: re.Match[str], rng: random.Random) -> str:
    """The word said in Québec with some words of its sentence around it."""
    n_before, n_after = (rng.randint(*_WORDS_AROUND) for _ in range(2))
    before = sentence[: match.start()].split()[-n_before:]
    after = sentence[match.end() :].split()[:n_after]
    return " ".join([*before, QUEBEC[match[1]], *after])
