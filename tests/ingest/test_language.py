"""French is recognised even when it is short, Québécois, or full of code words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.language import detect_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merci pour ce bel article, j’ai beaucoup ri.", "fr"),
        ("C'est ben correct, j'ai pogné une bonne shot de rire", "fr"),
        ("tsé veux dire, ça a pas d'allure pantoute", "fr"),
        ("En bash : utilisez split puis cat, c’est plus simple", "fr"),
        ("Ciao Luigi, merci Emiliano pour la recette", "fr"),
        ("Nice post, keep it up!", "en"),
        ("Hi, I had the same issue with my old laptop", "en"),
        ("Das ist ein sehr schönes Haus und ich mag es", "other"),
        ("Das Buch ist nicht für mich, und der Film auch nicht", "other"),
        ("C'EST LA VIE, IL EST PARTI AVEC ELLE", "fr"),
        ("Me gusta mucho este artículo, gracias por compartir", "other"),
        ("Привет всем, хорошая статья", "other"),
        ("Merci", None),
        ("+1", None),
        ("https://example.org/un/long/chemin", None),
        ("", None),
    ],
)
def test_language_of_short_passages(text: str, expected: str | None) -> None:
    assert detect_language(text) == expected


def test_the_model_loads_only_when_asked(repository: Path) -> None:
    code = "import sys, ingest.language; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=repository, check=False).returncode == 0
