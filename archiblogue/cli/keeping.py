"""The keeper’s commands: look at an archive, go back, make room, withdraw a text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from archiblogue.cli.terminal import (
    count,
    printable,
    say,
    say_json,
    say_table,
    warn,
    without_controls,
)
from index.archive import open_archive
from index.export import write_rejections_csv
from index.maintenance.doctor import Severity, doctor
from index.maintenance.generations import (
    DamageKind,
    compact,
    describe_generations,
    keepers_files,
    rollback,
    verify,
)
from index.maintenance.withdraw import parse_selector, withdraw
from ingest.errors import IntegrityError
from ingest.fetch import clear_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiblogue.settings import Settings
    from ingest.model import Rejection

_SIGNS: Final = {Severity.OK: "bien", Severity.WARNING: "à voir", Severity.ERROR: "erreur"}
_DAMAGES: Final = {
    DamageKind.MISSING: "manquant",
    DamageKind.DAMAGED: "abîmé",
    DamageKind.FOREIGN: "étranger",
}


def run_verify(settings: Settings, *, as_json: bool, is_deep: bool = False) -> int:
    """Write every damaged, missing or foreign file; 4 when a file is damaged or missing."""
    damages = verify(settings.archive, is_deep=is_deep)
    if as_json:
        say_json([asdict(one) for one in damages], indent=2)
    else:
        for one in damages:
            say(without_controls(f"[{_DAMAGES[one.kind]:<8}] {one.path}\u00a0: {one.detail}"))
        if not damages:
            say("Tous les fichiers de l’archive sont intacts.")
        own = keepers_files(settings.archive)
        if own:
            say(
                "Vos propres fichiers n’ont pas d’empreinte et ne sont pas contrôlés\u00a0: "
                f"{', '.join(own)}. Gardez-en une copie."
            )
    return IntegrityError.exit_code if damages else 0


def run_doctor(settings: Settings, *, as_json: bool) -> int:
    """Write what was looked at, errors first; 1 when something is wrong."""
    findings = doctor(settings.archive)
    if as_json:
        say_json([asdict(one) for one in findings], indent=2)
    else:
        for one in findings:
            say(without_controls(f"[{_SIGNS[one.severity]:<6}] {one.message}"))
            if one.next_step:
                say(without_controls(f"{'':<9}→ {one.next_step}"))
    return 1 if any(one.severity is Severity.ERROR for one in findings) else 0


def run_generations(settings: Settings, *, as_json: bool) -> int:
    """Write the generations on the disk, oldest first."""
    states = describe_generations(settings.archive)
    if as_json:
        say_json(
            [
                {
                    "number": one.number,
                    "is_current": one.is_current,
                    "created_at": one.manifest.created_at if one.manifest else None,
                    "counts": dict(one.manifest.counts) if one.manifest else None,
                    "n_bytes": one.n_bytes,
                }
                for one in states
            ],
            indent=2,
        )
        return 0
    for one in states:
        sign = "*" if one.is_current else " "
        if one.manifest is None:
            say(f"{sign} {one.number:>4}  illisible")
            continue
        n_documents = count(one.manifest.counts["n_documents"], "document")
        say(f"{sign} {one.number:>4}  {one.manifest.created_at}  {n_documents}")
    return 0


def run_rollback(settings: Settings, *, to: int | None) -> int:
    """Make an older generation answer."""
    switch = rollback(settings.archive, to)
    say(f"La génération {switch.generation.number} répond (avant\u00a0: {switch.former or '–'}).")
    return 0


def run_compact(settings: Settings, *, keep: int) -> int:
    """Remove old generations."""
    done = compact(settings.archive, keep)
    say(f"{count(len(done.removed), 'dossier retiré', 'dossiers retirés')}, "
        f"{done.freed_bytes / 1e6:.1f}\u00a0Mo libérés.".replace(".", ",", 1))  # fmt: skip
    for name in done.in_use:
        warn(f"{name} est encore lu\u00a0: gardé.")
    return 0


def run_withdraw(selector: str, settings: Settings, *, as_json: bool) -> int:
    """Withdraw a text for ever, from every generation and every build to come."""
    report = withdraw(settings.archive, parse_selector(selector))
    # The answers of servers are kept only to ask less: none may keep what was withdrawn.
    clear_answers(settings.cache)
    if as_json:
        record = asdict(report) | {"generation": report.generation.number}
        say_json(record)
        return 0
    say(
        f"Retirés\u00a0: {count(report.n_documents, 'billet touché', 'billets touchés')}, "
        f"{count(report.n_comments, 'commentaire')}, {count(report.n_passages, 'passage')}. "
        "Le retrait vaut pour toutes les reconstructions."
    )
    if report.n_mentions:
        warn(
            f"{count(report.n_mentions, 'passage garde', 'passages gardent')} encore ce nom dans "
            "le texte d’autres personnes\u00a0: relisez-les (archiblogue search)."
        )
    return 0


def run_rejections(settings: Settings, *, form: str) -> int:
    """Write the pages that gave no document, with why."""
    with open_archive(settings.archive) as archive:
        rejections = archive.store.rejections()
    if form == "json":
        for one in rejections:
            say_json(asdict(one))
    elif form == "csv":
        say_table(write_rejections_csv(rejections))
    else:
        _write_rejections(rejections)
    return 0


def _write_rejections(rejections: Sequence[Rejection]) -> None:
    """Write the rejections by kind, the commonest first: four drafts hide no page that fails."""
    by_slug: dict[str, list[Rejection]] = {}
    for one in rejections:
        by_slug.setdefault(one.slug, []).append(one)
    for n, (slug, group) in enumerate(sorted(by_slug.items(), key=lambda pair: -len(pair[1]))):
        if n:
            say()
        say(f"{slug} ({len(group)})")
        for one in group:
            detail, path = printable(one.detail), printable(one.source_path)
            say(f"  {detail}" if path in detail else f"  {path}\u00a0: {detail}")
    if not rejections:
        say("Aucune page rejetée.")
