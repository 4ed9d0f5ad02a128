"""`export` and `replay`: an answer taken away whole, and a recorded search asked again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from archiblogue.cli.searching import SearchRequest, read_lines
from archiblogue.cli.terminal import PARTIAL, count, progress, say, say_json, table, warn
from archiblogue.typography import french
from index.export import (
    FORMATS,
    Asked,
    Authors,
    Format,
    Manner,
    Protection,
    Request,
    corpus_key,
    find_format,
    parse_authors,
    read_bundle,
    read_key,
    replay_search,
    write_export,
)
from index.export.atomic import write_atomically
from index.export.stream import read_selection
from index.judgements.register import query_id
from index.notebook.files import SELECTIONS_FOLDER
from index.views.concordance import ConcordanceOptions
from ingest.errors import UsageError

if TYPE_CHECKING:
    from archiblogue.settings import Settings
    from index.export import Replay
    from index.export.replay import Difference
    from index.export.tally import Tally

_STDOUT: Final = Path("-")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be exported, as it was typed: one of them, and one only."""

    question: str | None = None
    batch: Path | None = None
    selection: Path | None = None
    concordance: str | None = None
    is_corpus: bool = False
    with_threads: bool = False

    def check(self) -> None:
        """Refuses none, and more than one.

        Raises:
            UsageError: nothing is named, or several things are.
        """
        given = [self.question, self.batch, self.selection, self.concordance]
        n_given = sum(one is not None for one in given) + self.is_corpus
        if n_given != 1:
            how_many = "rien n’est nommé" if not n_given else f"{n_given} choses sont nommées"
            raise UsageError(
                f"Que faut-il exporter\u202f? Ici, {how_many}. Donnez une seule chose\u00a0: une "
                "question, --batch, --selection, --concordance ou --corpus."
            )
        if self.with_threads and self.question is None and self.batch is None:
            raise UsageError(
                "--threads suit les commentaires qu’une question trouve\u202f: donnez une question "
                "ou --batch, ou retirez cette option."
            )


@dataclass(frozen=True, slots=True)
class Output:
    """Where and how the file is written; `page` is the address of the archive's page."""

    format_name: str
    path: Path
    authors: str = Authors.REAL
    key: Path | None = None
    style: str = "iso690"
    page: str | None = None
    is_forced: bool = False


def run_export(
    subject: Subject,
    settings: Settings,
    search: SearchRequest,
    output: Output,
    concordance: ConcordanceOptions | None = None,
) -> int:
    """Write the file; 3 when a question of a batch could not be read."""
    subject.check()
    chosen = find_format(output.format_name)
    _check_output(output, chosen)
    protection = _protection(settings, output)
    request = _request(subject, settings.archive, search, concordance or ConcordanceOptions())
    page = output.page or f"http://{settings.host}:{settings.port}"
    with search.open(settings.archive) as archive, progress("Export") as advance:
        manner = Manner(protection, page, output.style, advance)

        def write(stream: BinaryIO) -> Tally:
            return write_export(archive, request, chosen, stream, manner)

        if output.path == _STDOUT:
            tally = write(sys.stdout.buffer)
        else:
            tally = write_atomically(output.path, write)
    _report(tally, output)
    return PARTIAL if tally.left_out["question illisible"] else 0


def run_help_format(name: str) -> int:
    """Write what the columns of a format say, or of each where the name is `all`."""
    chosen = list(FORMATS.values()) if name == "all" else [find_format(name)]
    for number, one in enumerate(chosen):
        if number:
            say()
        say(f"{one.name} (.{one.extension})\u00a0: {one.summary}")
        table([(f"  {column}", french(meaning)) for column, meaning in one.columns.items()])
    return 0


def run_replay(path: Path, settings: Settings, *, reranker: str | None, as_json: bool) -> int:
    """Ask a recorded search again and say what changed; 0 whatever changed."""
    recorded = read_bundle(path)
    with SearchRequest(reranker=reranker).open(settings.archive) as archive:
        found = replay_search(archive, recorded)
    if as_json:
        say_json(_as_record(found), indent=2)
        return 0
    if found.is_identical:
        say(f"Identique\u00a0: {count(found.n_now, 'passage')}, même ordre, mêmes scores.")
        return 0
    say(
        f"{count(found.n_former, 'passage')} alors, {found.n_now} maintenant\u00a0: "
        f"{count(len(found.new), 'nouveau', 'nouveaux')}, "
        f"{count(len(found.gone), 'disparu')}, {count(len(found.moved), 'déplacé')}\u202f; "
        f"plus grand écart de score {found.max_score_change:.6f}."
    )
    for title, differences in (
        ("nouveau", found.new),
        ("disparu", found.gone),
        ("déplacé", found.moved),
    ):
        for one in differences:
            say(_line(title, one))
    return 0


def _check_output(output: Output, chosen: Format) -> None:
    if output.path == _STDOUT:
        if not chosen.is_text:
            raise UsageError(
                f"Le format {chosen.name} n’est pas du texte\u202f: donnez un fichier "
                f"(-o export.{chosen.extension})."
            )
        return
    if output.path.is_dir():
        raise UsageError(
            f"«\u00a0{output.path}\u00a0» est un dossier\u202f: donnez un nom de fichier "
            f"(-o {output.path / f'export.{chosen.extension}'})."
        )
    if output.path.exists() and not output.is_forced:
        raise UsageError(
            f"Le fichier «\u00a0{output.path}\u00a0» existe déjà. Choisissez un autre nom, ou "
            "--force pour le remplacer."
        )


def _protection(settings: Settings, output: Output) -> Protection:
    authors = parse_authors(output.authors)
    if authors is not Authors.PSEUDONYMS:
        return Protection(authors)
    if output.key is not None:
        return Protection(authors, read_key(output.key))
    from platformdirs import user_config_path

    folder = user_config_path("archiblogue") / "pseudonymes"
    return Protection(authors, corpus_key(settings.archive, folder))


def _request(
    subject: Subject, archive: Path, search: SearchRequest, concordance: ConcordanceOptions
) -> Request:
    if subject.is_corpus:
        return Request("corpus", filters=search.filters)
    if subject.concordance is not None:
        return Request("concordance", expression=subject.concordance, concordance=concordance)
    if subject.selection is not None:
        path = subject.selection
        named = archive / SELECTIONS_FOLDER / f"{path}.jsonl"
        # A file of that name goes first: it is what was typed.
        path = named if not path.exists() and path.name == str(path) and named.is_file() else path
        ids = tuple(read_selection(read_lines(path), str(path)))
        return Request("selection", passage_ids=ids)
    if subject.batch is not None:
        questions = [line for line in read_lines(subject.batch) if line]
        if not questions:
            raise UsageError(
                f"Le fichier de questions «\u00a0{subject.batch}\u00a0» est vide. "
                "Écrivez-y une question par ligne."
            )
        return Request("batch", _asked(questions, search, subject))
    text = subject.question or ""
    search.query(text)
    return Request("question", _asked([text], search, subject))


def _asked(texts: Sequence[str], search: SearchRequest, subject: Subject) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            query_id(text),
            search.to_query(text),
            search.more_like,
            search.less_like,
            subject.with_threads,
        )
        for text in texts
    )


def _report(tally: Tally, output: Output) -> None:
    """Says on stderr what was written, what was left out, what was changed."""
    for notice in dict.fromkeys(tally.notices):
        warn(notice)
    where = "" if output.path == _STDOUT else f" dans «\u00a0{output.path}\u00a0»"
    warn(f"{count(tally.n_records, 'passage exporté', 'passages exportés')}{where}.")
    if tally.n_in_threads:
        warn(f"{count(tally.n_in_threads, 'passage')} de plus, des échanges.")
    if tally.n_undated_excluded:
        warn(f"{count(tally.n_undated_excluded, 'passage')} sans date, écartés par le filtre.")
    for reason, n in tally.left_out.items():
        warn(f"{count(n, 'laissé', 'laissés')} de côté\u00a0: {reason}.")
    for what, n in tally.changes.items():
        warn(f"{count(n, 'changement')}\u00a0: {what}.")


def _as_record(found: Replay) -> dict[str, Any]:
    return {
        "identical": found.is_identical,
        "n_former": found.n_former,
        "n_now": found.n_now,
        "same_content": found.is_same_content,
        "same_encoder": found.is_same_encoder,
        "max_score_change": found.max_score_change,
        "new": [_difference(one) for one in found.new],
        "gone": [_difference(one) for one in found.gone],
        "moved": [_difference(one) for one in found.moved],
        "notices": list(found.notices),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "query_id": one.query_id,
        "passage_id": one.passage_id,
        "former_rank": one.former_rank,
        "rank": one.rank,
        "reason": one.reason,
    }


def _line(title: str, one: Difference) -> str:
    """One difference for a person."""
    places = f"{one.former_rank or '–'} → {one.rank or '–'}"
    name = one.passage_id or ""
    question = f" {one.query_id}" if one.query_id else ""
    return f"{title:<8}{question}  {places:>11}  {name:<30}  {one.reason}".rstrip()
