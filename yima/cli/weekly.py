"""`yima report`: one call deep."""

from pathlib import Path
from typing import Annotated

import typer

from yima.cli.frame import AsOf, By, Json, command, now
from yima.cli.shared import actor, as_of_said, opened, progress, voice
from yima.errors import WrongUsage
from yima.i18n import _

FORMATS = ("html", "json")
LATER = ("pdf", "xlsx")


@command(help=_("The weekly report in four colours, with every number's definition and both counts."))
def report(
    week: Annotated[str, typer.Option("--week", metavar="2026-W47", help=_("Which week; else the last whole one."))] = "",
    from_: Annotated[str, typer.Option("--from", metavar=_("DAY"), help=_("From this day, for example 2026-11-01, with --to."))] = "",
    to: Annotated[str, typer.Option("--to", metavar=_("DAY"), help=_("To this day, which counts."))] = "",
    format: Annotated[str, typer.Option("--format", metavar="html,json", help=_("Which files to write."))] = "html,json",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar=_("FOLDER"), help=_("Where to; else data/reports."))] = None,
    issue: Annotated[bool, typer.Option("--issue", help=_("Number it and freeze it (administrator, town leader)."))] = False,
    as_of: AsOf = None,
    list_: Annotated[bool, typer.Option("--list", help=_("Only list the issued reports."))] = False,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.render.weekly import file, html
    from yima.core.results.weekly import Report
    from yima.verbs import report as verb

    formats = _formats(format)
    if (from_ or to) and (week or issue):
        raise WrongUsage(_("--from and --to stand alone; issue a week: yima report --week 2026-W47 --issue."))
    instant = now()
    with opened() as store:
        speech = voice(store, instant, json)
        if list_:
            say(verb.listed(store), speech)
            return
        makers = {"html": lambda made: html(made, speech).encode(), "json": lambda made: file(made, speech)}
        folder = output if output is not None else store.folder / "data" / "reports"

        def write(made: Report) -> Report:
            return verb.written(made, folder, [(form, makers[form]) for form in formats])

        then = as_of_said(store, as_of)
        with progress(_("Report")) as bar:
            if issue:
                made = verb.issue(store, by=actor(store, by), now=instant, write=write, week=week, as_of=then, progress=bar)
            else:
                made = write(verb.report(store, now=instant, week=week, from_=from_, to=to, as_of=then, progress=bar))
        say(made, speech)


def _formats(text: str) -> list[str]:
    """The formats asked for; raises WrongUsage for one that this version cannot write."""
    found = [word.strip().lower() for word in text.replace("，", ",").split(",") if word.strip()]
    for word in found:
        if word in LATER:
            raise WrongUsage(_("{0} reports come with a later version; take --format html and print it, or --format json.").format(word))
        if word not in FORMATS:
            raise WrongUsage(_("“{0}” is no format; take html or json.").format(word))
    return list(dict.fromkeys(found)) or ["html", "json"]
