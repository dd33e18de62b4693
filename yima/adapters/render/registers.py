"""One shop, point or person of the registers: what it is now, what was other before, and what that touched."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yima.adapters.render import Voice, clean, join, kind_word
from yima.adapters.render.matrix import what_missing
from yima.adapters.render.office import field_word, resource_word
from yima.adapters.render.street import GAP, object_json, title
from yima.core import codes
from yima.core.results.registers import CaseNamed, Cell, Change, ObjectKept, PersonKept
from yima.i18n import _

SHOWN = 6  # of a list on a screen; JSON is never cut
Names = Mapping[str, str]


# -- shops and points


def object_kept(result: ObjectKept, voice: Voice) -> str:
    obj, fields = result.object, result.fields
    name = title(obj) if obj.place != fields.get("street", "") else clean(f"{fields.get('address', obj.place)} {obj.name}")
    if result.did == "same":
        return "\n".join([_("{0}: nothing differs from what is registered; nothing was written.").format(name), *map(clean, result.notes)])
    if result.did in ("retired", "merged"):
        return "\n".join([*_gone(result, name), *map(clean, result.notes)])
    if result.did == "added":
        trade = clean(obj.trade) or kind_word(obj.kind)
        provisional = _("to be confirmed by a clerk") if fields.get("provisional") else ""
        said = (_("Registered"), name, trade, clean(obj.grid), provisional)
        lines = [GAP.join(part for part in said if part)]
        if not obj.code:
            lines.append(_("No plate yet: yima sheet --new prints one, yima plate bind CODE NAME hangs a blank one."))
    else:
        lines = [GAP.join((_("Changed"), name)), *(_changed(one, result.names) for one in result.changes)]
    lines += _touched(result)
    return "\n".join([*lines, *map(clean, result.notes)])


def _gone(result: ObjectKept, name: str) -> Iterable[str]:
    plates = join(codes.grouped(code) for code in result.plates)
    if result.did == "merged":
        other = clean(result.names.get(result.fields["same_as"], ""))
        yield _("{0} was registered twice: it is {1} from now on, and no round asks for it any more.").format(name, other)
        yield _("Its name and its plates lead there: {0}").format(plates) if plates else _("Its name leads there.")
    else:
        yield _("{0}: retired from {1} on; no round asks for it any more.").format(name, result.fields["retired"])
    if result.open:
        yield _("{0} cases there go on until they are closed: {1}").format(len(result.open), _cases(result.open))
    if plates and result.did == "retired":
        yield _("Its plate still hangs there: {0}; take it down, then yima plate void.").format(plates)
    if result.stalls:
        yield _("{0} stalls are still part of it; give them another market, or retire them.").format(result.stalls)


def _touched(result: ObjectKept) -> Iterable[str]:
    if result.closed:
        yield _("The occupant changed, so these cases are closed: {0}").format(_cases(result.closed))
    if result.open:
        yield _("These cases go on: {0}").format(_cases(result.open))
    if result.more:
        yield _("Asked from now on: {0}").format(_cut(result.more))
    if result.fewer:
        yield _("No longer asked: {0}").format(_cut(result.fewer))
    if result.paused:
        yield _("Self-checks that the owner misses in that time count as paused.")
    if result.did == "added":
        yield _("{0} items apply here; who is responsible: yima matrix {1}").format(result.items, clean(result.object.name))
    if result.cells:
        yield _("Nobody is there for: {0}").format(_cells(result.cells, grids=False))


def _changed(one: Change, names: Names) -> str:
    if one.field == "provisional":
        return _("confirmed")
    before, after = _said(one.field, one.before, names), _said(one.field, one.after, names)
    if one.field == "status":
        return f"{field_word('status')}{GAP}{after or _('in order')}"
    said = _("{0} → {1}").format(before, after) if before else after
    return GAP.join((field_word(one.field), said))


def _said(field: str, value: Any, names: Names) -> str:
    """A field's value as people read it."""
    if not value:
        return ""
    if field == "kind":
        return kind_word(value)
    if field in ("trade", "part_of"):
        return clean(names.get(value, value))
    if field == "dept":
        return clean(names.get(f"dept:{value}", value))
    if field == "tenant":
        since = _("since {0}").format(value["since"]) if "since" in value else ""
        return " ".join(filter(None, (clean(value.get("name", "")), since)))
    if field == "status":
        return _status(value)
    if field == "source":
        return clean(f"{value.get('name', '')} {value.get('no', '')}").strip()
    if field == "position":
        return f"{value[1] / 1e6:.6f}, {value[0] / 1e6:.6f} {value[2]}"
    if field == "roles":
        return join(_role(one, names) for one in value)
    if field == "leave":
        return join(said for one in value if (said := leave_said(one, names)))
    return clean(str(value))


def _status(status: Mapping[str, str]) -> str:
    """A status with its days; one that ended before its beginning was taken back."""
    begins, ends = status.get("from", ""), status.get("to", "")
    if begins and ends and ends < begins:
        return ""
    return " ".join(filter(None, (status_word(status["what"]), span_said(begins, ends))))


def status_word(what: str) -> str:
    return {"ceased": _("ceased trading"), "fitting_out": _("being fitted out"), "vacant": _("vacant")}.get(what, what)


def span_said(first: str, last: str) -> str:
    if first and last:
        return first if first == last else _("{0} to {1}").format(first, last)
    return _("from {0}").format(first) if first else _("until {0}").format(last) if last else ""


def _cases(cases: Sequence[CaseNamed]) -> str:
    return _cut([f"{case.number} {case.item}".strip() for case in cases])


def _cut(names: Sequence[str], most: int = SHOWN) -> str:
    said = join(names[:most])
    return said if len(names) <= most else _("{0} and {1} more").format(said, len(names) - most)


def _cells(cells: Sequence[Cell], *, grids: bool) -> str:
    """The items with what nobody fills, each once: 可燃气体报警（没有处置员，荷花一网格）."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for one in cells:
        found.setdefault((one.name, one.what), {})[one.grid] = None
    said = []
    for (name, what), places in found.items():
        where = _cut([grid for grid in places if grid], 3) if grids else ""
        said.append(_("{0} ({1})").format(clean(name), _(", ").join(filter(None, (what_missing(what), where)))))
    return _cut(said)


def object_kept_json(result: ObjectKept, voice: Voice) -> Any:
    return {
        "did": result.did,
        "object": object_json(result.object),
        "fields": _plain(result.fields),
        "changes": _changes(result.changes),
        "items": result.items,
        "asked_more": list(result.more),
        "asked_no_longer": list(result.fewer),
        "closed": _cases_json(result.closed),
        "open": _cases_json(result.open),
        "gaps": _cells_json(result.cells),
        "plates": list(result.plates),
        "stalls": result.stalls,
        "notes": list(result.notes),
    }


# -- people


def person_kept(result: PersonKept, voice: Voice) -> str:
    fields, names = result.fields, result.names
    name = clean(fields["name"]) + (_(" ({0})").format(clean(fields["no"])) if "no" in fields else "")
    dept = clean(names.get(f"dept:{fields.get('dept', '')}", ""))
    if result.did == "same":
        return "\n".join([_("{0}: nothing differs from what is registered; nothing was written.").format(name), *map(clean, result.notes)])
    if result.did == "added":
        lines = [GAP.join(filter(None, (_("Registered"), name, dept, resource_word(result.resource))))]
        lines += [_role(one, names) for one in fields.get("roles", ())]
    elif result.did == "retired":
        lines = [_("{0} leaves; the last day is {1}.").format(GAP.join(filter(None, (name, dept))), fields["left"])]
    else:
        lines = [GAP.join(filter(None, (_("Changed"), name, dept))), *_person_changes(result)]
    lines += _missing(result)
    return "\n".join([*lines, *map(clean, result.notes)])


def _person_changes(result: PersonKept) -> Iterable[str]:
    for one in result.changes:
        if one.field == "leave":
            yield from _leave_lines(one, result.names)
        elif one.field == "roles":
            before, after = list(one.before or ()), list(one.after or ())
            yield from (_("Role from now on: {0}").format(_role(role, result.names)) for role in after if role not in before)
            kept = {role["role"] for role in after}
            yield from (_("No longer: {0}").format(_role(role, result.names)) for role in before if role["role"] not in kept)
        else:
            yield _changed(one, result.names)


def _leave_lines(one: Change, names: Names) -> Iterable[str]:
    before, after = list(one.before or ()), list(one.after or ())
    for leave in after:
        if leave in before:
            continue
        said = leave_said(leave, names)
        yield (
            _("On leave: {0}").format(said)
            if said
            else _("Not on leave: the one that was entered from {0} on is taken back.").format(leave["from"])
        )


def leave_said(leave: Mapping[str, str], names: Names) -> str:
    """2026-11-23 to 2026-11-27, 李强 stands in; "" for one that was taken back."""
    first, last = leave.get("from", ""), leave.get("to", "")
    if last and last < first:
        return ""
    deputy = leave.get("deputy", "")
    said = span_said(first, last)
    return _("{0}, {1} stands in").format(said, clean(names.get(deputy, deputy))) if deputy else said


def _missing(result: PersonKept) -> Iterable[str]:
    if result.leaderless:
        depts = join(name if dept else _("the town") for dept, name in result.leaderless)
        yield _("Without a leader: {0}; name one with yima person change PERSON --add-role dept_leader.").format(depts)
    if result.holding:
        yield _("Still in hand, to be reassigned by the leader: {0}").format(_cases(result.holding))
    if result.stands_in_for:
        yield _("Was to stand in for {0}; name another deputy: yima person change PERSON --deputy.").format(join(result.stands_in_for))
    cells = [one for one in result.cells if one.what != "leader" or not result.leaderless]  # said in one line above
    if cells:
        yield _("Nobody is there any more for: {0}; yima matrix --check lists all.").format(_cells(cells, grids=True))


def _role_name(one: Mapping[str, Any], names: Names) -> str:
    return clean(names.get(f"role:{one['role']}", one["role"]))


def _role(one: Mapping[str, Any], names: Names) -> str:
    """网格监督员 荷花一网格、老街网格 从2026-11-23起."""
    objects = [names.get(id_, id_) for id_ in one.get("objects", ())]
    places = [*objects, *one.get("streets", ()), *one.get("grids", ()), *one.get("villages", ())]
    return " ".join(filter(None, (_role_name(one, names), join(places), span_said(one.get("from", ""), one.get("to", "")))))


def person_kept_json(result: PersonKept, voice: Voice) -> Any:
    fields = result.fields
    return {
        "did": result.did,
        "person": {
            "id": result.id,
            "name": fields["name"],
            "no": fields.get("no"),
            "dept": fields.get("dept"),
            "resource": result.resource or None,
        },
        "fields": _plain(fields),
        "lines": list(result.lines),
        "changes": _changes(result.changes),
        "leaderless": [dept for dept, _name in result.leaderless],
        "gaps": _cells_json(result.cells),
        "holding": _cases_json(result.holding),
        "stands_in_for": list(result.stands_in_for),
        "notes": list(result.notes),
    }


# -- what both need


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [{"field": one.field, "before": _plain(one.before), "after": _plain(one.after)} for one in changes]


def _cases_json(cases: Iterable[CaseNamed]) -> list[dict[str, str]]:
    return [{"number": case.number, "item": case.item} for case in cases]


def _cells_json(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    return [{"item": one.item, "what": one.what, "grid": one.grid, "objects": one.objects} for one in cells]


TABLE: Mapping[str, Any] = {
    "ObjectKept": (object_kept, object_kept_json),
    "PersonKept": (person_kept, person_kept_json),
}
