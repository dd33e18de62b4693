"""How plates are said: batches and their labels, an object's plates one after the other, the queue of those that were reported."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from yima.adapters.render import Voice, clean, clock, date_of, iso, plate_word, table, void_word
from yima.adapters.render.street import GAP
from yima.core import codes
from yima.core.results.plates import BatchSeen, Plated, PlateList, PlateQueue, PlateReported, PlateSeen
from yima.i18n import _

# -- lists


def listed(result: PlateList, voice: Voice) -> str:
    if result.of == "object":
        return _history(result.plates, voice)
    if result.of == "batch":
        return "\n".join([*(_batch(one, voice) for one in result.batches), table(_label(one, voice) for one in result.plates)])
    if not result.batches:
        return _("Nothing printed yet; yima sheet prints the codes.")
    lines = [table(_row(one, voice) for one in result.batches)]
    lines.append(_("{0} batches; the labels of one: yima plate list --batch {1}").format(len(result.batches), result.batches[-1].batch))
    return "\n".join(lines)


def _row(one: BatchSeen, voice: Voice) -> tuple[str, ...]:
    """A batch in a line: what it was, and how its labels stand."""
    now = (
        _("{0} in use").format(one.valid) if one.valid else "",
        _("{0} blank").format(one.blank) if one.blank else "",
        _("{0} void").format(one.void) if one.void else "",
        _("{0} printed again").format(one.reprinted) if one.reprinted else "",
    )
    return one.batch, clock(one.when, voice), one.by, one.stock, _labels(one), *now


def _labels(one: BatchSeen) -> str:
    if one.copies == 1:
        return _("{0} labels").format(one.labels)
    return _("{0} labels ({1} plates, {2} of each)").format(one.labels * one.copies, one.labels, one.copies)


def _batch(one: BatchSeen, voice: Voice) -> str:
    """The head of a batch's labels."""
    what = _("printed by {0}, {1}, on stock {2}").format(clean(one.by), clock(one.when, voice), clean(one.stock))
    now = GAP.join(part for part in _row(one, voice)[4:] if part)
    return GAP.join((one.batch, what, now, *((_("file {0}").format(one.file[:12]),) if one.file else ())))


def _label(one: PlateSeen, voice: Voice) -> tuple[str, ...]:
    """A label of a batch: what became of it."""
    where = f"{one.place} {one.name}".strip()
    return codes.grouped(one.code), state_word(one.state), where, _fate(one, voice), _times(one)


def _history(plates: tuple[PlateSeen, ...], voice: Voice) -> str:
    """All plates of one object, first to last."""
    if not plates:
        return _("No plate yet; yima sheet prints one, or yima plate bind hangs a blank one.")
    first = plates[0]
    rows = [
        (str(number), codes.grouped(one.code), state_word(one.state), one.batch, _hung(one, voice), _times(one), _fate(one, voice))
        for number, one in enumerate(plates, 1)
    ]
    return _("{0}: {1} plates, first to last").format(clean(f"{first.place} {first.name}".strip()), len(plates)) + "\n" + table(rows)


def _hung(one: PlateSeen, voice: Voice) -> str:
    if one.bound is not None:
        return _("bound {0}").format(date_of(one.bound, voice))
    return _("printed {0}").format(date_of(one.printed, voice))


def _times(one: PlateSeen) -> str:
    return _("printed {0} times").format(one.times) if one.times > 1 else ""


def _fate(one: PlateSeen, voice: Voice) -> str:
    """Why and since when a plate is void, and what came in its place; nothing for a valid one."""
    if one.voided_at is None:
        return ""
    why = void_word(one.voided)
    if one.replaced_by:
        return _("void {0}: {1}, replaced by {2}").format(date_of(one.voided_at, voice), why, codes.grouped(one.replaced_by))
    return _("void {0}: {1}").format(date_of(one.voided_at, voice), why)


def state_word(state: str) -> str:
    return {"blank": _("blank"), "valid": _("in use"), "void": _("voided")}.get(state, state)


def listed_json(result: PlateList, voice: Voice) -> Any:
    return {
        "batches": [
            {
                "batch": one.batch,
                "printed": iso(one.when, voice),
                "by": {"id": one.by_id, "name": one.by},
                "stock": one.stock,
                "labels": one.labels,
                "reprinted": one.reprinted,
                "blank": one.blank,
                "valid": one.valid,
                "void": one.void,
                "file": one.file or None,
                "start": one.start,
                "copies": one.copies,
            }
            for one in result.batches
        ],
        "plates": [_plate_json(one, voice) for one in result.plates],
    }


def _plate_json(one: PlateSeen, voice: Voice) -> dict[str, Any]:
    return {
        "code": one.code,
        "batch": one.batch,
        "state": one.state,
        "object": {"id": one.object, "name": one.name, "place": one.place} if one.object else None,
        "printed": iso(one.printed, voice),
        "times": one.times,
        "last_printed": iso(one.last_printed, voice),
        "bound": iso(one.bound, voice),
        "void": one.voided or None,
        "voided": iso(one.voided_at, voice),
        "replaced_by": one.replaced_by or None,
    }


# -- what was just done


def plated(result: Plated, voice: Voice) -> str:
    first, others = result.plates[0], _codes(result.others)
    code, where = codes.grouped(first.code), clean(f"{first.place} {first.name}".strip())
    if result.did == "bound":
        said = _("{0} now belongs to {1}.").format(code, where)
        if others:
            said += "\n" + _("It has another plate, {0}; if that one is gone: yima plate void {1} --reason TEXT").format(
                others, codes.grouped(result.others[0].code)
            )
        return said
    why = clean(void_word(first.voided))
    if len(result.plates) > 1:
        return _("{0} plates are void from now on: {1}. {2}").format(len(result.plates), why, _codes(result.plates))
    if not where:
        return _("{0} (a blank plate) is void from now on: {1}.").format(code, why)
    if result.new is not None:
        return _("{0} ({1}) is void from now on: {2}. {3} takes its place.").format(code, where, why, codes.grouped(result.new.code))
    said = _("{0} ({1}) is void from now on: {2}.").format(code, where, why)
    if others:
        return f"{said}\n" + _("It still has {0}.").format(others)
    if result.retired:
        return said
    return f"{said}\n" + _("It has no plate now: yima sheet --new prints one, yima plate bind CODE {0} hangs a blank one.").format(
        _typed(first)
    )


def _codes(plates: tuple[PlateSeen, ...]) -> str:
    return _(", ").join(codes.grouped(one.code) for one in plates)


def _typed(one: PlateSeen | PlateReported) -> str:
    """The name as it is typed at a command line."""
    name = clean(one.name or one.place)
    return f'"{name}"' if " " in name else name


def plated_json(result: Plated, voice: Voice) -> Any:
    new = (result.new,) if result.new is not None else ()
    return {
        "plates": [_plate_json(one, voice) for one in (*result.plates, *new)],
        "others": [_plate_json(one, voice) for one in result.others],
    }


# -- the queue


def queued(result: PlateQueue, voice: Voice) -> str:
    if not result.places:
        return _("No plate is reported missing, dirty or covered.")
    rows = [
        (
            plate_word(one.state),
            one.place,
            one.name,
            codes.grouped(one.code) if one.code else _("no valid plate"),
            _("{0}, {1}, {2} times").format(one.by, clock(one.last, voice), one.times),
            _to_do(one),
        )
        for one in result.places
    ]
    states = Counter(one.state for one in result.places)
    lines = [table(rows)]
    if states["missing"]:
        lines.append(_("Print what is missing ({0}): yima plate reprint --queue").format(states["missing"]))
    if states["dirty"] + states["covered"]:
        lines.append(_("When it is clean or free again: yima scan CODE --plate fine takes it off this list."))
    return "\n".join(lines)


def _to_do(one: PlateReported) -> str:
    """Paper for what is missing, a visit for what is not."""
    if one.state == "missing":
        return _("print it again") if one.code else _("print a new one")
    visit = _("go and clean it") if one.state == "dirty" else _("go and free it")
    if not one.code:
        return visit
    return _("{0}; past reading: yima plate reprint {1}").format(visit, codes.grouped(one.code))


def queued_json(result: PlateQueue, voice: Voice) -> Any:
    return {
        "queue": [
            {
                "object": {"id": one.object, "name": one.name, "place": one.place},
                "grid": one.grid,
                "code": one.code or None,
                "reported": one.state,
                "times": one.times,
                "last": iso(one.last, voice),
                "by": one.by,
                "print": one.state == "missing",
            }
            for one in result.places
        ]
    }


TABLE: Mapping[str, Any] = {
    "Plated": (plated, plated_json),
    "PlateList": (listed, listed_json),
    "PlateQueue": (queued, queued_json),
}
