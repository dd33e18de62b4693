"""Commands of the office: found a town, read ledgers, publish the rules, print codes."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from yima.cli.frame import By, DryRun, Json, command, now, pretended
from yima.errors import WrongUsage
from yima.i18n import _

LedgerFile = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("The ledger: xlsx, xls, ods or csv."))]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar=_("COLUMN=FIELD"), help=_("What a column means, for example 单位=name; ignore leaves it out.")),
]
Source = Annotated[str | None, typer.Option("--source", metavar=_("NAME"), help=_("What the numbers of this ledger are called."))]
Datum = Annotated[
    Literal["gcj02", "wgs84", "unknown"] | None,
    typer.Option("--datum", help=_("Of the coordinates: gcj02 most Chinese maps, wgs84 GPS.")),
]


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


@command(help=_("Read the ledger of shops and stalls."))
def import_shops(
    file: LedgerFile,
    dry_run: DryRun = False,
    map: Map = None,
    source: Source = None,
    datum: Datum = None,
    by: By = None,
    json: Json = False,
) -> None:
    _import("shops", file, dry_run, map, source, datum, by, json)


@command(help=_("Read the ledger of points, roads, houses, sites and waste points."))
def import_points(
    file: LedgerFile,
    dry_run: DryRun = False,
    map: Map = None,
    source: Source = None,
    datum: Datum = None,
    by: By = None,
    json: Json = False,
) -> None:
    _import("points", file, dry_run, map, source, datum, by, json)


@command(help=_("Read the list of people with their roles."))
def import_people(
    file: LedgerFile, dry_run: DryRun = False, map: Map = None, source: Source = None, by: By = None, json: Json = False
) -> None:
    _import("people", file, dry_run, map, source, None, by, json)


def _import(
    register: Any, file: Path, dry_run: bool, map: list[str] | None, source: str | None, datum: str | None, by: str | None, json: bool
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs.register import import_ledger

    mapping = dict(_pair(one) for one in map or ())
    moment = now()
    with opened() as store, progress(_("Reading {0}").format(file.name)) as tick:
        result = import_ledger(
            store,
            register,
            file,
            actor(store, by),
            moment,
            source=source or "",
            datum=datum or "",
            mapping=mapping,
            dry_run=dry_run,
            tick=tick,
        )
        spoken = voice(store, moment, json)
    say(result, spoken)


def _pair(text: str) -> tuple[str, str]:
    column, sign, field = text.rpartition("=")
    if not sign or not column or not field:
        raise WrongUsage(_("--map is written COLUMN=FIELD, for example --map 单位=name, not “{0}”.").format(text))
    return column, field


@command(help=_("Publish the rules of the town folder; what is not published does not count."))
def catalog_publish(by: By = None, json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.publish import publish

    moment = now()
    with opened() as store:
        result = publish(store, actor(store, by), moment)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("Show the rules in force, or one item of them."))
def catalog_show(
    item: Annotated[str, typer.Argument(metavar=_("ITEM"), help=_("An item by number, id or name."))] = "", json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.publish import show

    with opened() as store:
        result = show(store, item)
        spoken = voice(store, now(), json)
    say(result, spoken)


Grid = Annotated[str, typer.Option("--grid", metavar=_("GRID"), help=_("Only of this grid."))]
Street = Annotated[str, typer.Option("--street", metavar=_("STREET"), help=_("Only of this street."))]


@command(help=_("List the shops and stalls with code and colour."))
def shop_list(grid: Grid = "", street: Street = "", json: Json = False) -> None:
    _list("SHOPS", grid, street, json)


@command(help=_("List the points, roads, houses, sites and waste points with code and colour."))
def point_list(grid: Grid = "", street: Street = "", json: Json = False) -> None:
    _list("POINTS", grid, street, json)


def _list(kinds: str, grid: str, street: str, json: bool) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, progress, voice
    from yima.verbs import listing

    moment = now()
    with opened() as store, progress(_("Computing the colours")) as tick:
        result = listing.objects(store, getattr(listing, kinds), moment, grid=grid, street=street, tick=tick)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("List the people with roles, resource and department."))
def person_list(
    dept: Annotated[str, typer.Option("--dept", metavar=_("DEPARTMENT"), help=_("Only of this department."))] = "", json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.listing import people

    moment = now()
    with opened() as store:
        result = people(store, moment, dept=dept)
        spoken = voice(store, moment, json)
    say(result, spoken)


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
