"""Forms of one irregular verb share a stem; forms that are also nouns keep their own."""

from __future__ import annotations

import pytest

from index.analysis import verbs
from index.analysis.terms import terms
from index.analysis.verbs import irregular_stems
from ingest.text import fold

ONE_VERB = (
    "répondre répond réponds répondent répondons répondez répondait répondra répondu répondant",
    "prendre prend prennent prenons prenez prenait prendra pris",
    "comprendre comprend comprennent comprenait compris",
    "permettre permet permettent permettait permettra permise",
    "tenir tient tiennent tenait tiendra tinrent tenu",
    "venir vient viennent venait viendrait vinrent",
    "connaître connaît connaissent connaissait connaîtra connu",
    "craindre craint craignent craignait craindra",
    "écrire écrit écrivent écrivait écrira écrite",
    "construire construit construisent construira",
    "vivre vivent vivait vivra vécu",
    "suivre suit suivent suivait suivra suivi",
    "lire lisent lisait lira lu lue",
    "dire dit disent disait dira dite",
    "recevoir reçoit reçoivent recevait recevra reçu reçue",
    "voir voit voient voyait verra vu",
    "vouloir veut veulent voulait voudra voulu",
    "ouvrir ouvre ouvrent ouvrait ouvrira ouvert ouverte",
    "servir sert servent servait servira servi",
    "acquérir acquiert acquièrent acquérait acquerra acquis",
    "courir coure courent courait courra couru",
    "convaincre convainc convainquent convaincu",
    "interrompre interrompt interrompent interrompu",
)


@pytest.mark.parametrize("forms", ONE_VERB)
def test_the_forms_of_a_verb_have_one_stem(forms: str) -> None:
    assert len(set(terms(forms))) == 1, [(form, terms(form)) for form in forms.split()]


@pytest.mark.parametrize(
    ("noun", "verb"),
    [
        ("entreprise", "entreprendre"),
        ("nuit", "conduire"),
        ("lit", "lire"),
        ("contenu", "contenir"),
        ("produits", "produire"),
        ("missions", "mettre"),
        ("centre", "cent"),
        ("bois", "boire"),
        ("revue", "revoir"),
    ],
)
def test_a_noun_is_not_the_verb_that_is_written_alike(noun: str, verb: str) -> None:
    assert terms(noun) != terms(verb)


def test_a_noun_keeps_one_stem_in_both_numbers() -> None:
    for noun in ("entreprise", "produit", "revenu", "voie", "sortie", "débat", "écrit", "mort"):
        assert terms(noun) == terms(noun + "s"), noun


def test_the_file_has_each_form_once_folded_with_the_infinitive_first() -> None:
    lines = [
        line.split()
        for line in verbs._FORMS.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    forms = [form for _, *forms in lines for form in forms]
    assert len(forms) == len(set(forms)) == len(irregular_stems())
    assert all(form == fold(form) for form in forms)
    assert len(lines) > 200
    # « savoir » and « tendre » are a noun and an adjective too.
    first = [forms[0] for _, *forms in lines if not forms[0].endswith(("re", "ir"))]
    assert first == ["savons", "tend"]


def test_a_form_of_two_verbs_belongs_to_neither() -> None:
    assert all(form.isascii() and form.isalpha() for form in irregular_stems())
    # « crus » is of « croire » and of « croître ».
    assert "crus" not in irregular_stems()
