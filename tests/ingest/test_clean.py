"""The boilerplate rules, read as a specification."""

from __future__ import annotations

import re
import time
from importlib import util
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean import load_rules, match_boilerplate, match_line, rule_named
from ingest.text import fold_line

_spec = util.spec_from_file_location(
    "boilerplate_cases", Path(__file__).with_name("boilerplate_cases.py")
)
assert _spec is not None
assert _spec.loader is not None
_cases = util.module_from_spec(_spec)
_spec.loader.exec_module(_cases)
TAKEN: dict[str, tuple[str, ...]] = _cases.TAKEN
WRITTEN: tuple[str, ...] = _cases.WRITTEN


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, lines in TAKEN.items() for line in lines]
)
def test_a_rule_takes_its_lines(name: str, line: str) -> None:
    rule = rule_named(name)
    assert any(pattern.fullmatch(fold_line(line)) for pattern in rule.patterns)
    assert match_line(line) is not None


@pytest.mark.parametrize("line", WRITTEN)
def test_what_people_write_is_kept(line: str) -> None:
    rule = match_line(line)
    assert rule is None, rule and rule.name


def test_every_rule_has_examples_and_a_french_reason() -> None:
    for rule in load_rules():
        assert len(TAKEN[rule.name]) >= 2, rule.name
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
        assert rule.reason[0].isupper()
        assert not rule.reason.endswith(".")
    assert set(TAKEN) == {rule.name for rule in load_rules()}


@pytest.mark.parametrize("line", [line for lines in TAKEN.values() for line in lines[:3]])
def test_case_accents_and_spaces_do_not_matter(line: str) -> None:
    assert match_line(f"\u00a0 {line.upper()} \t") is not None
    assert match_line(line.replace("’", "'")) is not None


def test_weak_rules_are_left_out_on_demand() -> None:
    assert match_line("Répondre", allow_weak=False) is None
    assert match_line("Facebook", allow_weak=False) is None
    assert match_line("Archives", allow_weak=False) is None
    assert match_boilerplate("Archives", allow_weak=False) is None


def test_a_block_is_dropped_only_when_all_its_lines_are() -> None:
    form = "Laisser un commentaire\n\nNom *\nCourriel *\nSite web\n"
    rule = match_boilerplate(form)
    assert rule is not None
    assert rule.name == "formulaire-commentaire"
    assert match_boilerplate(form + "Je ne suis pas d’accord avec vous.") is None
    assert match_boilerplate("") is None
    assert match_boilerplate(" \n\t\n") is None


def test_an_error_may_run_over_several_lines() -> None:
    rule = match_boilerplate(
        "Fatal error: Uncaught Error: Call to undefined function wp_x() in /www/a.php:3\n"
        "Stack trace:\n#0 /www/wp-settings.php(305): include()\n#1 {main}\n"
        "  thrown in /www/a.php on line 3"
    )
    assert rule is not None
    assert rule.name == "erreur-php"


def test_a_very_long_line_is_never_boilerplate() -> None:
    assert match_line("Lire la suite " * 400) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_answered(text: str) -> None:
    match_boilerplate(text)


WORDS = sorted(
    {
        word
        for rule in load_rules()
        for pattern in rule.patterns
        for word in re.findall(r"[a-z]{2,}", pattern.pattern)
    }
)


@pytest.mark.parametrize(
    "seed", ["1 ", "1", "*", "<b> ", "a ", " le", "facebook ", "x | ", "« ", "l m "]
)
def test_repetition_takes_no_time(seed: str) -> None:
    """The patterns are tried on hostile lines: none may take more than linear time."""
    started = time.perf_counter()
    for tail in ("", "!", "x", "»"):
        match_line((seed * 1600)[:1590] + tail)
    assert time.perf_counter() - started < 4.0


@settings(max_examples=60, deadline=2000)
@given(st.lists(st.sampled_from([*WORDS, "1", "12", "*", ":", "|", "»", "…", "<a>"]), max_size=120))
def test_the_rules_own_words_take_no_time(words: list[str]) -> None:
    match_line(" ".join(words)[:1600])
