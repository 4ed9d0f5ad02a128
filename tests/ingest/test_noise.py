"""Passages that carry nothing, and short ones that do."""

from __future__ import annotations

import pytest

from ingest.model import Passage, PassageKind, Role
from ingest.noise import carries_nothing


@pytest.mark.parametrize(
    "text",
    [
        "\ue800 \uf09a",
        "★★★☆☆",
        "* * *",
        "12",
        "Facebook",
        "Imprimer",
        "Tweet0Email0Like0Shares0",
        "Partager sur Facebook",
        "Share on Twitter",
        "Retour en haut de la page",
        "J’aime",
        "12 commentaires",
        "Envoyer à un ami",
        "3 mai 2009",
        "Le lundi 12 février 2007 à 10 h 38",
        "12/02/2006 - 17:08",
        "Posté le 3 mai 2009",
        "https://exemple.org/2010/05/pain/?utm=x",
        "www.exemple.org",
        "(http://exemple.org)",
        "jean@exemple.org",
    ],
)
def test_noise(text: str) -> None:
    assert carries_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "Merci !",
        "Bravo.",
        "Internal Server Error",
        "Je quitte Facebook",
        "Facebook est mort",
        "En mai 2009, il neigeait",
        "Voir https://exemple.org/ pour la suite",
        "Mai",
        "Le Retour de Martin Guerre",
        "x = 12",
        "404 Not Found",
        "L’article 49 du Code",
    ],
)
def test_short_texts_that_say_something(text: str) -> None:
    assert not carries_nothing(text)


def test_a_passage_knows_whether_it_carries_anything() -> None:
    facts = ("d#p1", "d", 0, Role.POST, PassageKind.PARAGRAPH)
    assert Passage(*facts, "Imprimer", 0, 8).is_noise
    assert not Passage(*facts, "Imprimer en relief", 0, 18).is_noise
