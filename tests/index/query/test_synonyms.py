"""The lexicon: what it adds, says, and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.query.synonyms import (
    MAX_EXPANSIONS,
    Lexicon,
    expansion_notices,
    load_lexicon,
    make_lexicon,
)
from ingest.errors import UsageError


@pytest.fixture(scope="module")
def bundled() -> Lexicon:
    return load_lexicon()


def _forms(lexicon: Lexicon, text: str) -> list[str]:
    return [expansion.form for expansion in lexicon.expand(text)]


def test_there_are_many_groups_and_no_form_twice(bundled: Lexicon) -> None:
    forms = [form for group in bundled.groups for form in group]
    assert len(bundled.groups) >= 60
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize(
    ("typed", "added"),
    [
        ("courriel", "e-mail"),
        ("un e-mail", "courriel"),
        ("des emails", "courriel"),
        ("clavardage", "chat"),
        ("pendant la fin de semaine", "week-end"),
        ("les week-ends", "fin de semaine"),
        ("ce weekend", "fin de semaine"),
        ("le métier de community manager", "gestionnaire de communauté"),
        ("les gestionnaires de communautés", "community manager"),
        ("réseaux sociaux", "médias sociaux"),
        ("médias-sociaux", "réseaux sociaux"),
        ("magasiner", "faire du shopping"),
        ("pourriels", "spam"),
        ("blogues", "blog"),
        ("baladodiffusion", "podcast"),
        ("mot-clic", "hashtag"),
        ("égoportrait", "selfie"),
        ("infolettres", "newsletter"),
        ("téléverser", "uploader"),
        ("clavarder", "chatter"),
        ("hameconnage", "phishing"),
    ],
)
def test_bundled_groups(bundled: Lexicon, typed: str, added: str) -> None:
    assert added in _forms(bundled, typed)


@pytest.mark.parametrize(
    "typed", ["fin", "semaine", "la fin des experts", "communauté", "médias", "", "?"]
)
def test_a_part_of_a_form_calls_for_nothing(bundled: Lexicon, typed: str) -> None:
    assert bundled.expand(typed) == ()


def test_the_terms_of_a_form_are_side_by_side(bundled: Lexicon) -> None:
    by_form = {e.form: e.terms for e in bundled.expand("week-end")}
    assert by_form["fin de semaine"] == ("fin", "semain")
    assert "week-end" not in by_form
    back = {e.form: e.terms for e in bundled.expand("fin de semaine")}
    assert back["week-end"] == ("weekend",)


def test_the_longest_form_wins() -> None:
    lexicon = make_lexicon([["lien", "link"], ["lien permanent", "permalien"]])
    assert _forms(lexicon, "un lien permanent") == ["permalien"]
    assert _forms(lexicon, "un lien") == ["link"]


def test_what_was_typed_is_not_added() -> None:
    lexicon = make_lexicon([["blog", "weblog", "carnet web"]])
    assert _forms(lexicon, "blog ou weblog") == ["carnet web"]


def test_expansions_are_limited() -> None:
    lexicon = make_lexicon([[f"mot{n}" for n in range(50)]])
    assert len(lexicon.expand("mot1")) == MAX_EXPANSIONS


def test_the_notice_says_what_was_added(bundled: Lexicon) -> None:
    (notice,) = map(str, expansion_notices(bundled.expand("clavardage")))
    assert notice.startswith("Lexique")
    assert "clavardage" in notice
    assert "chat" in notice
    assert expansion_notices(()) == ()


def test_one_form_can_be_left_out_however_it_is_spelt(bundled: Lexicon) -> None:
    whole = _forms(bundled, "courriel")
    assert "e-mail" in whole
    kept = [one.form for one in bundled.expand("courriel", ["E-MAILS", "inconnu"])]
    assert kept == [form for form in whole if form != "e-mail"]


def test_a_keeper_adds_groups(tmp_path: Path) -> None:
    own = tmp_path / "lexique.toml"
    own.write_text('groupes = [["tuque", "bonnet"], ["courriel", "imèle"]]', encoding="utf-8")
    lexicon = load_lexicon(own)
    assert _forms(lexicon, "une tuque") == ["bonnet", "bonnet de laine"]
    assert {"imèle", "e-mail"} <= set(_forms(lexicon, "courriel"))


def test_a_keeper_replaces_and_ignores(tmp_path: Path) -> None:
    own = tmp_path / "lexique.toml"
    own.write_text('remplace = true\ngroupes = [["a1", "b1"]]\nsans = ["b1"]', encoding="utf-8-sig")
    lexicon = load_lexicon(own)
    assert _forms(lexicon, "courriel") == []
    assert _forms(lexicon, "a1") == ["b1"]
    assert _forms(lexicon, "b1") == []


def test_no_keeper_file_is_fine(tmp_path: Path) -> None:
    assert load_lexicon(tmp_path / "absent.toml") == load_lexicon()


@pytest.mark.parametrize(
    "content",
    [
        b"groupes = [[",
        b'groupes = "courriel"',
        b'groupes = [["seul"]]',
        b'groupes = [["un", "Un"]]',
        b'groupes = [["un", 2]]',
        b'groupes = [["de", "la"]]',
        b'mots = [["un", "deux"]]',
        b"sans = 3",
        b"\xff\xfe\x00",
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "lexique.toml"
    own.write_bytes(content)
    with pytest.raises(UsageError, match="lexique"):
        load_lexicon(own)
