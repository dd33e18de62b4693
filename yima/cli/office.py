"""Commands of the office: found a town, print codes."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from yima.cli.frame import By, Json, command, now, pretended
from yima.errors import WrongUsage
from yima.i18n import _


@command(help=_("Found a town: its folder, its key, its rules."))
def init(
    folder: Annotated[Path, typer.Argument(metavar=_("FOLDER"), help=_("The town folder; it is made if it is not there."))],
    name: Annotated[str, typer.Option("--name", metavar=_("TOWN"), help=_("The town's name, as it stands on paper."))],
    admin: Annotated[str, typer.Option("--admin", metavar=_("PERSON"), help=_("The first administrator's name."))],
    letters: Annotated[str, typer.Option("--letters", metavar=_("LETTERS"), help=_("This device's letters, as in K1-0042."))] = "K1",
    json: Json = False,
) -> None:
    from yima.adapters.render import Voice, say
    from yima.verbs.found import found

    moment = now()
    result = found(folder, name, admin, moment, letters=letters, sample=pretended())
    say(result, Voice(0, moment, json))


Grid = Annotated[str, typer.Option("--grid", metavar=_("GRID"), help=_("Only of this grid."))]
Street = Annotated[str, typer.Option("--street", metavar=_("STREET"), help=_("Only of this street."))]


Kind = Literal["shop", "stall", "point", "road", "house", "site", "waste_point"]


@command(help=_("Print code sheets; every code is read back before the batch is recorded."))
def sheet(
    grid: Grid = "",
    street: Street = "",
    objects: Annotated[str, typer.Option("--objects", metavar=_("NAME,NAME"), help=_("Only these, by name or code, in this order."))] = "",
    kind: Annotated[Kind | None, typer.Option("--kind", help=_("Only of this kind."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Every object of the town; so it is when nothing is chosen."))] = False,
    new: Annotated[bool, typer.Option("--new", help=_("Only what has no valid plate yet."))] = False,
    stock: Annotated[
        str, typer.Option("--stock", metavar=_("NAME"), help=_("The label stock: 24 labels on A4, or a6 door plates."))
    ] = "24",
    output: Annotated[Path | None, typer.Option("-o", "--output", help=_("The PDF file; else in data/sheets/."))] = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs.sheet import sheet

    if all_ and (grid or street or objects or kind):
        raise WrongUsage(_("--all is the whole town; leave it out, or leave out --grid, --street, --objects and --kind."))
    moment = now()
    with opened() as store, progress(_("Reading the codes back")) as tick:
        result = sheet(
            store,
            actor(store, by),
            moment,
            grid=grid,
            street=street,
            names=[name for one in objects.replace("，", ",").replace("、", ",").split(",") if (name := one.strip())],
            kinds=(kind,) if kind else (),
            only_new=new,
            stock=stock,
            path=output.absolute() if output is not None else None,
            tick=tick,
        )
        spoken = voice(store, moment, json)
    say(result, spoken)


Code = Annotated[str, typer.Argument(metavar=_("CODE"), help=_("The plate's code, as scanned or as printed."))]


@command(help=_("List the plates: batch, state, where each one leads."))
def plate_list(
    batch: Annotated[str, typer.Option("--batch", metavar=_("BATCH"), help=_("Only of this batch, for example K1-B0007."))] = "",
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.plate import plates

    with opened() as store:
        result = plates(store, batch=batch)
        spoken = voice(store, now(), json)
    say(result, spoken)


@command(help=_("Bind a blank plate to a shop or point."))
def plate_bind(
    code: Code,
    name: Annotated[str, typer.Argument(metavar=_("NAME"), help=_("The shop or point that it hangs at."))],
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.plate import bind

    moment = now()
    with opened() as store:
        result = bind(store, code, name, actor(store, by), moment)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("Declare a plate void: broken, stolen, tampered with, covered."))
def plate_void(
    code: Code,
    reason: Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why."))],
    replaced_by: Annotated[str, typer.Option("--replaced-by", metavar=_("CODE"), help=_("The new plate of the same place."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.plate import void

    moment = now()
    with opened() as store:
        result = void(store, code, reason, actor(store, by), moment, replaced_by=replaced_by)
        spoken = voice(store, moment, json)
    say(result, spoken)
