"""How the check of the rules is said: what must be mended, and what the rules would mean in this town."""

from collections.abc import Mapping
from typing import Any

from yima.adapters.render import Voice, clean, join, kind_word, pad, table, width
from yima.adapters.render.matrix import GAP, gap_json, gaps_said
from yima.adapters.render.office import SHOWN, period_word
from yima.core.results.check import (
    MOST_QUESTION,
    MOST_STAGES,
    Checked,
    Found,
    GridLoad,
    Load,
    PersonLoad,
    Relief,
    RoleLoad,
    Simple,
)
from yima.i18n import _


def line_word(line: str) -> str:
    """Where somebody's power comes from (力量来源)."""
    return {"line": _("of the line"), "local": _("local"), "self": _("self-governed")}.get(line, line)


def checked(result: Checked, voice: Voice) -> str:
    lines = [f"{one.file}:{one.line}  {clean(one.what)}" for one in result.mends]
    if result.found is not None:
        lines += _found(result.found)
    else:
        lines.append(_("Claims, empty cells and burden follow as soon as the files can be read."))
    return "\n".join([*lines, _last(result)])


def _last(result: Checked) -> str:
    over = len({one.id for one in result.found.load.over}) if result.found is not None else 0
    if result.to_mend:
        return _("{0} to mend; nothing was published.").format(result.to_mend)
    if over:
        return _("May be published: yima catalog publish. But {0} people would have more than they can do.").format(over)
    return _("May be published: yima catalog publish.")


def _found(found: Found) -> list[str]:
    parts = [(_("Claims"), _claims(found)), (_("Simple"), _simple(found))]
    if found.objects:
        parts[1:1] = [(_("Empty cells"), gaps_said(found.gaps, found.grids) or [_("none")])]
        parts += [(_("Burden"), _load(found.load)), (_("Several lines"), _bound(found))]
    else:
        parts += [(_("Burden"), [_("nothing is registered yet; import shops, points and people, then check again")])]
    wide = max(width(name) for name, _lines in parts)
    return [GAP.join((pad(name if not number else "", wide), one)).rstrip() for name, some in parts for number, one in enumerate(some)]


def _claims(found: Found) -> list[str]:
    said = _("{0} of {1} items claimed").format(found.items - len(found.unclaimed), found.items)
    names = [
        {"refused": _("{0} ({1} refused)"), "deferred": _("{0} ({1}, deferred)")}.get(one.decision, _("{0} ({1})")).format(
            clean(one.name), clean(one.lead_name)
        )
        for one in found.unclaimed
    ]
    return [_("{0}; to be claimed: {1}").format(said, join(names)) if names else said]


def _simple(found: Found) -> list[str]:
    bad = [one for one in found.simple if not one.is_simple]
    if not bad:
        return [_("all {0} items: one department, one question, at most {1} steps").format(len(found.simple), MOST_STAGES)]
    said = _("{0} of {1} items; not: (at most one department, one question of {2} characters, {3} steps)")
    return [said.format(len(found.simple) - len(bad), len(found.simple), MOST_QUESTION, MOST_STAGES), *(_unsimple(one) for one in bad)]


def _unsimple(one: Simple) -> str:
    said = _("{0}: {1} departments, {2} questions, {3} characters, {4} steps")
    return said.format(clean(one.name), one.departments, one.questions, one.characters, one.stages)


def _load(load: Load) -> list[str]:
    rows = [_role(one) for one in load.roles]
    if not rows:
        return [_("no rounds")]
    lines = [_("each person on a duty day"), *table(rows, right=(1, 2, 3)).split("\n")]
    if load.owners:
        said = join(_("{0} {1} a day").format(clean(own.name), number(own.visits)) for own in load.owners)
        lines.append(_("self-checks, no burden of the staff: {0} in all").format(said))
    lines += [_over(one) for one in load.over[:SHOWN]]
    return [*lines, _("… and {0} more; --json has all").format(len(load.over) - SHOWN)] if len(load.over) > SHOWN else lines


def _role(one: RoleLoad) -> tuple[str, ...]:
    each = one.visits / max(one.people, 1)
    capacity = _("can do {0}").format(one.capacity // one.people) if one.capacity else _("not counted")
    return (
        clean(one.name),
        _("{0} people").format(one.people),
        _("{0} places").format(number(each)),
        _("{0} questions").format(number(one.questions / max(one.people, 1))),
        capacity if one.people else _("nobody is there for it"),
        _("at most {0}").format(number(one.heaviest)) if one.heaviest > 1.05 * each else "",
    )


def _over(one: Relief) -> str:
    who = _("{0} ({1}): {2} places, over {3}").format(clean(one.name), clean(one.role_name), number(one.visits), one.capacity)
    more = (_("{0} more people in {1}") if one.grid else _("{0} more people at the same places")).format(one.people, clean(one.grid))
    if not one.item:
        return _("{0}; advice: {1}").format(who, more)
    less = _("{0} at each {1} only {2}").format(clean(one.item_name), kind_word(one.kind), period_word(one.period))
    return _("{0}; advice: {1}, or {2}").format(who, more, less)


def _bound(found: Found) -> list[str]:
    return [
        _("{0}: {1}").format(
            clean(one.name), " + ".join(_("{0} ({1})").format(clean(name), line_word(line)) for _id, name, line in one.roles)
        )
        for one in found.bound
    ] or [_("none")]


def number(value: float) -> str:
    """38, 6.7, 0.4: as exact as it is of use."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


# -- as JSON


def checked_json(result: Checked, voice: Voice) -> Any:
    found = result.found
    return {
        "ok": result.code == 0,
        "to_mend": result.to_mend,
        "faults": [one._asdict() for one in result.mends],
        "items": found.items if found else None,
        "unclaimed": [
            {"no": one.no, "id": one.id, "name": one.name, "dept": one.lead, "dept_name": one.lead_name, "decision": one.decision or None}
            for one in (found.unclaimed if found else ())
        ],
        "gaps": [gap_json(one) for one in (found.gaps if found else ())],
        "simple": [{**one._asdict(), "ok": one.is_simple} for one in (found.simple if found else ())],
        "burden": _burden_json(found.load) if found else None,
        "several_lines": [
            {"id": one.id, "name": one.name, "roles": [{"role": role, "name": name, "line": line} for role, name, line in one.roles]}
            for one in (found.bound if found else ())
        ],
    }


def _burden_json(load: Load) -> Mapping[str, Any]:
    return {
        "people": [{"id": one.id, "name": one.name, "role": one.role, "places": one.places, **_figures(one)} for one in load.people],
        "roles": [
            {"role": one.role, "name": one.name, "people": one.people, "places": one.places, **_figures(one), "heaviest": two(one.heaviest)}
            for one in load.roles
        ],
        "grids": [{"grid": one.grid, "role": one.role, **_figures(one)} for one in load.grids],
        "self_checks": [
            {"role": one.role, "name": one.name, "places": one.places, "visits": two(one.visits), "questions": two(one.questions)}
            for one in load.owners
        ],
        "over": [_relief_json(one) for one in load.over],
    }


def _figures(one: PersonLoad | RoleLoad | GridLoad) -> dict[str, Any]:
    return {"visits": two(one.visits), "questions": two(one.questions), "capacity": two(one.capacity) or None, "over": one.is_over}


def _relief_json(one: Relief) -> dict[str, Any]:
    less = {"item": one.item, "name": one.item_name, "kind": one.kind, "every": one.period} if one.item else None
    return {"id": one.id, "name": one.name, "role": one.role, "add": {"grid": one.grid, "people": one.people}, "or": less}


def two(value: float) -> float:
    """Two places are enough for a forecast."""
    return round(value, 2)


TABLE: Mapping[str, Any] = {"Checked": (checked, checked_json)}
