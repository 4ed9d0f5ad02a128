"""How the archive answers, what it cannot do, and what its model is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import streamlit as st

from archiblogue.typography import french
from archiblogue.web.archive import open_current
from archiblogue.web.html import Markup, element
from archiblogue.web.texts import Words
from ingest.errors import ArchiveError

Section = tuple[str, tuple[str, ...]]

_FRENCH: Final[tuple[Section, ...]] = (
    (
        "Des passages, jamais de réponse rédigée",
        (
            "Archiblogue découpe chaque page de blogue en passages : les paragraphes et les "
            "listes du billet, puis chaque commentaire de lecteur, avec son auteur et sa date. "
            "À une question, il montre les passages qui y répondent le mieux, mot pour mot, "
            "fautes comprises. Aucun texte n’est écrit par une machine.",
        ),
    ),
    (
        "Deux lectures de la question",
        (
            "Par le sens : un modèle de langue français change la question et chaque passage en "
            "vecteurs, et rapproche ceux qui se ressemblent, même sans un mot en commun. Puis il "
            "relit les plus proches mot à mot : chaque mot de la question cherche dans le passage "
            "celui dont le sens est le plus voisin, et les mots rares comptent le plus.",
            "Par les mots : un index du français reconnaît les mots de la question malgré les "
            "accents, les élisions, les accords et les conjugaisons (BM25).",
            "Les deux classements sont fondus en un seul. Sous chaque passage, « Pourquoi ce "
            "passage ? » dit la place qu’il tient dans l’un et dans l’autre.",
        ),
    ),
    (
        "Écrire une question",
        (
            "Une phrase entière ou quelques mots conviennent. Pour préciser :",
            "« médias sociaux » entre guillemets : l’expression telle quelle, accents et "
            "majuscules compris ;",
            "-publicité : sans ce mot ;",
            "auteur:Martine, site:exemple.org, titre:réseaux, role:commentaire, langue:fr : "
            "seulement ce qui convient ;",
            "après:2009, avant:2012-05 : selon la date. Un passage sans date est alors laissé de "
            "côté, et la page dit combien le sont.",
        ),
    ),
    (
        "Ce qui est écarté",
        (
            "Les formulaires de commentaire, les menus, les avis d’erreur, les extraits d’autres "
            "billets et les boutons de partage ne sont pas des textes d’auteurs : ils sont "
            "écartés, chacun par une règle nommée. Au bas de chaque billet, la liste de ce qui a "
            "été écarté se lit avec ses raisons.",
        ),
    ),
    (
        "Les limites",
        (
            "Une date n’est jamais plus précise que la page : « 2009 » reste « 2009 », et une "
            "date introuvable reste inconnue.",
            "Le modèle est petit et a été entraîné sur du français courant : il peut manquer un "
            "sens rare, une ironie, un parler local ou un mot nouveau. Il porte les préjugés des "
            "textes qui l’ont formé.",
            "Un passage bien classé n’est pas un passage vrai : c’est ce qu’une personne a écrit "
            "un jour. Remontez à la page d’origine avant de citer.",
            "L’absence de réponse ne prouve rien : l’archive ne contient que les pages qu’on lui "
            "a données.",
        ),
    ),
    (
        "Vos recherches restent chez vous",
        (
            "La page, l’archive et le modèle sont sur cet ordinateur. Rien n’est envoyé "
            "ailleurs : ni question, ni statistique d’usage. L’adresse de la page garde la "
            "question et les filtres : l’enregistrer, c’est garder la recherche.",
        ),
    ),
)
_ENGLISH: Final[tuple[Section, ...]] = (
    (
        "Passages, never a written answer",
        (
            "Archiblogue cuts each blog page into passages: the paragraphs and lists of the post, "
            "then each reader comment, with its author and date. To a question it shows the "
            "passages that answer best, word for word, mistakes included. No text is written by "
            "a machine.",
        ),
    ),
    (
        "Two readings of the question",
        (
            "By meaning: a French language model turns the question and each passage into "
            "vectors and brings together those that are alike, even without a word in common. It "
            "then reads the nearest again word by word: each word of the question looks in the "
            "passage for the one nearest in meaning, and rare words count most.",
            "By words: an index of French recognises the words of the question whatever their "
            "accents, elisions, plurals and conjugations (BM25).",
            "Both rankings are fused into one. Under each passage, “Why this passage?” gives its "
            "place in each.",
        ),
    ),
    (
        "Writing a question",
        (
            "A whole sentence or a few words will do. To be more precise:",
            '"médias sociaux" in quotation marks: the very phrase, accents and capitals included;',
            "-publicité: without that word;",
            "auteur:Martine, site:exemple.org, titre:réseaux, role:commentaire, langue:fr: only "
            "what fits;",
            "après:2009, avant:2012-05: by date. Undated passages are then left out, and the "
            "page says how many.",
        ),
    ),
    (
        "What is left out",
        (
            "Comment forms, menus, error notices, teasers of other posts and share buttons are "
            "not the writing of authors: they are left out, each by a named rule. At the foot of "
            "each post, the list of what was left out can be read with the reasons.",
        ),
    ),
    (
        "Limits",
        (
            "A date is never more precise than the page: “2009” stays “2009”, and a date that "
            "cannot be found stays unknown.",
            "The model is small and was trained on everyday French: it may miss a rare sense, "
            "irony, a local turn or a new word. It carries the prejudices of the texts that "
            "taught it.",
            "A passage ranked high is not a true one: it is what a person once wrote. Go back to "
            "the original page before quoting.",
            "No answer proves nothing: the archive holds only the pages that it was given.",
        ),
    ),
    (
        "Your searches stay with you",
        (
            "The page, the archive and the model are on this computer. Nothing is sent "
            "elsewhere: no question, no usage statistics. The address of the page holds the "
            "question and the filters: to save it is to save the search.",
        ),
    ),
)
_SECTIONS: Final[Mapping[str, tuple[Section, ...]]] = MappingProxyType(
    {
        "fr": tuple(
            (french(heading), tuple(french(text) for text in texts)) for heading, texts in _FRENCH
        ),
        "en": _ENGLISH,
    }
)


def render_method(words: Words) -> None:
    """Draw the explanation, and the model of this archive where there is one."""
    st.html(method_html(words))
    try:
        encoder = open_current().info().encoder
    except ArchiveError:
        return  # the explanation holds without an archive; the other views say what is wrong
    text = words(
        "method.model.detail",
        name=encoder.name,
        revision=encoder.revision[:12],
        dimension=encoder.dimension,
    )
    st.html(
        element(
            "section",
            element("h2", words("method.model")),
            element("p", text),
            class_="sheet text",
        )
    )


def method_html(words: Words) -> Markup:
    """The explanation as one sheet of sections: what introduces is a paragraph, the rest a list."""
    parts = []
    for heading, texts in _SECTIONS[words.language]:
        parts.append(element("h2", heading))
        is_introduced = len(texts) == 1 or texts[0].endswith(":")
        if is_introduced:
            parts.append(element("p", texts[0]))
        items = texts[1:] if is_introduced else texts
        if items:
            parts.append(element("ul", *(element("li", text) for text in items)))
    return element("article", element("h1", words("method.heading")), *parts, class_="sheet text")
