"""The command line in French: its help and its usage errors, where the parser speaks English.

Former names are accepted here, and neither shown nor completed.
"""

from __future__ import annotations

import copy
import inspect
from typing import TYPE_CHECKING, Any, Final

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from archiblogue.cli.former_names import FORMER_COMMANDS, FORMER_OPTIONS
from archiblogue.cli.values import read_plainly
from archiblogue.typography import french
from ingest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer._click import Context, HelpFormatter, Parameter
    from typer._click.parser import _OptionParser

USAGE: Final = "Usage\u00a0: "
_HELP: Final = "Montrer cette aide et sortir."


class FrenchCommand(TyperCommand):
    """A command whose help is in French from the first word to the last."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (the parser's own)
        """As the parser makes it; its values are read by `values`."""
        super().__init__(*args, **options)
        read_plainly(self.params)

    def make_parser(self, ctx: Context) -> _OptionParser:
        """The parser of the options, their former names understood too."""
        parser = super().make_parser(ctx)
        options = {one.opts[0]: one for one in self.get_params(ctx)}
        for former, name in FORMER_OPTIONS.items():
            if name in options:
                twin = copy.copy(options[name])
                twin.opts = [former]
                twin.add_to_parser(parser, ctx)
        return parser

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option `--help`, explained in French."""
        return _in_french(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=USAGE)

    def collect_usage_pieces(self, ctx: Context) -> list[str]:
        """The arguments as a person reads them: what may be left out is in brackets."""
        names = [
            _name(one) if one.required else f"[{_name(one)}]"
            for one in self.get_params(ctx)
            if isinstance(one, TyperArgument)
        ]
        return ["[OPTIONS]", *names]

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002
        """Writes what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(french(inspect.cleandoc(self.help or "")))

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes arguments and options, defaults and bounds in words."""
        _write_parameters(self.get_params(ctx), formatter)

    def invoke(self, ctx: Context) -> Any:  # noqa: ANN401 (what the command returns)
        """What the command returns.

        Raises:
            Abort: it was interrupted; the parser alone would leave without a word.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Abort from None

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Reads the arguments.

        Raises:
            UsageError: there are more than the command takes.
        """
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            raise UsageError(
                f"Il y a un argument de trop\u00a0: «\u00a0{' '.join(rest)}\u00a0». Un texte de "
                f"plusieurs mots se met entre guillemets. {_see(ctx)}"
            )
        return rest


class FrenchGroup(TyperGroup):
    """The commands together, their help in French."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (the parser's own)
        """As the parser makes it; its values are read by `values`."""
        super().__init__(*args, **options)
        read_plainly(self.params)

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """The option `--help`, explained in French."""
        return _in_french(super().get_help_option(ctx))

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes the usage line."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=USAGE)

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes the options, then each command with its first sentence, whole."""
        _write_parameters(self.get_params(ctx), formatter)
        with formatter.section("Commandes\u00a0"):
            formatter.write_dl(
                [
                    (name, french(_first_paragraph(command.help or "")))
                    for name, command in self.commands.items()
                    if not command.hidden
                ]
            )

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that is named.

        Raises:
            UsageError: there is none.
        """
        name = FORMER_COMMANDS.get(args[0], args[0])
        args = [name, *args[1:]]
        if name in self.commands or name.startswith("-"):
            return super().resolve_command(ctx, args)
        import difflib

        close = difflib.get_close_matches(name, self.commands, n=1)
        hint = f"Vouliez-vous dire «\u00a0{close[0]}\u00a0»\u202f? " if close else ""
        raise UsageError(f"La commande «\u00a0{name}\u00a0» n’existe pas. {hint}{_see(ctx)}")


def usage_sentence(error: typer.TyperException) -> str:
    """The French sentence of an error of the parser, with the next step."""
    context: Context | None = getattr(error, "ctx", None)
    option = getattr(error, "option_name", None)
    parameter: Parameter | None = getattr(error, "param", None)
    match type(error).__name__:
        case "NoArgsIsHelpError":
            return error.format_message()
        case "NoSuchOption":
            found = getattr(error, "possibilities", None) or ()
            close = {FORMER_OPTIONS.get(name, name) for name in found}
            hint = f" Vouliez-vous dire {' ou '.join(sorted(close))}\u202f?" if close else ""
            reason = f"L’option {option} n’existe pas.{hint}"
        case "MissingParameter" if parameter is not None:
            reason = f"Il manque {_name(parameter).removesuffix('…')}."
        case "BadParameter" if parameter is not None:
            reason = f"La valeur de {_name(parameter)} ne va pas{_expected(parameter)}."
        case "BadOptionUsage":
            reason = f"L’option {option} attend une valeur."
        case _:
            reason = f"La commande est mal formée ({error.format_message()})."
    return f"{reason} {_see(context)}"


def _see(context: Context | None) -> str:
    command = "archiblogue" if context is None else context.command_path
    return f"Voyez «\u00a0{command} --help\u00a0»."


def _name(parameter: Parameter) -> str:
    """How a person writes the parameter: `-k`, or the name of an argument."""
    if isinstance(parameter, TyperArgument):
        return str(parameter.metavar or parameter.name)
    return "/".join(parameter.opts)


def _expected(parameter: Parameter) -> str:
    bounds = _bounds(parameter)
    return f"\u00a0: il faut un nombre {bounds}" if bounds else ""


def _bounds(parameter: Parameter) -> str:
    """Between what a number must be, in words; empty where nothing bounds it."""
    least, most = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if least is not None and most is not None:
        return f"de {least} à {most}"
    if least is not None:
        return f"d’au moins {least}"
    return "" if most is None else f"d’au plus {most}"


def _write_parameters(parameters: Sequence[Parameter], formatter: HelpFormatter) -> None:
    arguments, options = [], []
    for one in parameters:
        if isinstance(one, TyperArgument):
            arguments.append((_name(one), one.help or ""))
        elif isinstance(one, TyperOption) and not one.hidden:
            options.append(_option(one))
    for title, rows in (("Arguments\u00a0", arguments), ("Options\u00a0", options)):
        if rows:
            with formatter.section(title):
                formatter.write_dl([(name, french(text)) for name, text in rows])


def _option(option: TyperOption) -> tuple[str, str]:
    name = ", ".join(option.opts)
    if option.is_flag:
        return name, option.help or ""
    said = []
    if isinstance(option.default, str | int | float) and not option.multiple:
        said.append(f"par défaut\u00a0: {_written(option.default)}")
    if bounds := _bounds(option):
        said.append(bounds.removeprefix("d’"))
    more = f" ({', '.join(said)})" if said else ""
    return f"{name} {option.metavar or 'VALEUR'}", f"{option.help or ''}{more}"


def _written(value: str | float) -> str:
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)


def _in_french(option: TyperOption | None) -> TyperOption | None:
    if option is not None:
        option.help = _HELP
        read_plainly([option])
    return option


def _first_paragraph(text: str) -> str:
    return " ".join(inspect.cleandoc(text).split("\n\n", maxsplit=1)[0].split())
