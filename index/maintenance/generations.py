"""The keeper's tools: go back, check every byte, free the room that nothing needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from index.building.embedding_cache import JOURNAL_NAME, clear_embedding_cache
from index.building.publish import (
    Generation,
    current_generation,
    prune,
    read_generation,
    switch_current,
    writing,
)
from index.building.segments import merge_segments
from index.encoders.load import load_encoder
from index.encoders.protocol import Encoder
from index.judgements.register import FILE_NAME as JUDGEMENTS_NAME
from index.maintenance.deep import disagreements
from index.maintenance.withdraw import purge
from index.notebook.files import FILE_NAMES as NOTEBOOK_NAMES
from index.notebook.files import SELECTIONS_FOLDER
from index.query.synonyms import OWN_LEXICON as LEXICON_NAME
from index.storage.durability import PART_SUFFIX
from index.storage.layout import (
    CURRENT_NAME,
    DRAFT_SUFFIX,
    folder_name,
    list_generations,
    list_segments,
    number_of,
    remove_leftovers,
    segment_name,
)
from index.storage.lock import HOLDER_NAME, LOCK_NAME
from index.storage.manifest import (
    MANIFEST_NAME,
    Manifest,
    RegisterStamp,
    ReleasedFormError,
)
from index.storage.released import check_released, released_files
from index.storage.segment import FILE_NAMES
from index.withdrawals.generations import holds_withdrawn
from index.withdrawals.proof import PENDING_NAME
from index.withdrawals.redaction import load_withdrawals
from index.withdrawals.register import KEY_NAME, LEDGER_NAME, is_key_sound
from ingest.errors import (
    ArchiveError,
    ArchiveNotFoundError,
    IntegrityError,
    SchemaError,
    UsageError,
)

# What other parts of Archiblogue keep beside the generations (judgements, lexicon …).
KEEPERS_FILES: Final = frozenset(
    {JUDGEMENTS_NAME, LEXICON_NAME, "archiblogue.toml", *NOTEBOOK_NAMES}
)
_OWN_FILES: Final = frozenset(
    {CURRENT_NAME, LOCK_NAME, HOLDER_NAME, LEDGER_NAME, KEY_NAME, JOURNAL_NAME, PENDING_NAME}
)


class DamageKind(StrEnum):
    """What is wrong with a file. The values are part of the JSON contract."""

    MISSING = "missing"
    DAMAGED = "damaged"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is not as it was written. `path` is relative to the archive, with `/`.

    `is_current` says whether the generation that answers is hit. `detail` is a French sentence.
    """

    path: str
    kind: DamageKind
    detail: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """A change of the generation that answers. `former` is None when it could not be read."""

    former: int | None
    generation: Generation


@dataclass(frozen=True, slots=True)
class Compaction:
    """What `compact` removed: folder names, and bytes. `in_use` were left for their readers."""

    removed: tuple[str, ...]
    freed_bytes: int
    in_use: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GenerationState:
    """A generation on the disk, for a list. `manifest` is None when it cannot be read."""

    number: int
    manifest: Manifest | None
    is_current: bool
    n_bytes: int


def verify(archive: Path, *, is_deep: bool = False) -> list[Damage]:
    """Every damaged, missing or foreign file of an archive, in order; all bytes are read.

    What its keeper writes there (`keepers_files`) has no checksum and is not looked at.

    Args:
        archive: the archive's folder.
        is_deep: also compare the files of the generation that answers with each other: SQLite's own
            check, then rows, arrays, postings, vectors and signs (`index.maintenance.deep`).

    Raises:
        ArchiveNotFoundError: there is no archive at that place.
        SchemaError: another version of Archiblogue wrote it.
    """
    current: Path | None = None
    damages: list[Damage] = []
    try:
        current = current_generation(archive).path
    except IntegrityError as error:
        kind = DamageKind.DAMAGED if (archive / CURRENT_NAME).exists() else DamageKind.MISSING
        damages.append(Damage(CURRENT_NAME, kind, str(error), is_current=True))
    known: dict[str, Damage | None] = {}
    # The one that answers first: a file that others share is told of once, as its own.
    for path in sorted(list_generations(archive), key=lambda one: one != current):
        _verify_generation(path, known, is_current=path == current)
    damages += sorted((one for one in known.values() if one), key=lambda one: one.path)
    for folder in (*list_generations(archive), *list_segments(archive)):
        names = {name.rpartition("/")[2] for name in known if name.startswith(f"{folder.name}/")}
        own = names | {*FILE_NAMES} if folder in list_segments(archive) else names
        damages += _foreign(folder, f"{folder.name}/", _is_file_of(own))
    damages += _verify_register(archive)
    damages += _foreign(archive, "", _is_known)
    if is_deep and not any(one.is_current for one in damages):
        damages += [
            Damage(
                name,
                DamageKind.DAMAGED,
                f"«\u00a0{name}\u00a0» ne s’accorde pas avec le reste\u00a0: {how}. Revenez à la "
                "génération précédente («\u00a0archiblogue rollback\u00a0») ou reconstruisez "
                "l’archive.",
                is_current=True,
            )
            for name, how in disagreements(archive)
        ]
    return damages


def keepers_files(archive: Path) -> tuple[str, ...]:
    """What the archive's keeper writes in its folder and `verify` does not look at, by name."""
    found = {path.name for path in archive.iterdir() if path.name in KEEPERS_FILES}
    if (archive / SELECTIONS_FOLDER).is_dir():
        found.add(f"{SELECTIONS_FOLDER}/")
    return tuple(sorted(found))


def rollback(archive: Path, to: int | None = None, *, encoder: Encoder | None = None) -> Switch:
    """The change made: an older generation answers, whole to the last byte.

    When it holds something withdrawn since, a new generation is made of it without that, and it is
    removed.

    Args:
        archive: the archive's folder.
        to: the generation wanted. None: the newest whole one before the current one, or the newest
            whole one when `CURRENT` itself is damaged.
        encoder: the archive's encoder, needed only for what was withdrawn; None loads the one that
            the generation names.

    Raises:
        UsageError: there is no such generation, or no older one that is whole.
        IntegrityError: the generation asked for is damaged.
        ArchiveNotFoundError: there is no archive at that place.
        LockedError: another process is writing.
        ArchiveError: the folder cannot be written, or the disk refuses.
    """
    if not list_generations(archive):
        current_generation(archive)  # raises the sentence that fits
    with writing(archive):
        former = _current_number(archive)
        target = _older(archive, former) if to is None else _numbered(archive, to)
        withdrawals = load_withdrawals(archive, expected=target.manifest.register)
        if holds_withdrawn(target, withdrawals):
            stamp = target.manifest.encoder
            model = encoder or load_encoder(stamp.name, revision=stamp.revision)
            switch_current(archive, target)
            target, _ = purge(archive, target, withdrawals, model)
        else:
            switch_current(archive, target)
        return Switch(former, target)


def compact(archive: Path, keep: int = 1) -> Compaction:
    """What was removed: generations beyond the `keep` newest, what killed builds left, and
    segments that were merged because they had become many or held much that is deleted.

    Raises:
        UsageError: `keep` is less than 1.
        ArchiveNotFoundError: there is no archive at that place.
        IntegrityError: `CURRENT` is damaged; nothing was removed.
        LockedError: another process is writing.
        ArchiveError: the folder cannot be written, or the disk refuses.
    """
    if keep < 1:
        raise UsageError(
            f"On ne peut pas garder {keep} génération\u202f: celle qui répond reste toujours. "
            "Donnez un nombre à partir de 1."
        )
    current_generation(archive)
    with writing(archive):
        before = _bytes_of(archive)
        leftovers = remove_leftovers(archive)
        merge_segments(archive)
        clear_embedding_cache(archive)
        pruned = prune(archive, keep)
        kept = list_generations(archive)
        in_use = [p.name for p in kept if p != current_generation(archive).path]
        return Compaction(
            removed=tuple(path.name for path in (*leftovers, *pruned)),
            freed_bytes=max(0, before - _bytes_of(archive)),
            in_use=tuple(in_use[: max(0, len(kept) - keep)]),
        )


def describe_generations(archive: Path) -> tuple[GenerationState, ...]:
    """The generations on the disk, oldest first; only manifests are read."""
    current = _current_number(archive)
    states = []
    for path in list_generations(archive):
        manifest: Manifest | None
        try:
            manifest = read_generation(path).manifest
        except (IntegrityError, SchemaError):
            manifest = None
        number = number_of(path)
        states.append(GenerationState(number, manifest, number == current, _bytes_of(path)))
    return tuple(states)


def _verify_generation(path: Path, known: dict[str, Damage | None], *, is_current: bool) -> None:
    """Adds to `known`, by path, what is wrong with the files of a generation; None for nothing."""
    where = f"{path.name}/{MANIFEST_NAME}"
    try:
        generation = read_generation(path)
    except ReleasedFormError:
        known |= dict.fromkeys(f"{path.name}/{name}" for name in released_files(path))
        try:
            check_released(path)
        except IntegrityError as error:
            known[where] = Damage(where, DamageKind.DAMAGED, str(error), is_current)
        return
    except (IntegrityError, SchemaError) as error:
        is_there = (path / MANIFEST_NAME).exists()
        kind = DamageKind.DAMAGED if is_there else DamageKind.MISSING
        known[where] = Damage(where, kind, str(error), is_current)
        # What it stands on is not known: nothing beside its manifest is called foreign.
        known |= dict.fromkeys(
            f"{path.name}/{one.name}" for one in path.iterdir() if one.name != MANIFEST_NAME
        )
        return
    known[where] = None
    for name in generation.manifest.files:
        if name in known:
            continue
        known[name] = None
        try:
            generation.check([name], is_thorough=True)
        except IntegrityError as error:
            is_there = (path.parent / name).exists()
            kind = DamageKind.DAMAGED if is_there else DamageKind.MISSING
            known[name] = Damage(name, kind, str(error), is_current)


def _is_file_of(names: Collection[str]) -> Callable[[Path], bool]:
    return lambda path: path.name in names and path.is_file()


def _verify_register(archive: Path) -> Iterator[Damage]:
    expected = RegisterStamp()
    for path in list_generations(archive):
        try:
            stated = read_generation(path).manifest.register
            expected = max(expected, stated, key=lambda stamp: stamp.n_lines)
        except ArchiveError:
            continue
    try:
        load_withdrawals(archive, expected=expected)
    except IntegrityError as error:
        name = LEDGER_NAME if is_key_sound(archive) else KEY_NAME
        kind = DamageKind.DAMAGED if (archive / name).exists() else DamageKind.MISSING
        yield Damage(name, kind, str(error), is_current=True)


def _foreign(folder: Path, prefix: str, is_known: Callable[[Path], bool]) -> Iterator[Damage]:
    for path in sorted(folder.iterdir()):
        if not is_known(path):
            yield Damage(
                f"{prefix}{path.name}",
                DamageKind.FOREIGN,
                f"«\u00a0{prefix}{path.name}\u00a0» n’a pas été écrit par Archiblogue. "
                "Déplacez-le hors de l’archive.",
            )


def _is_known(path: Path) -> bool:
    if path.name in _OWN_FILES or path.name in KEEPERS_FILES:
        return path.is_file()
    if path.name.endswith(PART_SUFFIX):
        return path.name.removesuffix(PART_SUFFIX) in _OWN_FILES | KEEPERS_FILES
    if path.name == SELECTIONS_FOLDER:
        return path.is_dir()
    name = path.name.removesuffix(DRAFT_SUFFIX)
    number = number_of(path.with_name(name))
    return path.is_dir() and name in {folder_name(number), segment_name(number)}


def _current_number(archive: Path) -> int | None:
    try:
        return current_generation(archive).number
    except (IntegrityError, ArchiveNotFoundError):
        return None


def _older(archive: Path, former: int | None) -> Generation:
    for path in reversed(list_generations(archive)):
        if former is not None and number_of(path) >= former:
            continue
        try:
            generation = read_generation(path)
            generation.check()
        except (IntegrityError, SchemaError):
            continue
        return generation
    raise UsageError(
        f"L’archive «\u00a0{archive}\u00a0» n’a pas de génération antérieure intacte. "
        "Reconstruisez-la avec «\u00a0archiblogue build SOURCE\u00a0»."
    )


def _numbered(archive: Path, number: int) -> Generation:
    path = archive / folder_name(number)
    if not path.is_dir():
        numbers = ", ".join(str(number_of(p)) for p in list_generations(archive))
        raise UsageError(
            f"Il n’y a pas de génération {number}. Celles qui restent sont\u202f: {numbers}."
        )
    generation = read_generation(path)
    generation.check()
    return generation


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
