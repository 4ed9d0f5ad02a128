"""`explain`: what became of a page, as a person reads it: its facts, then its blocks in order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from archiblogue.cli.terminal import count, printable, say, say_json, table
from ingest.model import (
    Action,
    Comment,
    CommentKind,
    CommentState,
    Document,
    LedgerEntry,
    PublicationDate,
)

__all__ = ["run_explain"]

ACTION_LABELS: Final = {
    Action.KEPT: "gardé",
    Action.CONTEXT: "contexte",
    Action.METADATA: "métadonnée",
    Action.DROPPED: "écarté",
}
DATE_SOURCES: Final = {
    "jsonld": "métadonnées de la page",
    "meta": "métadonnées de la page",
    "time-element": "balise de date",
    "title": "infobulle",
    "text": "texte de la page",
    "relative": "comptée depuis la capture",
    "url": "adresse de la page",
}
FACT_SOURCES: Final = {
    "intertitre": "titre affiché",
    "intertitre-seul": "intertitre de la page",
    "og:title": "métadonnées de la page",
    "titre-de-page": "titre de la fenêtre",
    "nom-du-site": "nom du site",
    "jsonld": "métadonnées de la page",
    "meta": "métadonnées de la page",
    "balise-auteur": "balise d’auteur",
    "classe-auteur": "bloc d’auteur du thème",
    "signature": "ligne «\u00a0par …\u00a0»",
    "signature-sous-le-texte": "signature sous le texte",
    "lien-canonique": "lien canonique",
    "og:url": "métadonnées de la page",
    "lien-court": "lien court",
    "fil-des-commentaires": "fil des commentaires",
    "permalien-commentaire": "permaliens des commentaires",
    "lien-du-titre": "lien du titre",
    "formulaire": "formulaire des commentaires",
    "numero-du-billet": "numéro du billet",
    "capture": "outil d’enregistrement",
    "chemin-du-miroir": "chemin du fichier dans le miroir",
    "base-url": "option --base-url",
    "compteur": "titre répété au-dessus du fil",
    "au-dessus-de-la-signature": "ligne au-dessus de la signature",
    "au-dessus-de-la-date": "ligne au-dessus de la date",
    "sous-la-date": "ligne sous la date",
    "premiere-ligne": "première ligne",
    "sous-la-premiere-ligne": "ligne sous la première",
    "repetition": "pages du site comparées",
}
MAX_REFUSED: Final = 3
KINDS: Final = {CommentKind.PINGBACK: "pingback", CommentKind.TRACKBACK: "rétrolien"}
STATES: Final = {CommentState.DELETED: "supprimé", CommentState.MODERATED: "en attente"}
NUMBER_RULE: Final = "numero-commentaire"
HEADER_RULES: Final = (NUMBER_RULE, "entete-commentaire", "objet-commentaire")
# A longer block may be prose that was dropped by mistake: it is always shown on its own.
MAX_GROUPED_CHARS: Final = 80
MIN_GROUPED: Final = 2
MAX_SAMPLE_CHARS: Final = 150
INDENT: Final = " " * 13
WIDTH: Final = 100


def run_explain(page: str, *, base_url: str | None = None, is_whole: bool, as_json: bool) -> int:
    """Write the facts of a page and its blocks in order, kept and dropped, each with its rule.

    Unless `is_whole`, short blocks that one rule dropped side by side are one line.
    """
    from ingest.explain import explain_page

    explanation = explain_page(page, base_url)
    if as_json:
        say_json(explanation.as_record(), indent=2)
        return 0
    for n, document in enumerate(explanation.documents):
        if n:
            say()
        _write_document(document, is_whole=is_whole)
    return 0


def _write_document(document: Document, *, is_whole: bool) -> None:
    say(printable(document.title or "Sans titre"))
    table([(f"  {name}", value) for name, value in _facts(document)])
    say()
    bylines = _Bylines(document)
    n_grouped = 0
    for run in _runs(document.ledger):
        if isinstance(run, LedgerEntry):
            for byline in bylines.due(run):
                say(f"—— {byline}")
            _write_block(run)
        elif is_whole:
            for entry in run:
                _write_block(entry)
        else:
            n_grouped += _write_run(run)
    if n_grouped:
        say()
        say(f"{count(n_grouped, 'bloc')} en groupes\u00a0; --all les montre un à un.")


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    """What was read of the page as a whole, the missing facts said to be missing."""
    if document.title is None:
        yield "Titre", _fact(document, "title", None)
    yield "Auteur", _fact(document, "author", document.author)
    yield "Date", _date(document.date)
    if document.site:
        yield "Site", printable(document.site)
    if document.url:
        yield "Adresse", _fact(document, "url", document.url)
    yield "Commentaires", _count_of_comments(document)
    if document.platform:
        yield "Moteur", printable(document.platform)
    n_kept, n_dropped = (
        sum(entry.action is action for entry in document.ledger)
        for action in (Action.KEPT, Action.DROPPED)
    )
    yield "Blocs", f"{count(n_kept, 'gardé')}, {count(n_dropped, 'écarté')}"
    yield "Document", f"{document.doc_id} · {printable(document.source_path)}"


def _fact(document: Document, fact: str, value: str | None) -> str:
    """A fact with the place where it was read, or what the page said that was not believed."""
    stated = [one for one in document.evidence if one.fact == fact]
    taken = next((one for one in stated if one.is_taken), None)
    if value is not None:
        where = FACT_SOURCES.get(taken.source, taken.source) if taken is not None else None
        return printable(value) + (f" ({where})" if where else "")
    said = dict.fromkeys(
        f"«\u00a0{printable(one.value)}\u00a0» ({FACT_SOURCES.get(one.source, one.source)})"
        for one in stated
    )
    refused = ", ".join(list(said)[:MAX_REFUSED])
    return f"inconnu\u00a0; la page dit {refused}, trop peu sûr" if refused else "inconnu"


def _date(date: PublicationDate | None) -> str:
    if date is None:
        return "inconnue"
    where = DATE_SOURCES.get(date.source, date.source)
    return f"{date.value} («\u00a0{printable(date.raw)}\u00a0», {where})"


def _count_of_comments(document: Document) -> str:
    n_found, n_declared = len(document.comments), document.n_comments_declared
    if n_declared is None:
        return f"{n_found}\u00a0; la page ne dit pas combien elle en a"
    n_linked = sum(c.kind is not CommentKind.COMMENT for c in document.comments)
    linked = f", dont {count(n_linked, 'rétrolien')}" if n_linked else ""
    return f"{n_found}{linked}\u00a0; la page en annonce {n_declared}"


class _Bylines:
    """Says each comment when its first block comes: a header stands over its text, or under it."""

    def __init__(self, document: Document) -> None:
        self._comments = document.comments
        self._numbers = {comment.comment_id: comment.number for comment in document.comments}
        self._owners = {p.passage_id: p.comment_id for p in document.passages if p.comment_id}
        self._n_said = 0

    def due(self, entry: LedgerEntry) -> Iterator[str]:
        """The comments that begin with this block, or that had no block before it."""
        owner = self._numbers.get(self._owners.get(entry.passage_id or "", ""), 0)
        if entry.rule in HEADER_RULES and self._n_said < len(self._comments):
            coming = self._comments[self._n_said]
            if entry.rule == NUMBER_RULE or (coming.author and coming.author in entry.text):
                owner = max(owner, coming.number)
        while self._n_said < len(self._comments) and self._comments[self._n_said].number <= owner:
            yield self._line(self._comments[self._n_said])
            self._n_said += 1

    def _line(self, comment: Comment) -> str:
        """Number, writer and date of a comment, and the one that it answers."""
        parts = [f"Commentaire {comment.number}", printable(comment.author or "auteur inconnu")]
        parts.append(comment.date.value if comment.date else "date inconnue")
        if comment.parent_id in self._numbers:
            parts.append(f"répond au {self._numbers[comment.parent_id]}")
        if comment.is_post_author:
            parts.append("de l’auteur du billet")
        labels = (KINDS.get(comment.kind), STATES.get(comment.state))
        return " · ".join([*parts, *filter(None, labels)])


def _runs(ledger: Sequence[LedgerEntry]) -> Iterator[LedgerEntry | list[LedgerEntry]]:
    """The blocks in order; short dropped ones that touch each other together."""
    run: list[LedgerEntry] = []
    for entry in ledger:
        if entry.action is Action.DROPPED and len(entry.text) <= MAX_GROUPED_CHARS:
            run.append(entry)
            continue
        if run:
            yield run
            run = []
        yield entry
    if run:
        yield run


def _write_run(run: list[LedgerEntry]) -> int:
    """One line for each rule of the run; how many blocks stand in lines of several."""
    by_rule: dict[tuple[str, str], list[LedgerEntry]] = {}
    for entry in run:
        by_rule.setdefault((entry.rule, entry.reason), []).append(entry)
    n_grouped = 0
    for (rule, reason), entries in by_rule.items():
        if len(entries) < MIN_GROUPED:
            _write_block(entries[0])
            continue
        n_grouped += len(entries)
        texts = dict.fromkeys(printable(entry.text) for entry in entries)
        sample = " · ".join(text for text in texts if text)
        _write_labelled(
            Action.DROPPED, textwrap.shorten(sample, MAX_SAMPLE_CHARS, placeholder=" …")
        )
        say(f"{INDENT}{rule}, {count(len(entries), 'bloc')}\u00a0: {reason}")
    return n_grouped


def _write_block(entry: LedgerEntry) -> None:
    _write_labelled(entry.action, printable(entry.text))
    say(f"{INDENT}{entry.rule} ({entry.start}–{entry.end})\u00a0: {entry.reason}")


def _write_labelled(action: Action, text: str) -> None:
    lines = textwrap.wrap(text, WIDTH - len(INDENT), break_on_hyphens=False) or [""]
    say(f"[{ACTION_LABELS[action]:<10}] {lines[0]}")
    for line in lines[1:]:
        say(INDENT + line)
