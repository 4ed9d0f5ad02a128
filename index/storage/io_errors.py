"""What the refusal of a disk means for a keeper, and what to do next."""

from __future__ import annotations

from pathlib import Path

from index.storage.durability import is_disk_full, is_not_writable
from ingest.errors import ArchiveError, IntegrityError


def refused(archive: Path, error: Exception) -> ArchiveError:
    """The error to raise when the system or SQLite refused to write into an archive."""
    if is_disk_full(error):
        return ArchiveError(
            f"Il n’y a plus de place sur le disque de «\u00a0{archive}\u00a0». L’archive répond "
            "comme avant\u202f; libérez de la place, puis relancez la commande."
        )
    if isinstance(error, OSError) and is_not_writable(error):
        return ArchiveError(
            f"On ne peut pas écrire dans «\u00a0{archive}\u00a0». Vérifiez les droits du dossier, "
            "ou choisissez-en un autre (--archive)."
        )
    return ArchiveError(
        f"Le disque de «\u00a0{archive}\u00a0» a refusé une opération ({error}). L’archive répond "
        "toujours\u202f: vérifiez le disque, lancez «\u00a0archiblogue doctor\u00a0», puis "
        "relancez la commande."
    )


def unreadable(path: Path, error: OSError) -> IntegrityError:
    """The error to raise when a file of an archive is there and cannot be read."""
    reason = error.strerror or str(error)
    return IntegrityError(
        f"Le fichier «\u00a0{path}\u00a0» ne peut pas être lu ({reason}). Vérifiez ses droits et "
        "le disque, puis recommencez."
    )
