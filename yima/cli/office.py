"""Commands of the office: found a town, print codes."""

import re
from pathlib import Path
from typing import Annotated, Literal

import typer

from yima.cli.frame import By, Check, Json, command, now, pretended
from yima.errors import BadInput, WrongUsage
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


Grid = Annotated[str | None, typer.Option("--grid", metavar=_("GRID"), help=_("Only of this grid."))]
Street = Annotated[str | None, typer.Option("--street", metavar=_("STREET"), help=_("Only of this street."))]


LENGTH = re.compile(r"[+-]?\d{1,3}(\.\d{1,2})?", re.ASCII)
Kind = Literal["shop", "stall", "point", "road", "house", "site", "waste_point"]


Stock = Annotated[
    str,
    typer.Option("--stock", metavar=_("NAME"), help=_("The label stock: 24, 21, 65, 40 or 10 on A4, a6 and a7 plates, roll; or your own.")),
]
Output = Annotated[Path | None, typer.Option("-o", "--output", help=_("The PDF file; else in data/sheets/."))]
Start = Annotated[int, typer.Option("--start", metavar=_("NUMBER"), help=_("The first free label of a used sheet, row by row."))]
Copies = Annotated[int, typer.Option("--copies", metavar=_("NUMBER"), help=_("So many of each label; it stays one plate."))]
Shift = Annotated[
    str, typer.Option("--shift", metavar=_("ACROSS,DOWN"), help=_("Move everything by so many mm, as read from the page of --calibrate."))
]
Large = Annotated[bool, typer.Option("--large", help=_("Large print: names as large as the label allows."))]
Font = Annotated[
    Path | None,
    typer.Option("--font", metavar=_("FILE"), help=_("A font file used first; else templates/font.ttf of the town, then ours.")),
]


def _shift(text: str) -> tuple[float, float]:
    """Two lengths in mm, as 1.5,-0.8."""
    parts = [part.strip() for part in text.replace("，", ",").split(",")]
    if len(parts) != 2 or not all(LENGTH.fullmatch(part) for part in parts):
        raise WrongUsage(_("“{0}” is no shift; write across and down in mm, for example --shift 1.5,-0.8.").format(text))
    return float(parts[0]), float(parts[1])


def _filled(option: str, text: str | None, *, prints: bool = False) -> str:
    """What an option says, "" where it was not given. Raises BadInput where it was and is empty: an unset variable of a shell is no choice."""
    if text is not None and not text.strip(" \t\r\n\u3000,，、"):
        what = (
            _("{0} is empty, so nothing was printed; say what to print, or for the whole town only --all.")
            if prints
            else _("{0} is empty; write what it names, or leave it out.")
        )
        raise BadInput(what.format(option))
    return text or ""


@command(help=_("Print code sheets; every code is read back before the batch is recorded."))
def sheet(
    grid: Grid = None,
    street: Street = None,
    objects: Annotated[
        str | None, typer.Option("--objects", metavar=_("NAME,NAME"), help=_("Only these, by name or code, in this order."))
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help=_("Only of this kind."))] = None,
    all_: Annotated[bool, typer.Option("--all", help=_("Every object of the town; so it is when nothing is chosen."))] = False,
    new: Annotated[bool, typer.Option("--new", help=_("Only what has no valid plate yet."))] = False,
    blank: Annotated[
        int | None,
        typer.Option("--blank", metavar=_("NUMBER"), help=_("So many blank plates, to be bound on the street: yima plate bind.")),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option(
            "--only", metavar=_("FILE|LIST"), help=_("Only these, by number in the ledger, name or code: what was left out before.")
        ),
    ] = None,
    stock: Stock = "24",
    start: Start = 1,
    copies: Copies = 1,
    cut_marks: Annotated[
        bool, typer.Option("--cut-marks", help=_("With marks on the corners of each label, for paper without cuts."))
    ] = False,
    large: Large = False,
    font: Font = None,
    shift: Shift = "0,0",
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help=_("A page to measure the printer's shift with, instead of labels; records nothing."))
    ] = False,
    output: Output = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.paper import How
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs import sheet as verb

    grid, street = _filled("--grid", grid, prints=True), _filled("--street", street, prints=True)
    objects, only = _filled("--objects", objects, prints=True), _filled("--only", only, prints=True)
    chosen = grid or street or objects or kind or only
    path = output.absolute() if output is not None else None
    how = How(start, copies, _shift(shift), cut_marks, large, font)
    moment = now()
    if calibrate:
        if chosen or all_ or new or blank is not None or how._replace(shift=(0, 0)) != How():
            raise WrongUsage(_("--calibrate prints a page to measure with and no label; give only --stock, --shift and -o with it."))
        with opened() as store:
            ruled = verb.calibrate(store, moment, stock=stock, shift=how.shift, path=path)
            spoken = voice(store, moment, json)
        say(ruled, spoken)
        return
    if all_ and chosen:
        raise WrongUsage(_("--all is the whole town; leave it out, or leave out --grid, --street, --objects, --only and --kind."))
    if blank is not None and (chosen or all_ or new):
        raise WrongUsage(_("--blank prints plates that belong to no place yet; leave it out, or leave out what chooses places."))
    with opened() as store, progress(_("Reading the codes back")) as tick:
        result = verb.sheet(
            store,
            actor(store, by),
            moment,
            grid=grid,
            street=street,
            names=[name for one in objects.replace("，", ",").replace("、", ",").split(",") if (name := one.strip())],
            only=verb.listed_in(only) if only else (),
            kinds=(kind,) if kind else (),
            only_new=new,
            blank=blank,
            stock=stock,
            how=how,
            path=path,
            tick=tick,
        )
        spoken = voice(store, moment, json)
    say(result, spoken)


Code = Annotated[str, typer.Argument(metavar=_("CODE"), help=_("The plate's code, as scanned or as printed."))]


@command(help=_("List the batches; the labels of one; or all plates that a place ever had."))
def plate_list(
    batch: Annotated[
        str | None, typer.Option("--batch", metavar=_("BATCH"), help=_("The labels of this batch, for example K1-B0007."))
    ] = None,
    object_: Annotated[
        str | None,
        typer.Option("--object", metavar=_("CODE|NAME"), help=_("All plates of this shop or point, first to last, with reasons.")),
    ] = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.plate import listed

    batch, object_ = _filled("--batch", batch), _filled("--object", object_)
    if batch and object_:
        raise WrongUsage(_("Give --batch or --object, not both."))
    with opened() as store:
        result = listed(store, batch=batch, object_=object_, whole=json)
        spoken = voice(store, now(), json)
    say(result, spoken)


@command(help=_("Plates reported missing, dirty or covered, until they are printed again, replaced or found fine."))
def plate_queue(json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.plate import queue

    with opened() as store:
        result = queue(store)
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


@command(help=_("Print single plates once more, with the same codes: torn at the desk, faded, gone from the wall."))
def plate_reprint(
    codes: Annotated[
        list[str] | None, typer.Argument(metavar=_("CODE…"), help=_("The plates' codes, as scanned or as printed."), show_default=False)
    ] = None,
    queue: Annotated[bool, typer.Option("--queue", help=_("All that are reported missing; see yima plate queue."))] = False,
    stock: Stock = "24",
    start: Start = 1,
    copies: Copies = 1,
    large: Large = False,
    font: Font = None,
    shift: Shift = "0,0",
    output: Output = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.paper import How
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs.sheet import reprint

    if bool(codes) == queue:
        raise WrongUsage(_("Say which plates: their codes, or --queue for all that are reported missing."))
    moment = now()
    with opened() as store, progress(_("Reading the codes back")) as tick:
        path = output.absolute() if output is not None else None
        how = How(start, copies, _shift(shift), large=large, font=font)
        result = reprint(store, actor(store, by), moment, codes or (), queue=queue, stock=stock, how=how, path=path, tick=tick)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("Declare plates void: broken, stolen, tampered with; blank ones that were spoilt at the desk."))
def plate_void(
    codes: Annotated[list[str], typer.Argument(metavar=_("CODE…"), help=_("The plates' codes, as scanned or as printed."))],
    reason: Annotated[str | None, typer.Option("--reason", metavar=_("TEXT"), help=_("Why."))] = None,
    spoilt: Annotated[bool, typer.Option("--spoilt", help=_("Blank labels, misprinted or torn before they hung anywhere."))] = False,
    replaced_by: Annotated[str | None, typer.Option("--replaced-by", metavar=_("CODE"), help=_("The new plate of the same place."))] = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.plate import void

    replaced_by = _filled("--replaced-by", replaced_by)
    if reason is not None and spoilt:
        raise WrongUsage(
            _("Write only one of --reason and --spoilt: --spoilt for blank labels that never hung anywhere, else --reason TEXT.")
        )
    if reason is None and not spoilt:
        raise WrongUsage(_("Say why: --reason TEXT, or --spoilt for blank labels that never hung anywhere."))
    moment = now()
    with opened() as store:
        result = void(store, codes, reason or "", actor(store, by), moment, spoilt=spoilt, replaced_by=replaced_by)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("Read photos or scans of printed codes: what is seen, missing, void, foreign. Nothing is recorded."))
def plate_verify(
    photos: Annotated[
        list[Path],
        typer.Argument(metavar=_("PHOTO"), help=_("Photos (JPEG, PNG) or scans (PDF) of a printed sheet, or of plates on a wall.")),
    ],
    batch: Annotated[
        str | None, typer.Option("--batch", metavar=_("BATCH"), help=_("Held against this batch; else the one that has all that is seen."))
    ] = None,
    street: Annotated[str | None, typer.Option("--street", metavar=_("STREET"), help=_("Held against the plates of this street."))] = None,
    grid: Annotated[str | None, typer.Option("--grid", metavar=_("GRID"), help=_("Held against the plates of this grid."))] = None,
    check: Check = False,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, progress, voice
    from yima.verbs.verify import verify

    batch, street, grid = _filled("--batch", batch), _filled("--street", street), _filled("--grid", grid)
    if batch and (street or grid):
        raise WrongUsage(_("Give --batch, or --street and --grid, not both."))
    with opened() as store, progress(_("Reading the photos")) as tick:
        result = verify(store, photos, batch=batch, street=street, grid=grid, tick=tick)
        spoken = voice(store, now(), json)
    say(result, spoken)
    raise typer.Exit(1 if check and not result.is_in_order else 0)


@command(help=_("Draw a single code, as SVG or PNG, for use elsewhere; it is read back first. Nothing is recorded."))
def plate_image(
    code: Annotated[str, typer.Argument(metavar=_("CODE|NAME"), help=_("The plate's code, or the shop or point that it hangs at."))],
    form: Annotated[
        Literal["svg", "png"] | None, typer.Option("--format", help=_("svg for print, png for a screen; else by the file's name, or svg."))
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            "--size", metavar=_("MM|PX"), help=_("The whole width with its white edge: mm for svg (40), pixels for png (10 a module).")
        ),
    ] = None,
    caption: Annotated[bool, typer.Option("--caption", help=_("With the code in letters below."))] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help=_("The file; else in data/images/."))] = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.image import format_of, image, size_of

    path = output.absolute() if output is not None else None
    drawn_as = format_of(form or "", path)
    with opened() as store:
        result = image(store, code, form=drawn_as, size=size_of(size, drawn_as), caption=caption, path=path)
        spoken = voice(store, now(), json)
    say(result, spoken)
