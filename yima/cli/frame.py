"""The frame of the command line: registers plain functions as commands and builds only the one that is asked for.

Everything that typer would say in English is said by `yima.cli.words` instead, through typer's public hooks; that module is
loaded for a help page or a usage error only.
"""

import errno
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from yima.errors import BadInput, Unwritable, WrongUsage, YimaError
from yima.i18n import LANGUAGES, _

Table = Mapping[str, tuple[str, str]]
Titles = Callable[[], Mapping[str, str]]
Function = TypeVar("Function", bound=Callable[..., None])

# Each option that several commands share is described once, here.
Json = Annotated[bool, typer.Option("--json", help=_("Print the result as JSON."))]
Check = Annotated[bool, typer.Option("--check", help=_("Exit with 1 when something is not in order."))]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Only show what would happen."))]
By = Annotated[str | None, typer.Option("--by", metavar=_("PERSON"), help=_("Who acts; else the current person of this device."))]
For = Annotated[str | None, typer.Option("--for", metavar=_("PERSON"), help=_("Entered for somebody without a device."))]
_CODE = typer.Argument(metavar=_("CODE"), help=_("A plate's code, scanned or typed; a shop's or point's name; a case's number."))
Code = Annotated[str, _CODE]
MaybeCode = Annotated[str | None, _CODE]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar=_("TIME"), help=_("As it was at this instant, for example 2026-11-20T17:00."))]


class Here(NamedTuple):
    """The options that stand for every command: the town folder that was named (None: look for it), and output without decoration."""

    town: Path | None = None
    plain: bool = False


class Entry(NamedTuple):
    """What the table of commands needs to know of a function before it is built."""

    help: str
    hidden: bool


REGISTERED: dict[Callable[..., None], Entry] = {}
_here = Here()


def here() -> Here:
    """The global options of this call: --town or YIMA_TOWN, and --plain."""
    return _here


def pretended() -> bool:
    """Whether the clock is YIMA_NOW, as in demos and tests."""
    return bool(os.environ.get("YIMA_NOW"))


def now() -> int:
    """This instant, ms since 1970 UTC; YIMA_NOW (ISO 8601, +08:00 where it has no offset) stands in for it. Raises BadInput."""
    from datetime import UTC, datetime, timedelta, timezone

    said = os.environ.get("YIMA_NOW")
    if not said:
        return time.time_ns() // 1_000_000
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise BadInput(_("YIMA_NOW is “{0}”; write it like 2026-11-23T14:00.").format(said)) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(hours=8)))
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def command(help: str, *, hidden: bool = False) -> Callable[[Function], Function]:
    """Register a function as a command, without building it. It must also stand in the table COMMANDS."""

    def register(function: Function) -> Function:
        REGISTERED[function] = Entry(help, hidden)
        return function

    return register


def load(place: tuple[str, str]) -> Callable[..., None]:
    """The function at (module, name); imports the module."""
    function: Callable[..., None] = getattr(import_module(place[0]), place[1])
    return function


def _take(ctx: Any, param: Any, value: Any) -> Any:
    global _here
    if value is None or value is False or ctx.resilient_parsing:
        return value
    if not value:
        from yima.cli.words import no_value

        raise WrongUsage(no_value(param.opts[0], 1, ctx))
    if param.name == "lang" and value not in LANGUAGES:  # the language itself was settled when i18n was loaded
        from yima.cli.words import no_choice

        raise WrongUsage(no_choice("--lang", LANGUAGES, value, ctx))
    if param.name == "town":
        _here = _here._replace(town=Path(value))
    elif param.name == "plain":
        _here = _here._replace(plain=True)
    return value


@cache  # the parser compares parameters by identity
def global_options() -> tuple[TyperOption, ...]:
    """--town, --lang, --plain: understood before a command and after it, listed in the help of `yima` alone."""

    def option(*names: str, **more: Any) -> TyperOption:
        return TyperOption(param_decls=list(names), callback=_take, expose_value=False, **more)

    return (
        option("--town", envvar="YIMA_TOWN", metavar=_("FOLDER"), help=_("The town folder; else it is looked for upwards from here.")),
        option("--lang", metavar="|".join(LANGUAGES), help=_("The language of screens and paper; Chinese if not said.")),
        option("--plain", is_flag=True, default=False, help=_("Plain text, without colours and frames.")),
    )


class Spoken:
    """Replaces all that typer says by our own words."""

    def get_params(self, ctx: Any) -> list[Any]:
        return [*super().get_params(ctx), *global_options()]  # type: ignore[misc]

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = _("Show this help.")
        return option

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        given = list(args)  # the parser empties its list
        try:
            rest: list[str] = super().parse_args(ctx, args)  # type: ignore[misc]
        except typer.TyperException as error:
            from yima.cli.words import sentence

            raise WrongUsage(sentence(error, ctx, given)) from None
        return rest

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        from yima.cli.words import usage

        formatter.write(usage(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from yima.cli.words import help_page

        formatter.write(help_page(ctx, formatter.width))


class Command(Spoken, TyperCommand):
    """A command whose help and usage errors are in the user's language."""

    allow_extra_args = True  # so that they come to parse_args, and are named there

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            from yima.cli.words import too_many

            raise WrongUsage(too_many(rest, ctx))
        return rest


class Group(Spoken, TyperGroup):
    """Commands by name; each is loaded and built when it is asked for (58 built commands cost half a start-up)."""

    def __init__(self, name: str, table: Table, titles: Titles) -> None:
        super().__init__(name=name, invoke_without_command=True, rich_markup_mode=None)
        self.table, self.titles = table, titles

    def list_commands(self, ctx: Any) -> list[str]:
        return list(dict.fromkeys(name.split(" ")[0] for name in self.table))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.table:
            return build(cmd_name, load(self.table[cmd_name]))
        start = cmd_name + " "
        inner = {name.removeprefix(start): place for name, place in self.table.items() if name.startswith(start)}
        return Group(cmd_name, inner, self.titles) if inner else None

    def line(self, name: str) -> str:
        """What the list of commands says of one of them; nothing of one that is hidden."""
        entry = REGISTERED[load(self.table[name])]
        return "" if entry.hidden else entry.help.split("\n")[0]

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        found = self.get_command(ctx, args[0])
        if found is None and not ctx.resilient_parsing:
            from yima.cli.words import no_command

            raise WrongUsage(no_command(args[0], ctx))
        return args[0] if found else None, found, args[1:]

    def invoke(self, ctx: Any) -> Any:
        result = super().invoke(ctx)
        if ctx.invoked_subcommand is None:  # `yima` or `yima plate` alone: show what there is
            print(ctx.get_help())
        return result


def build(name: str, function: Callable[..., None]) -> Any:
    """The typer command of one registered function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    entry = REGISTERED[function]
    app.command(name, cls=Command, help=entry.help, hidden=entry.hidden)(function)
    return get_command(app)


def run(table: Table, titles: Titles, args: list[str]) -> int:
    """Run one command of the table and return the exit code. What is no YimaError is our bug and keeps its traceback."""
    global _here
    _here = Here()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a GBK console must not break on 𠮷
            stream.reconfigure(errors="backslashreplace")
    code = _outcome(Group("yima", table, titles), args)
    try:
        sys.stdout.flush()
    except OSError:  # told already; else Python complains of it once more at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


def _outcome(root: Group, args: list[str]) -> int:
    try:
        if any("\ud800" <= sign <= "\udfff" for word in args for sign in word):
            raise BadInput(_("The text holds characters that are no valid Unicode; type it again."))
        code = _invoke(root, args)
        sys.stdout.flush()
        return code
    except YimaError as error:
        return _fail(error)
    except BrokenPipeError:  # the reader went away, as with `| head`: nobody is left to be told
        return 141
    except OSError as error:
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", None)}:
            return _fail(Unwritable(_("The disk is full; make room, then try again.")))
        raise


def _invoke(root: Group, args: list[str]) -> int:
    if "_YIMA_COMPLETE" in os.environ:
        from typer.main import get_install_completion_arguments

        get_install_completion_arguments()  # switches the completion engine on
        root.main(args, prog_name="yima")
    try:
        with root.make_context("yima", args, help_option_names=["--help", "-h"]) as ctx:
            root.invoke(ctx)
    except typer.Exit as done:
        return done.exit_code
    except (typer.Abort, EOFError):
        return 130
    return 0


def _fail(error: YimaError) -> int:
    said = str(error)
    if not said.isprintable():  # what somebody typed stands in it: no control or bidi sign of it reaches the screen
        said = "".join(sign if sign.isprintable() else " " for sign in said)
    print(f"yima: {said}", file=sys.stderr)
    return error.exit_code
