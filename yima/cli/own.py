"""Commands about yima itself."""

from typing import Annotated, Literal

import typer

from yima.cli.frame import Json, command
from yima.i18n import _


@command(help=_("Print the version."))
def version(json: Json = False) -> None:
    from yima.__version__ import VERSION

    print(f'{{"version": "{VERSION}"}}' if json else f"yima {VERSION}")


@command(help=_("Print the script that makes a shell complete commands and options."), hidden=True)
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish", "powershell"], typer.Argument(metavar=_("SHELL"), help=_("The shell."))],
) -> None:
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    print(get_completion_script(prog_name="yima", complete_var="_YIMA_COMPLETE", shell=shell))


@command(help=_("Do nothing, to measure the start-up."), hidden=True)
def noop() -> None:
    pass
