"""How the results of the office commands are said: founding, ledgers, rules, lists, paper."""

from collections.abc import Iterable, Mapping
from typing import Any

from yima.adapters.render import Voice, clean, colour_word, join, kind_word, some, table
from yima.core import codes
from yima.core.results.office import Founded, Imported, Listed, PersonListed, Ruled, Sheeted
from yima.i18n import _

SHOWN = 8  # of a long list on a screen; JSON is never cut


def founded(result: Founded, voice: Voice) -> str:
    lines = [
        _("{0} is founded in {1}. Administrator {2}, this device {3}.").format(result.name, result.folder, result.admin, result.letters),
        _("Published: {0} items, all still to be claimed by their departments, and the calendar {1}-{2}.").format(
            result.items, *result.years
        ),
        _("The town's key: {0}. It is not in the town folder; keep a copy in a safe place.").format(result.key),
        _("Next: yima import shops FILE --datum gcj02, then points and people; rules: yima catalog publish."),
    ]
    if result.sample:
        lines[2] = _("Founded under YIMA_NOW: a sample for ever, its key lies in its own folder and proves nothing.")
    return "\n".join(lines)


def founded_json(result: Founded, voice: Voice) -> Any:
    return {
        "town": {"id": result.town, "name": result.name, "sample": result.sample},
        "folder": result.folder,
        "admin": {"id": result.admin_id, "name": result.admin},
        "device": {"id": result.device, "letters": result.letters, "key": result.key},
        "items": result.items,
        "calendar": {"from": result.years[0], "to": result.years[1]},
    }


def field_word(field: str) -> str:
    """A field of the register as people call it."""
    return {
        "kind": _("kind"),
        "name": _("name"),
        "street": _("street"),
        "door": _("door"),
        "unit": _("unit"),
        "address": _("address"),
        "grid": _("grid"),
        "village": _("village"),
        "trade": _("trade"),
        "licence": _("licence"),
        "part_of": _("market"),
        "position": _("coordinates"),
        "tenant": _("occupant"),
        "status": _("status"),
        "source": _("ledger number"),
        "provisional": _("confirmed"),
        "phone": _("phone"),
        "no": _("number"),
        "dept": _("department"),
        "roles": _("roles"),
        "leave": _("leave"),
    }.get(field, field)


def imported(result: Imported, voice: Voice) -> str:
    what = {"shops": _("shops"), "points": _("points"), "people": _("people"), "roster": _("roster, turns")}[result.register]
    counts = (result.read, result.added, result.changed, result.same, len(result.rejected))
    lines = [_("{0} ({1}): {2} rows read, {3} new, {4} changed, {5} unchanged, {6} rejected.").format(clean(result.file), what, *counts)]
    if result.dry_run:
        lines.insert(0, _("Dry run: nothing was written."))
    for line, name, fields in result.changes[:SHOWN]:
        lines.append(_("  line {0} {1}: {2}").format(line, clean(name), join(field_word(field) for field in fields)))
    lines += _more(len(result.changes))
    for line, reason in result.rejected[:SHOWN]:
        lines.append(_("  rejected, line {0}: {1}").format(line, clean(reason)))
    lines += _more(len(result.rejected))
    if result.rejected_file:
        lines.append(_("The rejected rows with their reasons: {0}; correct them there and import that file.").format(result.rejected_file))
    lines += [clean(note) for note in result.notes[:SHOWN]]
    lines += _more(len(result.notes))
    return "\n".join(lines)


def _more(count: int) -> list[str]:
    return [_("  … and {0} more").format(count - SHOWN)] if count > SHOWN else []


def imported_json(result: Imported, voice: Voice) -> Any:
    return {
        "register": result.register,
        "file": result.file,
        "read": result.read,
        "added": result.added,
        "changed": result.changed,
        "same": result.same,
        "rejected": len(result.rejected),
        "rejected_file": result.rejected_file or None,
        "rejected_rows": [{"line": line, "reason": reason} for line, reason in result.rejected],
        "changes": [{"line": line, "name": name, "fields": list(fields)} for line, name, fields in result.changes],
        "notes": list(result.notes),
        "dry_run": result.dry_run,
    }


# -- the rules


def unit_word(value: int, unit: str) -> str:
    """A limit in words: 4 working hours."""
    return {
        "urgent_hour": _("{0} h, nights too"),
        "work_hour": _("{0} working hours"),
        "work_day": _("{0} workdays"),
        "natural_day": _("{0} days"),
    }.get(unit, "{0}").format(value)


def period_word(period: str) -> str:
    """P7D as people say it."""
    if period in ("P1D", "P1M"):
        return {"P1D": _("daily"), "P1M": _("monthly")}[period]
    if period[:1] == "P" and period[1:-1].isdigit() and period[-1:] in ("D", "M"):
        return {"D": _("every {0} days"), "M": _("every {0} months")}[period[-1]].format(period[1:-1])
    return period


def often_said(every: Iterable[tuple[str, str]]) -> str:
    """An item's periods, (kind, period) …: one if all kinds have the same, else the kinds by their names."""
    periods = dict.fromkeys(period for _kind, period in every)
    if len(periods) < 2:
        return next((period_word(period) for period in periods), _("on demand"))
    return join(f"{kind_word(kind)} {period_word(period)}" for kind, period in every)


def where_word(where: str) -> str:
    return {
        "outside": _("outside"),
        "inside": _("inside"),
        "papers": _("papers"),
        "ask": _("a question"),
    }.get(where, where)


# -- the registers


def listed(result: Listed, voice: Voice) -> str:
    if result.people is not None:
        rows = [
            (
                person.name,
                person.no,
                person.dept_name,
                join(person.role_names),
                resource_word(person.resource),
                _("left on {0}").format(person.left) if person.left else _today(person),
            )
            for person in result.people
        ]
        return "\n".join(filter(None, [table(rows), _("{0} people.").format(len(rows))]))
    places = [
        (
            colour_word(one.colour),
            one.place if one.place != one.street or not one.address else one.address,
            one.name,
            one.trade_name or kind_word(one.kind),
            one.grid,
            codes.grouped(one.code) if one.code else _("no plate"),
            _("to be confirmed") if one.provisional else "",
        )
        for one in result.objects
    ]
    if not places:
        return _("Nothing here yet; read a ledger with yima import.")
    said = [one.colour for one in result.objects]
    counts = join(f"{colour_word(colour)} {said.count(colour)}" for colour in ("red", "yellow", "blue", "green", "grey") if colour in said)
    return table(places) + "\n" + _("{0} places: {1}.").format(len(places), counts)


def _today(person: PersonListed) -> str:
    """On leave, with who stands in, or on duty by the roster."""
    if person.leave is None:
        return _("on duty today") if person.on_duty else ""
    last, deputy = person.leave
    said = _("on leave until {0}").format(last) if last else _("on leave")
    return _("{0}, {1} stands in").format(said, deputy) if deputy else said


def resource_word(resource: str) -> str:
    return {
        "permanent": _("permanent staff"),
        "contract": _("contract staff"),
        "third_party": _("third party"),
        "social": _("social forces"),
    }.get(resource, resource)


def listed_json(result: Listed, voice: Voice) -> Any:
    if result.people is not None:
        return {
            "people": [
                {
                    "id": person.id,
                    "name": person.name,
                    "no": person.no or None,
                    "roles": list(person.roles),
                    "resource": person.resource or None,
                    "dept": person.dept or None,
                    "left": person.left or None,
                    "leave": {"to": person.leave[0] or None, "deputy": person.leave[1] or None} if person.leave is not None else None,
                    "on_duty": person.on_duty,
                }
                for person in result.people
            ]
        }
    return {
        "objects": [
            {
                "id": one.id,
                "name": one.name,
                "kind": one.kind,
                "code": one.code or None,
                "grid": one.grid,
                "street": one.street,
                "trade": one.trade or None,
                "colour": one.colour,
                "place": one.place,
                "address": one.address or None,
                "provisional": one.provisional,
            }
            for one in result.objects
        ]
    }


# -- paper


def sheeted(result: Sheeted, voice: Voice) -> str:
    per_page, wide, high = result.stock_size
    count, copies = len(result.labels), result.copies
    first = (
        _("{0} {1} labels, {2} pages, {3} a page ({4:g}×{5:g} mm)　each code read back {6}/{1}　　{7}")
        if copies == 1
        else _("{0} {1} labels ({8} plates, {9} of each), {2} pages, {3} a page ({4:g}×{5:g} mm)　each code read back {6}/{1}　　{7}")
    )
    words = (clean(result.scope), count * copies, result.pages, per_page, wide, high, result.read_back, result.file_shown, count, copies)
    lines = [first.format(*words)]
    if not any(object_id for _code, object_id, _name in result.labels):
        lines.append(_("Bind each one where it is hung: yima plate bind CODE NAME. Spoilt ones: yima plate void CODE… --spoilt"))
    if result.again == count:
        lines.append(_("All of it was printed before and keeps its code."))
    elif result.again and copies == 1:
        lines.append(_("{0} of them were printed before and keep their code.").format(result.again))
    elif result.again:
        again = _("{0} of these plates ({1} labels) were printed before and keep their code.")
        lines.append(again.format(result.again, result.again * copies))
    smaller = tuple(name for name in result.shrunk if name not in dict(result.cut))
    if smaller:
        lines.append(_("Long names, set smaller: {0}").format(some(smaller, SHOWN)))
    if result.cut:
        texts = tuple((_("the place of {0}") if part == "place" else _("the name of {0}")).format(name) for name, part in result.cut)
        lines.append(_("Not whole on its label: {0}").format(some(texts, SHOWN)))
    if result.no_glyph:
        signs: dict[tuple[str, str], str] = {}
        for name, sign, number in result.no_glyph:
            signs[name, number] = signs.get((name, number), "") + sign
        said = join(_("{0} ({1})").format(join(filter(None, (clean(name), number))), lacking) for (name, number), lacking in signs.items())
        only = ",".join(number or clean(name) for name, number in signs)
        what = _(
            "No shape in the font, so not printed: {0}; give --font a font that has it, or change the name, then print with --only {1}"
        )
        lines.append(what.format(said, only))
    if result.next_free:
        lines.append(_("The last sheet is free from label {0} on; next time: --start {0}").format(result.next_free))
    return "\n".join(lines)


def sheeted_json(result: Sheeted, voice: Voice) -> Any:
    return {
        "batch": result.batch,
        "stock": result.stock,
        "labels": len(result.labels),
        "read_back": result.read_back,
        "files": [result.file],
        "pages": result.pages,
        "reprinted": result.again,
        "plates": [{"code": code, "object": object_id, "name": name} for code, object_id, name in result.labels],
        "shrunk": list(result.shrunk),
        "no_glyph": [{"name": name, "character": sign, "number": number or None} for name, sign, number in result.no_glyph],
        "start": result.start,
        "copies": result.copies,
        "next_start": result.next_free or None,
    }


def ruled(result: Ruled, voice: Voice) -> str:
    across, down = result.shift
    lines = [_("Ruler page of stock {0}, shift {1:g},{2:g} mm: {3}").format(result.stock, across, down, result.file_shown)]
    lines.append(_("Print it at 100 % and read the shift as the page says."))
    lines.append(_("Then print with --shift ACROSS,DOWN; this page with the same --shift must fit the labels. Nothing was recorded."))
    return "\n".join(lines)


def ruled_json(result: Ruled, voice: Voice) -> Any:
    return {
        "batch": None,
        "stock": result.stock,
        "labels": 0,
        "read_back": 0,
        "files": [result.file],
        "pages": 1,
        "reprinted": 0,
        "plates": [],
        "shrunk": [],
        "no_glyph": [],
        "start": 1,
        "copies": 0,
        "next_start": None,
    }


TABLE: Mapping[str, Any] = {
    "Founded": (founded, founded_json),
    "Imported": (imported, imported_json),
    "Listed": (listed, listed_json),
    "Ruled": (ruled, ruled_json),
    "Sheeted": (sheeted, sheeted_json),
}
