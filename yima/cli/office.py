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
