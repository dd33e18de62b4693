"""Commands of the registers: read ledgers; list, add, change and retire shops and points."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from yima.cli.frame import By, DryRun, Json, command, now
from yima.errors import BadInput, WrongUsage
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


OnlyGrid = Annotated[str, typer.Option("--grid", metavar=_("GRID"), help=_("Only of this grid."))]
OnlyStreet = Annotated[str, typer.Option("--street", metavar=_("STREET"), help=_("Only of this street."))]


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


@command(help=_("Read a roster: who is on duty on which day, one turn a line or the days across."))
def import_roster(file: LedgerFile, dry_run: DryRun = False, map: Map = None, by: By = None, json: Json = False) -> None:
    _import("roster", file, dry_run, map, None, None, by, json)


@command(
    help=_(
        "Read the holiday notice of a year: its days off and make-up days replace the whole year. "
        "Says which days and which dues of open cases change by it."
    )
)
def import_calendar(
    file: Annotated[
        Path,
        typer.Argument(metavar=_("FILE"), help=_("The notice: csv, xlsx, xls, ods, yaml, or its own paragraphs as text.")),
    ],
    year: Annotated[int, typer.Option("--year", metavar=_("YEAR"), help=_("The year of days that name none."))] = 0,
    dry_run: DryRun = False,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs.calendar import import_calendar

    moment = now()
    with opened() as store, progress(_("Reading {0}").format(file.name)) as tick:
        result = import_calendar(store, file, actor(store, by), moment, year=year, dry_run=dry_run, tick=tick)
        spoken = voice(store, moment, json)
    say(result, spoken)
    if result.faults:
        from yima.adapters.render.calendar import refused_said

        raise BadInput(refused_said(result))


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


@command(help=_("List the shops and stalls with code and colour."))
def shop_list(grid: OnlyGrid = "", street: OnlyStreet = "", json: Json = False) -> None:
    _list("SHOPS", grid, street, json)


@command(help=_("List the points, roads, houses, sites and waste points with code and colour."))
def point_list(grid: OnlyGrid = "", street: OnlyStreet = "", json: Json = False) -> None:
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


# -- one at a time


def _option(name: str, metavar: str, help: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help)


NewName = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("Its name, as it stands on the sign."))]
Which = Annotated[str, typer.Argument(metavar=_("CODE|NAME"), help=_("Which one: a plate's code, or the name."))]
Name = Annotated[str | None, _option("--name", _("NAME"), _("Another name."))]
ShopKind = Annotated[str | None, _option("--kind", "shop|stall", _("shop, or stall: part of a market."))]
PointKind = Annotated[str | None, _option("--kind", "point|road|house|site|waste_point", _("What it is; a point where it is not said."))]
Street = Annotated[str | None, _option("--street", _("STREET"), _("The street."))]
Door = Annotated[str | None, _option("--door", _("DOOR"), _("The number in the street."))]
Unit = Annotated[str | None, _option("--unit", _("UNIT"), _("The unit behind that door, or the stall's number."))]
Address = Annotated[str | None, _option("--address", _("TEXT"), _("The address, where there is no street and number."))]
Grid = Annotated[str | None, _option("--grid", _("GRID"), _("The grid."))]
Village = Annotated[str | None, _option("--village", _("VILLAGE"), _("The village or neighbourhood."))]
Trade = Annotated[str | None, _option("--trade", _("TRADE"), _("The trade, in the words of the rules or of a ledger."))]
Licence = Annotated[str | None, _option("--licence", _("LICENCE"), _("The licence: a credit code of 18 characters."))]
Position = Annotated[str | None, _option("--position", _("LONGITUDE,LATITUDE"), _("Coordinates in degrees; say their --datum too."))]
PartOf = Annotated[str | None, _option("--part-of", _("MARKET"), _("The market that a stall is part of."))]
Tenant = Annotated[str | None, _option("--tenant", _("NAME"), _("The occupant; another name than before is a new occupant."))]
Since = Annotated[str | None, _option("--since", _("DAY"), _("Since when the new occupant is there; today where it is not said."))]
Status = Annotated[str | None, _option("--status", "歇业|装修|空置|正常", _("Out of business, being fitted out, vacant; 正常 ends it."))]
From = Annotated[str | None, _option("--from", _("DAY"), _("The status's first day; today where it is not said."))]
To = Annotated[str | None, _option("--to", _("DAY"), _("The status's last day."))]
Number = Annotated[str | None, _option("--no", _("NO."), _("Its number in the ledger, so that a later import knows it."))]
NumberOf = Annotated[str | None, _option("--source", _("NAME"), _("What the numbers of that ledger are called."))]
On = Annotated[str, _option("--on", _("DAY"), _("The first day without it; today where it is not said."))]
Reason = Annotated[str | None, _option("--reason", _("TEXT"), _("Why."))]
SameAs = Annotated[
    str | None,
    _option(
        "--same-as", _("CODE|NAME"), _("It was registered twice: the one that stays; codes and name lead there from now on, for good.")
    ),
]


@command(help=_("Register one shop or stall."))
def shop_add(
    name: NewName,
    kind: ShopKind = None,
    street: Street = None,
    door: Door = None,
    unit: Unit = None,
    address: Address = None,
    grid: Grid = None,
    village: Village = None,
    trade: Trade = None,
    licence: Licence = None,
    position: Position = None,
    datum: Datum = None,
    part_of: PartOf = None,
    tenant: Tenant = None,
    since: Since = None,
    status: Status = None,
    from_: From = None,
    to: To = None,
    no: Number = None,
    source: NumberOf = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help=_("From the street, by anybody; a clerk confirms it later with --confirm."))
    ] = False,
    by: By = None,
    json: Json = False,
) -> None:
    said = _said(
        name=name, kind=kind, street=street, door=door, unit=unit, address=address, grid=grid, village=village, trade=trade,
        licence=licence, position=position, datum=datum, part_of=part_of, tenant=tenant, since=since, status=status, from_=from_, to=to,
        no=no, source=source,
    )  # fmt: skip
    _one("add", "shops", by, json, said, provisional=provisional)


@command(help=_("Change what is registered of one shop or stall; what is not said stays."))
def shop_change(
    code: Which,
    name: Name = None,
    kind: ShopKind = None,
    street: Street = None,
    door: Door = None,
    unit: Unit = None,
    address: Address = None,
    grid: Grid = None,
    village: Village = None,
    trade: Trade = None,
    licence: Licence = None,
    position: Position = None,
    datum: Datum = None,
    part_of: PartOf = None,
    tenant: Tenant = None,
    since: Since = None,
    status: Status = None,
    from_: From = None,
    to: To = None,
    no: Number = None,
    source: NumberOf = None,
    confirm: Annotated[bool, typer.Option("--confirm", help=_("What was registered from the street is right."))] = False,
    by: By = None,
    json: Json = False,
) -> None:
    said = _said(
        name=name, kind=kind, street=street, door=door, unit=unit, address=address, grid=grid, village=village, trade=trade,
        licence=licence, position=position, datum=datum, part_of=part_of, tenant=tenant, since=since, status=status, from_=from_, to=to,
        no=no, source=source,
    )  # fmt: skip
    _one("change", "shops", by, json, code, said, confirm=confirm)


@command(help=_("Retire one shop or stall: its place is gone, or it was registered twice."))
def shop_retire(code: Which, reason: Reason = None, on: On = "", same_as: SameAs = None, by: By = None, json: Json = False) -> None:
    _retire("shops", code, reason, on, same_as, by, json)


@command(help=_("Register one point, road, house, site or waste point."))
def point_add(
    name: NewName,
    kind: PointKind = None,
    street: Street = None,
    door: Door = None,
    unit: Unit = None,
    address: Address = None,
    grid: Grid = None,
    village: Village = None,
    position: Position = None,
    datum: Datum = None,
    tenant: Tenant = None,
    since: Since = None,
    status: Status = None,
    from_: From = None,
    to: To = None,
    no: Number = None,
    source: NumberOf = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help=_("From the street, by anybody; a clerk confirms it later with --confirm."))
    ] = False,
    by: By = None,
    json: Json = False,
) -> None:
    said = _said(
        name=name, kind=kind, street=street, door=door, unit=unit, address=address, grid=grid, village=village, position=position,
        datum=datum, tenant=tenant, since=since, status=status, from_=from_, to=to, no=no, source=source,
    )  # fmt: skip
    _one("add", "points", by, json, said, provisional=provisional)


@command(help=_("Change what is registered of one point; what is not said stays."))
def point_change(
    code: Which,
    name: Name = None,
    kind: PointKind = None,
    street: Street = None,
    door: Door = None,
    unit: Unit = None,
    address: Address = None,
    grid: Grid = None,
    village: Village = None,
    position: Position = None,
    datum: Datum = None,
    tenant: Tenant = None,
    since: Since = None,
    status: Status = None,
    from_: From = None,
    to: To = None,
    no: Number = None,
    source: NumberOf = None,
    confirm: Annotated[bool, typer.Option("--confirm", help=_("What was registered from the street is right."))] = False,
    by: By = None,
    json: Json = False,
) -> None:
    said = _said(
        name=name, kind=kind, street=street, door=door, unit=unit, address=address, grid=grid, village=village, position=position,
        datum=datum, tenant=tenant, since=since, status=status, from_=from_, to=to, no=no, source=source,
    )  # fmt: skip
    _one("change", "points", by, json, code, said, confirm=confirm)


@command(help=_("Retire one point: it is gone, or it was registered twice."))
def point_retire(code: Which, reason: Reason = None, on: On = "", same_as: SameAs = None, by: By = None, json: Json = False) -> None:
    _retire("points", code, reason, on, same_as, by, json)


def _retire(register: str, code: str, reason: str | None, on: str, same_as: str | None, by: str | None, json: bool) -> None:
    if same_as is None:
        if reason is None:
            raise WrongUsage(_("Say why: --reason TEXT; of what was registered twice, which one stays: --same-as CODE|NAME."))
        _one("retire", register, by, json, code, on=on, reason=reason)
        return
    if reason is not None or on:
        raise WrongUsage(_("What was registered twice needs neither --reason nor --on beside --same-as."))
    _one("merge", register, by, json, code, same_as)


def _said(**fields: str | None) -> dict[str, str]:
    """What was typed, by the names that the register has for it."""
    return {name.rstrip("_"): text for name, text in fields.items() if text is not None}


def _one(verb: str, register: Any, by: str | None, json: bool, *given: Any, **more: Any) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.register import one_object

    moment = now()
    with opened() as store:
        result = getattr(one_object, verb)(store, register, *given, actor(store, by), moment, **more)
        spoken = voice(store, moment, json)
    say(result, spoken)
