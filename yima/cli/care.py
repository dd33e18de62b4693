"""Commands about devices and safety."""

from typing import Annotated

import typer

from yima.cli.frame import Json, command, now
from yima.i18n import _


@command(help=_("Examine the data file, every device's records and the computed state."))
def doctor(
    rebuild: Annotated[bool, typer.Option("--rebuild", help=_("First compute every state anew from the records."))] = False,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, progress, voice
    from yima.verbs.doctor import doctor

    instant = now()
    with opened() as store, progress(_("Examining")) as bar:
        result = doctor(store, now=instant, rebuild=rebuild, progress=bar)
        spoken = voice(store, instant, json)
    say(result, spoken)
    raise typer.Exit(0 if result.ok else 5)
