"""Both languages say the same things."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from archiblogue.web.texts import Words
from archiblogue.web.texts_en import ENGLISH
from archiblogue.web.texts_fr import FRENCH

SCRIPTED = ("desk", "map")
"""The prefixes of the words that the component's own script says."""

# What both share and says no word of its own.
SHARED = ("speech.js", "page.js")


def _prefix_of(script: str) -> str | None:
    """Whose words a script says; None for those of both."""
    if script in SHARED:
        return None
    return "map" if script.startswith("map") else "desk"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_tables_hold_the_same_keys_with_the_same_values() -> None:
    assert FRENCH.keys() == ENGLISH.keys()
    assert {k: _fields(v) for k, v in FRENCH.items()} == {k: _fields(v) for k, v in ENGLISH.items()}


def test_every_key_is_used_and_every_key_used_exists(repository: Path) -> None:
    modules = sorted((repository / "archiblogue" / "web").rglob("*.py"))
    sources = "".join(
        path.read_text("utf-8") for path in modules if not path.name.startswith("texts_")
    )
    used = set(re.findall(r'"([a-z_]+(?:\.[a-zé_]+)+)"', sources))
    built = [*re.findall(r'f"([a-z_.]+)\.\{', sources), "language", "roles"]
    scripted = tuple(f"{one}." for one in SCRIPTED)
    table = {key for key in FRENCH if not key.startswith(scripted) or f'"{key}"' in sources}
    files = {"shell.js", "desk.js", "page.js"}
    unknown = {key for key in used - files if key.split(".")[0] in _roots()} - table
    assert unknown - {_base(key) for key in table} == set()
    unused = {
        key
        for key in table
        if f'"{key}"' not in sources
        and f'"{_base(key)}"' not in sources
        and not any(key.startswith(f"{prefix}.") for prefix in built)
    }
    assert unused == set()


@pytest.mark.parametrize("prefix", SCRIPTED)
def test_every_word_of_a_script_is_said_and_every_word_said_exists(
    repository: Path, prefix: str
) -> None:
    folder = repository / "archiblogue" / "web" / "desk" / "assets"
    scripts = "".join(
        path.read_text("utf-8")
        for path in sorted(folder.glob("*.js"))
        if _prefix_of(path.name) in {prefix, None}
    )
    python = "".join(
        path.read_text("utf-8") for path in (folder.parent.parent / "map").glob("*.py")
    )
    table = {
        key.removeprefix(f"{prefix}.")
        for key in FRENCH
        if key.startswith(f"{prefix}.") and f'"{key}"' not in python
    }
    bases = {_base(key) for key in table}
    said = set(re.findall(r'\b(?:say|count)\(\s*"([^"]+)"', scripts))
    built = set(re.findall(r"\bsay\(\s*`([a-z_.]+)\.\$\{", scripts))
    chosen = set(re.findall(r'"([a-zé_.]+)"', scripts))
    assert said - table - bases == set()
    unused = {
        key
        for key in table
        if not {key, _base(key)} & chosen and not any(key.startswith(f"{one}.") for one in built)
    }
    assert unused == set()


def _base(key: str) -> str:
    return re.sub(r"[.](one|many|first)$", "", key)


def _roots() -> set[str]:
    return {key.split(".")[0] for key in FRENCH}


@pytest.mark.parametrize(
    ("language", "number", "shown"),
    [
        ("fr", 0, "0 passage"),
        ("fr", 1, "1 passage"),
        ("fr", 2, "2 passages"),
        ("en", 0, "0 passages"),
        ("en", 1, "1 passage"),
        ("fr", 12345, "12\u202f345 passages"),
        ("en", 12345, "12,345 passages"),
    ],
)
def test_plurals_and_numbers_follow_the_language(language: str, number: int, shown: str) -> None:
    assert Words(language).count("desk.passages", number) == shown  # type: ignore[arg-type]


def test_french_words_hold_no_breaking_space_before_high_punctuation() -> None:
    words = Words("fr")
    for key, text in FRENCH.items():
        names = dict.fromkeys(_fields(text), "x")
        assert not re.search(r" [;:!?»]|« ", words(key, **names)), key
