"""`audit`: the page's own count of comments against what was read, as a keeper reads it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from archiblogue.cli.terminal import count, printable, say, say_json
from archiblogue.typography import format_number as group
from index.archive import open_archive
from index.withdrawals.generations import iter_documents
from ingest.audit import (
    UNKNOWN_TEMPLATE,
    AuditReport,
    AuditRow,
    TemplateAudit,
    audit_documents,
)

if TYPE_CHECKING:
    from archiblogue.settings import Settings

__all__ = ["run_audit"]

HEADINGS: Final = ("moteur", "pages", "avec compteur", "concordent", "lus", "annoncés")
NO_ENGINE: Final = "(aucun nommé)"  # exports, feeds, texts, hand-made pages


def run_audit(settings: Settings, *, n_rows: int, as_json: bool) -> int:
    """Write the pages whose own count of comments differs most from what was extracted."""
    with open_archive(settings.archive) as archive:
        report = audit_documents(iter_documents(archive.generation))
    if as_json:
        say_json(
            {
                "share": report.share,
                "templates": [asdict(one) for one in report.templates],
                "rows": [asdict(one) for one in report.rows[:n_rows]],
                "paged": [asdict(one) for one in report.paged[:n_rows]],
            },
            indent=2,
        )
        return 0
    _write(report, n_rows)
    return 0


def _write(report: AuditReport, n_rows: int) -> None:
    n_pages = sum(one.n_pages for one in report.templates)
    if report.share is None:
        say(
            f"Aucune des {count(n_pages, 'page')} ne dit combien de commentaires elle a\u00a0: "
            "rien à comparer."
        )
    else:
        _write_comparison(report, n_pages, n_rows)
    if report.paged:
        say()
        _write_paged(report.paged, n_rows)


def _write_comparison(report: AuditReport, n_pages: int, n_rows: int) -> None:
    n_stated = len(report.rows)
    n_matched = sum(row.is_matched for row in report.rows)
    one, several = "dit combien de commentaires elle a", "disent combien de commentaires elles ont"
    say_so = several if n_stated > 1 else one
    agree = "concordent" if n_matched > 1 else "concorde"
    say(
        f"{count(n_stated, 'page')} sur {group(n_pages)} {say_so}\u00a0; "
        f"{group(n_matched)} {agree} avec ce qui a été lu ({_percent(report.share or 0)})."
    )
    say()
    _write_templates(report.templates)
    say()
    wrong = [row for row in report.rows if not row.is_matched]
    if wrong:
        _write_gaps(wrong, n_rows)
    else:
        say("Aucun écart.")


def _write_gaps(wrong: list[AuditRow], n_rows: int) -> None:
    say(f"{count(len(wrong), 'écart')}, du plus grand au plus petit\u00a0:")
    for row in wrong[:n_rows]:
        say(f"  {_gap(row)}  {printable(row.source_path)}")
    _write_rest(len(wrong), n_rows)
    say("«\u00a0archiblogue explain PAGE\u00a0» montre ce qui a été lu d’une page.")


def _write_paged(paged: tuple[AuditRow, ...], n_rows: int) -> None:
    """Threads of which a part is elsewhere: give the other pages to the next build."""
    say(
        f"{count(len(paged), 'fil')} sur plusieurs pages, en partie seulement\u00a0: donnez aussi "
        "les autres pages des commentaires à «\u00a0build\u00a0»."
    )
    for row in paged[:n_rows]:
        say(f"  {group(row.n_extracted)} sur {group(row.n_declared)}  {printable(row.source_path)}")
    _write_rest(len(paged), n_rows)


def _write_rest(n_all: int, n_rows: int) -> None:
    if n_all > n_rows:
        say(f"  … et {group(n_all - n_rows)} de plus (-n {n_all} les montre tous)")


def _write_templates(templates: tuple[TemplateAudit, ...]) -> None:
    """A table of the engines, the worst first; those without a counter last."""
    rows = [
        (
            NO_ENGINE if one.template == UNKNOWN_TEMPLATE else printable(one.template),
            *map(group, (one.n_pages, one.n_stated, one.n_matched, one.n_extracted)),
            group(one.n_declared),
        )
        for one in sorted(templates, key=lambda one: one.share is None)
    ]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *rows, strict=True)]
    for cells in (HEADINGS, *rows):
        first, *others = zip(cells, widths, strict=True)
        say("  ".join([f"{first[0]:<{first[1]}}", *(f"{text:>{width}}" for text, width in others)]))


def _gap(row: AuditRow) -> str:
    what = f"{_agreed(row.n_extracted, 'lu')}, {_agreed(row.n_declared, 'annoncé')}"
    missing = f"{row.n_missing} manque" + ("nt" if row.n_missing > 1 else "")
    gap = f"{-row.n_missing} de trop" if row.n_missing < 0 else missing
    return f"{gap:<12} ({what})"


def _agreed(n: int, participle: str) -> str:
    return f"{group(n)} {participle}" + ("s" if n > 1 else "")


def _percent(share: float) -> str:
    """`100 %` only where all match."""
    return f"{int(1000 * share) / 10:g}".replace(".", ",") + "\u00a0%"
