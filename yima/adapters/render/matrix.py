"""The responsibility matrix on a screen and as JSON; its workbook and page stand in matrix_pages.py."""

from collections.abc import Iterable, Sequence
from typing import Any

from yima.adapters.render import Voice, clean, day_said, iso, join, kind_word, pad, span, table, width
from yima.adapters.render.office import period_word, unit_word, where_word
from yima.core import codes, model
from yima.core.results.matrix import CellLine, CellSeen, DutyRow, GapSeen, ItemRow, Matrix, MatrixOf, Named, People
from yima.i18n import _

GAP = "\u3000"
NAMED = 3  # people named in a column of a screen; the files and the JSON have all
BASIS = 28  # columns of a legal basis in a list; one item alone shows it whole


# -- words


def what_missing(what: str) -> str:
    """What nobody fills, as people say it."""
    return {"primary": _("nobody looks"), "handlers": _("nobody handles"), "leader": _("nobody leads")}.get(what, what)


def places_said(kinds: Sequence[str], number: int) -> str:
    """14家店, 3户, 5处."""
    if set(kinds) <= {"shop", "stall"}:
        return _("{0} shops").format(number)
    return (_("{0} houses") if set(kinds) == {"house"} else _("{0} places")).format(number)


def grid_said(grid: str) -> str:
    return clean(grid) or _("no grid")


def gaps_said(gaps: Sequence[GapSeen], grids: Sequence[str] = (), *, most: int = 0) -> list[str]:
    """The empty cells as sentences: 荷花网格 × 可燃气体报警：没有处置员（涉及14家店）. Grids with the same are named together.

    grids: all that there are; where all of them are meant, their number is said. most: of more grids only the number, 0 = names of all.
    """
    pooled: dict[tuple[int, str], list[GapSeen]] = {}
    for one in gaps:
        pooled.setdefault((one.item, one.what), []).append(one)
    lines = []
    for some in pooled.values():
        where = join(grid_said(grid) for grid in sorted((one.grid for one in some), key=lambda grid: (not grid, grid)))
        if len(some) > NAMED and {one.grid for one in some} == set(grids):
            where = _("all {0} grids").format(len(some))
        elif most and len(some) > most:
            where = _("{0} grids").format(len(some))
        kinds = {kind for one in some for kind in one.kinds}
        places = places_said(sorted(kinds), sum(one.places for one in some))
        lines.append(_("{0} × {1}: {2} (concerns {3})").format(where, clean(some[0].name), what_missing(some[0].what), places))
    return lines


def gaps_line(gaps: Sequence[GapSeen]) -> str:
    """The empty cells in one line, for below another table."""
    said = gaps_said(gaps, most=NAMED)
    more = _("; {0} items more").format(len(said) - NAMED) if len(said) > NAMED else ""
    return _("Empty cells {0}: {1} (yima matrix --check)").format(len(gaps), _("; ").join(said[:NAMED]) + more)


def owner_word(kinds: Iterable[str]) -> str:
    """The owner as people call them at objects of these kinds."""
    words = [
        _("the house's owner") if kind in ("house", "site") else _("the stallholder") if kind == "stall" else _("the owner")
        for kind in kinds
    ]
    return join(dict.fromkeys(words)) or _("the owner")


def name_said(one: Named, kinds: Iterable[str]) -> str:
    """A person's name, with the number where another has the same name."""
    id_, name, number = one
    if id_ == "owner":
        return owner_word(kinds)
    return _("{0} ({1})").format(clean(name), clean(number)) if number else clean(name)


def names_said(some: Sequence[Named], kinds: Sequence[str], most: int = 0) -> str:
    """Names in one cell; most: how many of them, 0 = all; "" = nobody."""
    names = [name_said(one, kinds) for one in some]
    return join(names) if not most or len(names) <= most else _("{0} … {1} people").format(join(names[:most]), len(names))


def lookers(people: People) -> tuple[Named, ...]:
    """Whose scan meets the round first, then everybody else who is asked."""
    return tuple(dict.fromkeys((*people.primary, *people.asked)))


def unclaimed_said(item: ItemRow) -> str:
    return _("to be claimed ({0})").format(clean(item.lead_name))


def _empty(people: People, what: str, said: str) -> str:
    return _("EMPTY") if what in people.gaps else said


def _where(line: CellLine) -> str:
    """商户 9处; 商户 荷花路、老街 4处."""
    kinds = join(kind_word(kind) for kind in line.kinds)
    return " ".join(part for part in (kinds, join(line.streets), _("{0} places").format(line.objects)) if part)


def _limit(item: ItemRow) -> str:
    starts = {"notified": _("from being told"), "accepted": _("from being accepted")}.get(item.limit[2], "")
    return " ".join(part for part in (unit_word(*item.limit[:2]), starts) if part)


def _clipped(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    while width(text) > columns - 1:
        text = text[:-1]
    return f"{text}…"


# -- the town on a screen


def matrix_text(made: Matrix, voice: Voice) -> str:
    lines = [GAP.join((_("Responsibility matrix of {0}").format(clean(made.town)), day_said(made.as_of, voice), _size(made)))]
    if made.cells and not made.whole:
        lines += ["", _cells_table(made), ""]
    if made.gaps:
        lines.append(_("Empty cells {0}:").format(len(made.gaps)))
        lines += [f"  {said}" for said in gaps_said(made.gaps, made.grids)]
    else:
        lines.append(_("No empty cell: somebody looks, handles and leads everywhere."))
    if made.unclaimed:
        names = join(_("{0} ({1})").format(clean(item.name), clean(item.lead_name)) for item in made.unclaimed)
        lines.append(_("To be claimed, {0} items: {1}").format(len(made.unclaimed), names))
    return "\n".join([*lines, *made.files])


def _size(made: Matrix) -> str:
    if made.checked:
        return _("{0} items × {1} grids, {2} places").format(len(made.items), len(made.grids), made.objects)
    return _("{0} items × {1} grids, {2} cells, {3} places").format(len(made.items), len(made.grids), len(made.cells), made.objects)


def _cells_table(made: Matrix) -> str:
    """The cells one below the other: what differs between them, whom they concern, who looks, handles, leads."""
    items = {item.no: item for item in made.items}
    several, grids = len({cell.item for cell in made.cells}) > 1, len(made.grids) > 1
    head = [_("item")] * several + [_("grid")] * grids + [_("objects"), _("looks"), _("handles"), _("leads")]
    rows: list[Sequence[str]] = [head]
    for cell in made.cells:
        for place, line in enumerate(cell.lines):
            item = items[cell.item]
            first = [f"{item.no} {item.name}" if not place else ""] * several + [grid_said(cell.grid) if not place else ""] * grids
            rows.append([*first, _where(line), *_three(line.people, line.kinds, NAMED)])
    return table(rows)


def _three(people: People, kinds: Sequence[str], most: int = 0) -> tuple[str, str, str]:
    return (
        _empty(people, "primary", names_said(lookers(people), kinds, most)),
        _empty(people, "handlers", names_said(people.handlers, kinds, most)),
        _empty(people, "leader", name_said(people.leader, kinds)),
    )


# -- one object on a screen


def matrix_of_text(made: MatrixOf, voice: Voice) -> str:
    place = " · ".join(part for part in (clean(made.grid), clean(made.village)) if part)
    code = _("code {0}").format(codes.grouped(made.code)) if made.code else _("no plate")
    kind = " ".join(part for part in (kind_word(made.kind), clean(made.trade)) if part)
    lines = [GAP.join(part for part in (clean(f"{made.place} {made.name}".strip()), kind, place, code) if part)]
    if made.part_of:
        lines.append(_("Part of {0}: the other items are asked there, at its own code.").format(clean(made.part_of)))
    if made.parts:
        lines.append(_("{0} stalls are part of it, each with its own code and items: yima matrix STALL.").format(made.parts))
    if not made.rows:
        return "\n".join([*lines, _("No item concerns it.")])
    lines.append(_card(made) if made.one and len(made.rows) == 1 else _rows(made))
    if made.gaps:
        lines.append(_("Empty cells {0}: {1}").format(len(made.gaps), join(f"{one.name} {what_missing(one.what)}" for one in made.gaps)))
    return "\n".join(lines)


def _rows(made: MatrixOf) -> str:
    head = ["", _("item"), _("where"), _("looks"), _("how often"), _("handles"), _("limit"), _("leads"), _("basis")]
    rows: list[Sequence[str]] = [head]
    for row in made.rows:
        item = row.item
        if row.people is None:
            rows.append([str(item.no), item.name, where_word(item.where), unclaimed_said(item)])
            continue
        looks, handles, leads = _three(row.people, (made.kind,), NAMED)
        basis = _clipped(item.basis, BASIS)
        rows.append([str(item.no), item.name, where_word(item.where), looks, _often(row), handles, _limit(item), leads, basis])
    return table(rows, right=(0,))


def _often(row: DutyRow) -> str:
    return period_word(row.period) if row.period else _("on demand")


def _card(made: MatrixOf) -> str:
    """One item at one object, with nothing left out."""
    row = made.rows[0]
    item, kinds = row.item, (made.kind,)
    title = f"{item.no} {clean(item.name)}"
    if row.people is None:
        return GAP.join((title, unclaimed_said(item)))
    people = row.people
    others = [one for one in people.asked if one not in people.primary]
    window = (
        _("the owner first, {0}; ").format(span(model.span(item.window)))
        if item.window and people.handlers[:1] == (("owner", "", ""),)
        else ""
    )
    said = [
        (_("looks"), f"{_empty(people, 'primary', names_said(people.primary, kinds)) or '—'}　{where_word(item.where)}　{_often(row)}"),
        (_("may find too"), names_said(others, kinds)),
        (_("handles"), _empty(people, "handlers", names_said(people.handlers, kinds))),
        (_("limit"), window + _limit(item)),
        (_("leads"), f"{_empty(people, 'leader', name_said(people.leader, kinds))}　{clean(item.lead_name)}"),
        (_("supports"), join(item.supports)),
        (_("basis"), clean(item.basis) + (_(" ({0})").format(verified_word(item.verified)) if item.verified else "")),
    ]
    columns = max(width(label) for label, _text in said)
    return "\n".join([title, *(f"{pad(label, columns)}　{text}" for label, text in said if text.strip())])


def verified_word(verified: str) -> str:
    """How far a legal basis was checked."""
    return {
        "yes": _("read and checked"),
        "partial": _("checked in part"),
        "replaced": _("checked in an older text"),
        "name_only": _("not checked"),
    }.get(verified, verified)


# -- JSON


def _named_json(some: Iterable[Named]) -> list[dict[str, str]]:
    return [{"id": id_, "name": name or _("the owner")} for id_, name, _number in some]


def _people_json(people: People) -> dict[str, Any]:
    return {
        "primary": _named_json(people.primary),
        "asked": _named_json(people.asked),
        "handlers": _named_json(people.handlers),
        "leader": _named_json([people.leader])[0] if people.leader[0] else None,
        "gaps": list(people.gaps),
    }


def _item_json(item: ItemRow) -> dict[str, Any]:
    return {
        "no": item.no,
        "id": item.id,
        "name": item.name,
        "module": item.module,
        "claimed": item.claimed,
        "lead": item.lead,
        "supports": list(item.supports),
        "where": item.where,
        "every": dict(item.every),
        "limit": {"value": item.limit[0], "unit": item.limit[1], "from": item.limit[2]},
        "self_fix": item.window or None,
        "basis": item.basis,
        "verified": item.verified or None,
    }


def gap_json(one: GapSeen) -> dict[str, Any]:
    return {"item": one.id, "name": one.name, "what": one.what, "grid": one.grid, "objects": list(one.objects)}


def _cell_json(cell: CellSeen, items: dict[int, ItemRow]) -> dict[str, Any]:
    lines = [
        {"kinds": list(line.kinds), "streets": list(line.streets), "objects": line.objects, **_people_json(line.people)}
        for line in cell.lines
    ]
    return {"item": items[cell.item].id, "grid": cell.grid, "duty": lines}


def matrix_json(made: Matrix, voice: Voice) -> dict[str, Any]:
    items = {item.no: item for item in made.items}
    return {
        "town": made.town,
        "as_of": iso(made.as_of, voice),
        "objects": made.objects,
        "grids": list(made.grids),
        "items": [_item_json(item) for item in made.items],
        "cells": [_cell_json(cell, items) for cell in made.cells],
        "gaps": [gap_json(one) for one in made.gaps],
        "unclaimed": [item.id for item in made.unclaimed],
        "files": list(made.files),
    }


def matrix_of_json(made: MatrixOf, voice: Voice) -> dict[str, Any]:
    return {
        "object": {"id": made.id, "name": made.name, "kind": made.kind, "place": made.place, "grid": made.grid, "code": made.code or None},
        "as_of": iso(made.as_of, voice),
        "part_of": made.part_of or None,
        "parts": made.parts,
        "items": [_item_json(row.item) for row in made.rows],
        "duty": [
            {"item": row.item.id, "period": row.period or None, **_people_json(row.people)} for row in made.rows if row.people is not None
        ],
        "gaps": [gap_json(one) for one in made.gaps],
        "unclaimed": [row.item.id for row in made.rows if row.people is None],
    }


TABLE = {
    "Matrix": (matrix_text, matrix_json),
    "MatrixOf": (matrix_of_text, matrix_of_json),
}
