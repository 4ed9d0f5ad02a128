"""What is wrong, or soon will be, with an archive, and the next step to take for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from index.building.publish import Generation, current_generation, list_generations
from index.encoders.directory import is_model_directory
from index.encoders.load import BUNDLED_NAME, load_encoder
from index.maintenance.generations import DamageKind, verify
from index.storage.layout import DRAFT_SUFFIX
from index.storage.lock import is_locked, read_holder
from index.withdrawals.generations import holds_withdrawn
from index.withdrawals.proof import read_pending
from index.withdrawals.redaction import load_withdrawals
from ingest.errors import ArchiveError, ArchiveNotFoundError, EncoderError, SchemaError

# A build writes a whole new generation beside the current one, and SQLite some working room.
_ROOM_FACTOR: Final = 2.5


class Severity(StrEnum):
    """How urgent a finding is. The values are part of the JSON contract."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `subject` is a stable identifier; the rest are French sentences.

    `next_step` is empty when there is nothing to do.
    """

    severity: Severity
    subject: str
    message: str
    next_step: str = ""


def doctor(archive: Path) -> list[Finding]:
    """Everything looked at, errors first; nothing is changed, nothing is fetched.

    A sick archive is a list of findings, never an exception.
    """
    findings = list(_look(archive))
    order = [Severity.ERROR, Severity.WARNING, Severity.OK]
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def _look(archive: Path) -> Iterator[Finding]:
    try:
        current: Generation | None = current_generation(archive)
    except (ArchiveNotFoundError, SchemaError) as error:
        yield _split(Severity.ERROR, "archive", str(error))
        return
    except ArchiveError:
        current = None  # `_look_at_files` says it
    yield from _look_at_files(archive)
    yield from _look_at_writing(archive)
    if current is not None:
        yield Finding(
            Severity.OK,
            "generation",
            f"La génération {current.number}, du {current.manifest.created_at[:10]}, répond\u202f; "
            f"{len(list_generations(archive))} sont sur le disque.",
        )
        yield from _look_at_encoder(current)
        yield from _look_at_room(archive, current)
        yield from _look_at_withdrawals(archive)


def _look_at_files(archive: Path) -> Iterator[Finding]:
    damages = verify(archive)
    if not damages:
        yield Finding(Severity.OK, "files", "Tous les fichiers sont tels qu’ils ont été écrits.")
    for damage in damages:
        severity = Severity.ERROR if damage.is_current else Severity.WARNING
        if damage.kind is DamageKind.FOREIGN:
            severity = Severity.WARNING
        yield _split(severity, f"file:{damage.path}", damage.detail)


def _look_at_writing(archive: Path) -> Iterator[Finding]:
    locked = is_locked(archive)
    if locked:
        holder = read_holder(archive)
        who = f" (processus {holder.pid}, depuis {holder.since})" if holder else ""
        yield Finding(Severity.OK, "lock", f"Une construction est en cours{who}.")
    leftovers = [path for path in archive.glob(f"gen-*{DRAFT_SUFFIX}") if path.is_dir()]
    if leftovers and not locked:
        yield Finding(
            Severity.WARNING,
            "leftovers",
            f"Une construction interrompue a laissé {len(leftovers)} dossier(s) provisoire(s).",
            "Ils partiront à la prochaine construction, ou dès maintenant avec "
            "«\u00a0archiblogue compact\u00a0».",
        )
    if not os.access(archive, os.W_OK):
        yield Finding(
            Severity.WARNING,
            "writing",
            f"On ne peut pas écrire dans «\u00a0{archive}\u00a0»\u202f: la lecture marche, pas la "
            "construction.",
            "Changez les droits du dossier si vous devez ajouter des pages.",
        )


def _look_at_encoder(current: Generation) -> Iterator[Finding]:
    stamp = current.manifest.encoder
    if stamp.name != BUNDLED_NAME and not is_model_directory(Path(stamp.name)):
        # A name on the model hub: loading it could fetch gigabytes, or wait for a network.
        yield Finding(
            Severity.WARNING,
            "encoder",
            f"Le modèle «\u00a0{stamp.name}\u00a0» n’est pas dans un dossier local\u202f: sa "
            "présence n’a pas été vérifiée.",
            "Faites une recherche pour voir s’il se charge.",
        )
        return
    try:
        load_encoder(stamp.name, revision=stamp.revision)
    except EncoderError as error:
        yield _split(Severity.ERROR, "encoder", str(error))
        return
    yield Finding(
        Severity.OK, "encoder", f"Le modèle «\u00a0{stamp.name}\u00a0» est là, à la bonne révision."
    )


def _look_at_room(archive: Path, current: Generation) -> Iterator[Finding]:
    size = sum(stamp.size for stamp in current.manifest.files.values())
    free = shutil.disk_usage(archive).free
    needed = int(size * _ROOM_FACTOR)
    message = f"{_megabytes(free)} libres\u202f; une construction en demande environ "
    message += f"{_megabytes(needed)}."
    if free >= needed:
        yield Finding(Severity.OK, "room", message)
        return
    yield Finding(
        Severity.WARNING,
        "room",
        message,
        "Libérez de la place, ou lancez «\u00a0archiblogue compact\u00a0».",
    )


def _look_at_withdrawals(archive: Path) -> Iterator[Finding]:
    try:
        withdrawals = load_withdrawals(archive)
    except ArchiveError:
        return  # `verify` has said it
    if not withdrawals:
        return
    current = current_generation(archive)
    if read_pending(archive) or holds_withdrawn(current, withdrawals):
        yield Finding(
            Severity.ERROR,
            "withdrawals",
            "Un retrait n’est pas allé au bout\u202f: le texte est masqué, mais ses octets sont "
            "encore dans l’archive.",
            "Relancez «\u00a0archiblogue withdraw\u00a0» avec ce qui avait été demandé.",
        )
        return
    yield Finding(
        Severity.OK, "withdrawals", f"{len(withdrawals)} retrait(s) au registre, tous appliqués."
    )


def _split(severity: Severity, subject: str, sentence: str) -> Finding:
    """A finding from an error's message: what is seen, then the next step."""
    seen, stop, step = sentence.partition(". ")
    return Finding(severity, subject, seen + stop.strip(), step)


def _megabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.0f}\u00a0Mo" if n_bytes >= 1e7 else f"{n_bytes / 1e6:.1f}\u00a0Mo"
