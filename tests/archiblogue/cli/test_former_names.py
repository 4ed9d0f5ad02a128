"""The French names that commands and options had still work, and are shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer.main

from archiblogue.cli import main as cli
from archiblogue.cli.former_names import FORMER_COMMANDS, FORMER_OPTIONS
from tests.archiblogue.cli.conftest import Archiblogue, Outcome

COMMANDS = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
# For each former option, the command line that took it.
FORMER_CALLS = {
    "--auteur": ("search", "gestionnaire", "--auteur", "Alexandre Poitras", "--json"),
    "--titre": ("search", "gestionnaire", "--titre", "employé", "--json"),
    "--langue": ("search", "gestionnaire", "--langue=fr", "--json"),
    "--apres": ("search", "gestionnaire", "--apres", "2009", "--json"),
    "--avant": ("search", "gestionnaire", "--avant", "2009", "--json"),
    "--par-document": ("search", "gestionnaire", "--par-document", "1", "--json"),
    "--sans": ("search", "courriel", "--sans", "e-mail", "--json"),
    "--sans-lexique": ("search", "courriel", "--sans-lexique", "--json"),
    "--plus": ("search", "gestionnaire", "--plus", "PASSAGE", "--json"),
    "--moins": ("search", "gestionnaire", "--moins", "PASSAGE", "--json"),
    "--tri": ("concordance", "médias sociaux", "--tri", "droite"),
    "--largeur": ("concordance", "médias sociaux", "--largeur", "12"),
    "--limite": ("concordance", "médias sociaux", "--limite", "2"),
}


@pytest.fixture
def passage(archiblogue: Archiblogue, seed_archive: Path) -> str:
    found = archiblogue("search", "relations publiques", "--archive", seed_archive, "--json")
    return str(found.value["hits"][-1]["passage_id"])


@pytest.mark.encoder
@pytest.mark.parametrize("former", FORMER_CALLS)
def test_an_option_means_what_it_meant(
    archiblogue: Archiblogue, seed_archive: Path, passage: str, former: str
) -> None:
    def ask(*arguments: str) -> Outcome:
        words = [passage if word == "PASSAGE" else word for word in arguments]
        return archiblogue(*words, "--archive", seed_archive)

    call = FORMER_CALLS[former]
    present = [word.replace(former, FORMER_OPTIONS[former], 1) for word in call]
    assert present != list(call)
    old, new = ask(*call), ask(*present)
    assert old.code == 0, old.err
    assert (old.out, old.err) == (new.out, new.err)
    without = [word for word in call if word.partition("=")[0] != former]
    bare = [word for n, word in enumerate(without) if n < 2 or word == "--json"]
    assert ask(*bare).out != old.out or former in {"--langue", "--auteur"}


@pytest.mark.parametrize(
    ("arguments", "name", "value"),
    [
        (("build", "x", "--seulement"), "only", True),
        (("watch", "x", "--intervalle", "2,5"), None, None),
        (("watch", "x", "--intervalle", "2.5"), "interval", 2.5),
        (("watch", "x", "--tours", "3"), "rounds", 3),
        (("explain", "x", "--tout"), "whole", True),
        (("serve", "--garde-externe"), "external_guard", True),
    ],
)
def test_an_option_of_the_other_commands_is_read(
    arguments: tuple[str, ...], name: str | None, value: object
) -> None:
    command = COMMANDS[arguments[0]]
    if name is None:
        with pytest.raises(typer.BadParameter):
            command.make_context(arguments[0], list(arguments[1:]))
    else:
        assert command.make_context(arguments[0], list(arguments[1:])).params[name] == value


def test_every_former_option_is_tried_and_has_a_successor() -> None:
    tried = {*FORMER_CALLS, "--seulement", "--intervalle", "--tours", "--tout", "--garde-externe"}
    assert set(FORMER_OPTIONS) == tried
    known = {name for command in COMMANDS.values() for one in command.params for name in one.opts}
    assert set(FORMER_OPTIONS.values()) <= known
    assert not set(FORMER_OPTIONS) & known


def test_a_former_command_is_the_present_one(archiblogue: Archiblogue, tmp_path: Path) -> None:
    for former, name in FORMER_COMMANDS.items():
        assert archiblogue(former, "--help").out == archiblogue(name, "--help").out
        assert former not in archiblogue("--help").out
    nowhere = tmp_path / "a"
    old, new = (
        archiblogue(n, "d-0123456789abcdef", "--archive", nowhere) for n in ("retirer", "withdraw")
    )
    assert old == new
    assert old.code == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_no_former_option(archiblogue: Archiblogue, name: str) -> None:
    words = archiblogue(name, "--help").out.replace("/", " ").split()
    assert not {word.strip(",.;") for word in words} & set(FORMER_OPTIONS)
