"""An expression in numbers: its years, who writes it, the words around it; each leads to hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from archiblogue.typography import format_number
from archiblogue.web import url_state
from archiblogue.web.html import Markup, element, local_link
from archiblogue.web.texts import Words
from index.views.collocates import CollocateOptions
from index.views.frequency_table import By, FrequencyOptions

if TYPE_CHECKING:
    from index.archive import Archive
    from index.views.collocates import Collocate
    from index.views.frequency_table import Frequency

_MOST_COLLOCATES: Final = 20


def numbers_html(archive: Archive, expression: str, words: Words) -> Markup:
    """The relative frequencies by year and by voice, and the words that keep it company.

    Raises:
        UsageError: there is nothing to count.
    """
    years = archive.frequencies(expression, FrequencyOptions(by=By.YEAR)).rows
    roles = archive.frequencies(expression, FrequencyOptions(by=By.ROLE)).rows
    near = archive.collocates(expression, CollocateOptions(limit=_MOST_COLLOCATES)).rows
    return element(
        "section",
        element("h2", words("words.heading")),
        element("p", words("words.detail"), class_="legend"),
        _frequencies(words("words.years"), years, words),
        _frequencies(words("words.roles"), roles, words),
        _collocates(near, words),
        class_="sheet",
    )


def _frequencies(heading: str, rows: Sequence[Frequency], words: Words) -> Markup | None:
    """A curve as bars: occurrences for 10,000 words of each part, which leads to its hits."""
    shown = [row for row in rows if row.n_occurrences]
    if not shown:
        return None
    largest = max((row.per_10000_words or 0.0 for row in shown), default=0.0) or 1.0
    return element(
        "section",
        element("h3", heading),
        element("ul", *(_bar(row, largest, words) for row in shown), class_="bars"),
    )


def _bar(row: Frequency, largest: float, words: Words) -> Markup:
    rate = row.per_10000_words
    share = 0 if rate is None else round(100 * rate / largest)
    said = words.count("words.occurrences", row.n_occurrences)
    if rate is not None:
        said += f" · {_decimal(rate, words)}"
    return element(
        "li",
        _to_hits(_name(row.value, words), row.question, words),
        element("span", class_="bar", style=f"--share: {share}%"),
        element("span", said, class_="number"),
    )


def _name(value: str | None, words: Words) -> str:
    if value is None:
        return words("card.undated")
    return words(f"roles.{value}") if value in {"billet", "commentaire", "réponse"} else value


def _to_hits(label: str, question: str | None, words: Words) -> Markup:
    shown = element("bdi", label)
    if not question:
        return shown
    return local_link(shown, "", **url_state.in_language(words.language, q=question))


def _collocates(rows: Sequence[Collocate], words: Words) -> Markup | None:
    if not rows:
        return None
    head = element(
        "tr",
        *(
            element("th", words(f"words.{name}"), scope="col")
            for name in ("word", "near", "in_corpus", "log_dice")
        ),
    )
    body = (
        element(
            "tr",
            element("td", _to_hits(row.word, row.question, words)),
            element("td", format_number(row.n_near, words.language), class_="number"),
            element("td", format_number(row.n_in_corpus, words.language), class_="number"),
            element("td", _decimal(row.log_dice, words), class_="number"),
        )
        for row in rows
    )
    return element(
        "section",
        element("h3", words("words.collocates")),
        element("table", element("thead", head), element("tbody", *body), class_="collocates"),
    )


def _decimal(value: float, words: Words) -> str:
    shown = f"{value:.1f}"
    return shown.replace(".", ",") if words.language == "fr" else shown
