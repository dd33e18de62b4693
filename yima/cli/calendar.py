"""Commands of the calendar: show a year, say where a limit ends. A notice is read with the ledgers, in registers.py."""

from typing import Annotated

import typer

from yima.cli.frame import Json, command, now
from yima.errors import WrongUsage
from yima.i18n import _

UNITS = {  # as people type them -> the clock
    "urgent_hour": "urgent_hour",
    "work_hour": "work_hour",
    "work_day": "work_day",
    "natural_day": "natural_day",
    "工作小时": "work_hour",
    "工作时": "work_hour",
    "工作日": "work_day",
    "自然日": "natural_day",
}


@command(help=_("The days off and the make-up days of a year, by month; provisional where nobody has announced them."))
def calendar_show(
    year: Annotated[int, typer.Argument(metavar=_("YEAR"), help=_("The year, for example 2027."))], json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.calendar import show

    with opened() as store:
        result = show(store, year)
        spoken = voice(store, now(), json)
    say(result, spoken)


@command(help=_("When a limit would end, on the town's calendar."))
def calendar_due(
    start: Annotated[str, typer.Argument(metavar=_("TIME"), help=_("When it begins, for example 2026-12-30T10:00."))],
    value: Annotated[int, typer.Argument(metavar=_("VALUE"), help=_("How many."))],
    unit: Annotated[
        str,
        typer.Argument(
            metavar="urgent_hour|work_hour|work_day|natural_day", help=_("Of which clock; 工作小时, 工作日 and 自然日 are taken too.")
        ),
    ],
    schedule: Annotated[
        str, typer.Option("--schedule", metavar="office|street", help=_("The hours on which work_hour and work_day run."))
    ] = "office",
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.calendar import due

    if unit not in UNITS:
        raise WrongUsage(_("“{0}” is no unit; take work_day, work_hour, natural_day or urgent_hour.").format(unit))
    with opened() as store:
        result = due(store, start, value, UNITS[unit], schedule)
        spoken = voice(store, now(), json)
    say(result, spoken)
