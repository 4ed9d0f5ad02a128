"""Where the model of an archive is: `encodeurs.json` beside its generations.

The manifest says which model, by name and content hash; this file says in which folder it was, both
from the root of the disk and from the archive, so that either may move. A folder counts only when
its content has the hash.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from index.encoders.directory import content_revision, is_model_directory
from index.encoders.load import BUNDLED_NAME, load_encoder
from index.encoders.protocol import Encoder, HasDirectory
from ingest.errors import EncoderError

PLACES_NAME: Final = "encodeurs.json"


def remember_place(archive: Path, encoder: Encoder) -> None:
    """Writes where the model of `archive` is, unless it is the bundled one or comes from a hub.

    Raises:
        OSError: the file cannot be written.
    """
    if not isinstance(encoder, HasDirectory) or encoder.name == BUNDLED_NAME:
        return
    folder = encoder.directory
    if folder is None:
        return
    places = _read(archive)
    places[encoder.revision] = {
        "name": encoder.name,
        "path": str(folder.resolve()),
        "relative": os.path.relpath(folder.resolve(), archive.resolve()),
    }
    written = json.dumps(places, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    temporary = archive / (PLACES_NAME + ".tmp")
    temporary.write_text(written, encoding="utf-8")
    temporary.replace(archive / PLACES_NAME)


def find_encoder(archive: Path, name: str, revision: str, hint: str | None = None) -> Encoder:
    """The model that built `archive`.

    Args:
        archive: the archive's folder.
        name: what the manifest calls the model.
        revision: the content hash or the hub's commit that the manifest states.
        hint: a folder or a name to try first, if any.

    Raises:
        EncoderError: it is nowhere to be found.
    """
    if hint is None and name == BUNDLED_NAME:
        return load_encoder(name, revision=revision)
    for place in _places(archive, name, revision, hint):
        if is_model_directory(place) and content_revision(place) == revision:
            return load_encoder(str(place), revision=revision)
    if name == BUNDLED_NAME:
        return load_encoder(name, revision=revision)
    if hint is not None and not Path(hint).exists():
        return load_encoder(hint, revision=revision)
    known = _read(archive).get(revision)
    if known is not None or "/" not in name:
        raise _not_found(name, known, hint)
    return load_encoder(name, revision=revision)


def _places(archive: Path, name: str, revision: str, hint: str | None) -> Iterator[Path]:
    """Yields the folders where the model may be."""
    if hint is not None:
        yield Path(hint)
    known = _read(archive).get(revision)
    if isinstance(known, dict):
        yield Path(str(known.get("path", "")))
        yield archive / str(known.get("relative", ""))
    if "/" not in name:
        yield archive / name
        yield archive.resolve().parent / name
        yield Path(name)


def _read(archive: Path) -> dict[str, Any]:
    try:
        places = json.loads((archive / PLACES_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return places if isinstance(places, dict) else {}


def _not_found(name: str, known: object, hint: str | None) -> EncoderError:
    was = ""
    if isinstance(known, dict):
        was = f", qui était dans «\u00a0{known.get('path')}\u00a0»,"
    if hint is not None:
        return EncoderError(
            f"L’archive a été construite avec le modèle «\u00a0{name}\u00a0»{was} et le dossier "
            f"«\u00a0{hint}\u00a0» en contient un autre. Donnez à --encoder le dossier du premier, "
            "ou reconstruisez l’archive."
        )
    return EncoderError(
        f"Le modèle «\u00a0{name}\u00a0» de l’archive{was} est introuvable. Donnez son dossier "
        "(--encoder DOSSIER, ou le réglage «\u00a0encoder\u00a0»), remettez-le à sa place, ou "
        "reconstruisez l’archive avec un autre modèle."
    )
