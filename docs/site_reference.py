"""Pages of the site that are written by the code: commands, settings, columns, and the home page.

A hook of MkDocs: nothing of it is kept, each `make docs` makes it again.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

_BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "seeds/README.md")


def on_files(files: Files, config: Any) -> Files:  # noqa: ANN401 (a mapping of MkDocs)
    """Add the pages that the code writes."""
    root = Path(config["docs_dir"]).parent
    pages = {
        "index.md": _home(root),
        **{name: _inside(root / name) for name in _BESIDE},
        "reference/commandes.md": commands(),
        "reference/reglages.md": settings(),
        "reference/colonnes.md": columns(),
    }
    for name, text in pages.items():
        files.append(File.generated(config, name, content=text))
    return files


def commands() -> str:
    """Every command with its arguments and options, as `--help` says them."""
    import typer.main

    from archiblogue.cli.main import app

    group = typer.main.get_command(app)
    lines = ["# Commandes et options", ""]
    for name, command in sorted(getattr(group, "commands", {}).items()):
        if command.hidden:
            continue
        lines += [f"## archiblogue {name}", "", command.help or "", ""]
        rows = [_row(one) for one in command.params if not getattr(one, "hidden", False)]
        if rows:
            lines += ["| argument ou option | ce qu’il dit | par défaut |", "|---|---|---|", *rows]
        lines.append("")
    return "\n".join(lines)


def settings() -> str:
    """Every setting with its names in the environment and its default."""
    from archiblogue.settings import ENV_PREFIX, PROJECT_FILE, Settings

    lines = [
        "# Réglages",
        "",
        f"Dans `{PROJECT_FILE}`, dans l’environnement, ou en option ; la dernière l’emporte.",
        "",
        "| clé | environnement | par défaut |",
        "|---|---|---|",
    ]
    for one in dataclasses.fields(Settings):
        has_value = one.default is not dataclasses.MISSING
        default = f"`{one.default}`" if has_value else "dossier de cache de la machine"
        lines.append(f"| `{one.name}` | `{ENV_PREFIX}{one.name.upper()}` | {default} |")
    return "\n".join([*lines, ""])


def columns() -> str:
    """Every column of an export with its kind and what it says."""
    from index.export import FORMATS
    from index.export.record import COLUMNS

    lines = ["# Colonnes des exports", "", "| colonne | nature | sens |", "|---|---|---|"]
    lines += [f"| `{one.name}` | {one.kind} | {_cell(one.meaning)} |" for one in COLUMNS]
    lines += ["", "## Formats", "", "| format | extension | pour |", "|---|---|---|"]
    lines += [
        f"| `{one.name}` | `.{one.extension}` | {_cell(one.summary)} |" for one in FORMATS.values()
    ]
    return "\n".join([*lines, ""])


def _home(root: Path) -> str:
    """The README, its links seen from the site."""
    return _inside(root / "README.md")


def _inside(path: Path) -> str:
    """A page of the repository, its links seen from the site."""
    return path.read_text("utf-8").replace("](docs/", "](")


def _row(parameter: Any) -> str:  # noqa: ANN401 (a parameter of click)
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    is_argument = parameter.param_type_name == "argument"
    shown = f"`{parameter.name.upper()}`" if is_argument else names
    default = parameter.default
    is_said = isinstance(default, str | int | float) and not isinstance(default, bool)
    about = _cell(getattr(parameter, "help", "") or "")
    return f"| {shown} | {about} | {default if is_said else ''} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
