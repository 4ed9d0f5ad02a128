"""The settings of one run: flag > environment > project TOML > user TOML > default.

Only `archiblogue` reads them: `index` and `ingest` are told what they need.
The project file is `archiblogue.toml` in the current folder, the user file
`archiblogue/archiblogue.toml` in the platform's configuration folder. Both hold the same
keys as `Settings`; a relative `archive` is relative to the file that names it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

from ingest.errors import UsageError

PROJECT_FILE = "archiblogue.toml"
ENV_PREFIX = "ARCHIBLOGUE_"
_TRUTHS = {"true": True, "1": True, "oui": True, "false": False, "0": False, "non": False}


def _default_cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("archiblogue")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a command needs to know about its surroundings.

    `encoder` and `reranker` None mean the bundled encoder and no reranker. `n_workers` 0 means
    one worker a core. `contact` (an address or a page) is shown to the servers that are read;
    `cache` keeps their answers for conditional requests. `password_hash` (made by
    `archiblogue password`) closes the page with a password; `external_guard` says that
    something else guards it.
    """

    archive: Path = Path("archive")
    encoder: str | None = None
    reranker: str | None = None
    n_workers: int = 0
    timeout_s: float = 30.0
    contact: str | None = None
    cache: Path = field(default_factory=_default_cache)
    host: str = "127.0.0.1"
    port: int = 8501
    password_hash: str | None = None
    external_guard: bool = False


def load_settings(
    *,
    environ: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user_file: Path | None = None,
) -> Settings:
    """The settings that the environment and the two TOML files give.

    Raises:
        UsageError: a file is not TOML, or a value has the wrong type or an unknown name.
    """
    values: dict[str, Any] = {}
    values.update(_read_toml(user_file or _user_file()))
    values.update(_read_toml((directory or Path.cwd()) / PROJECT_FILE))
    values.update(_read_environment(os.environ if environ is None else environ))
    return Settings(**values)


def _user_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("archiblogue") / PROJECT_FILE


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
    except OSError:
        return {}
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Le fichier de réglages «\u00a0{path}\u00a0» n’est pas du TOML valide "
            f"({error}). Corrigez-le ou renommez-le."
        ) from error
    values = {key: _convert(key, value, origin=str(path)) for key, value in table.items()}
    archive = values.get("archive")
    if isinstance(archive, Path) and not archive.is_absolute():
        values["archive"] = path.parent / archive
    return values


def _read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for one in fields(Settings):
        name = ENV_PREFIX + one.name.upper()
        if environ.get(name):
            values[one.name] = _convert(one.name, environ[name], origin=name)
    return values


def _convert(key: str, value: object, *, origin: str) -> Any:  # noqa: ANN401 (a field's own type)
    defaults = {
        one.name: one.default if one.default is not MISSING else Path() for one in fields(Settings)
    }
    if key not in defaults:
        raise UsageError(
            f"Réglage inconnu «\u00a0{key}\u00a0» dans {origin}. "
            f"Les réglages possibles sont\u00a0: {', '.join(defaults)}."
        )
    kind = type(defaults[key]) if defaults[key] is not None else str
    if kind is type(Path()):
        kind = Path
    if kind is bool and str(value).lower() in _TRUTHS:
        return _TRUTHS[str(value).lower()]
    try:
        if kind is bool or isinstance(value, bool) or not isinstance(value, str | int | float):
            raise TypeError(value)
        return kind(value)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"Le réglage «\u00a0{key}\u00a0» vaut «\u00a0{value}\u00a0» dans {origin}\u00a0: "
            f"il faut une valeur de type {kind.__name__}."
        ) from error
