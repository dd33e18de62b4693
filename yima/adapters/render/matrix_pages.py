"""The responsibility matrix as files: a workbook and one self-contained page. Items down, grids across, people in the cells."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yima.adapters.render import Voice, clean, date_of, day_said, join, kind_word, local
from yima.adapters.render.matrix import (
    gaps_said,
    grid_said,
    name_said,
    names_said,
    places_said,
    unclaimed_said,
    verified_word,
    what_missing,
)
from yima.adapters.render.office import often_said, unit_word
from yima.core.results.matrix import CellLine, CellSeen, ItemRow, Matrix
from yima.i18n import LANG, _

TEMPLATES = Path(__file__).parents[2] / "templates"
GAP = "\u3000"
NOT_IN_NAMES = dict.fromkeys(map(ord, '/\\:*?"<>|'), "_")  # of files, on Windows


def file_names(made: Matrix, voice: Voice) -> dict[str, str]:
    """Format -> file name, after the day for which people were looked up, and what the matrix is of where it is not the whole town."""
    parts = [_("matrix"), date_of(made.as_of, voice)]
    if not made.whole:
        parts += [clean(made.items[0].name)] if len(made.items) == 1 else []
        parts += [grid_said(made.grids[0])] if len(made.grids) == 1 else []
    name = "-".join(parts).translate(NOT_IN_NAMES)
    return {form: f"{name}.{form}" for form in ("xlsx", "html")}


# -- one cell in words


def line_said(line: CellLine, several: bool) -> str:
    """王芳、李强 → 店主、周明 → 陈立; several: whom it concerns stands before it; where somebody is missing, who."""
    people, kinds = line.people, line.kinds
    names = {
        "primary": names_said(people.primary or people.asked, kinds),
        "handlers": names_said(people.handlers, kinds),
        "leader": name_said(people.leader, kinds),
    }
    said = " → ".join(_("EMPTY ({0})").format(what_missing(what)) if what in people.gaps else name or "—" for what, name in names.items())
    if not several and not people.gaps:
        return said
    where = join((*(kind_word(kind) for kind in kinds), *line.streets))
    return _("{0} ({1}): {2}").format(where, line.objects, said)


def cell_said(cell: CellSeen) -> list[str]:
    return [line_said(line, len(cell.lines) > 1) for line in cell.lines]


def is_empty(cell: CellSeen) -> bool:
    """Whether somebody is missing at some object of the cell."""
    return any(line.people.gaps for line in cell.lines)


def _cells(made: Matrix) -> Mapping[tuple[int, str], CellSeen]:
    return {(cell.item, cell.grid): cell for cell in made.cells}


def _who(made: Matrix) -> list[tuple[str, str, str, str, str]]:
    """到人: what everybody named in the matrix does: (department, name, what, items, grids), by department and name."""
    depts, names = dict(made.depts), {item.no: clean(item.name) for item in made.items}
    found: dict[tuple[str, str, str, int], tuple[dict[int, None], dict[str, None]]] = {}
    for cell in made.cells:
        for line in cell.lines:
            people = line.people
            for what, some in enumerate((people.primary, people.handlers, (people.leader,))):
                for one in some:
                    if one[0] in depts:
                        items, grids = found.setdefault((clean(depts[one[0]]), name_said(one, line.kinds), one[0], what), ({}, {}))
                        items[cell.item], grids[cell.grid] = None, None
    words = (_("to look"), _("to handle"), _("to lead"))
    return [
        (
            dept,
            name,
            words[what],
            join(names[no] for no in items),
            join(grid_said(grid) for grid in sorted(grids, key=lambda grid: (not grid, grid))),
        )
        for (dept, name, _id, what), (items, grids) in sorted(found.items())
    ]


# -- the workbook


def xlsx(made: Matrix, voice: Voice) -> bytes:
    """Sheets: the matrix, what is empty, what is to be claimed, what everybody does. Every cell is text."""
    from yima.adapters.render.xlsx import Cell, Sheet, workbook

    cells = _cells(made)
    title = GAP.join((title_of(made), day_said(made.as_of, voice)))
    rows: list[list[str | Cell]] = []
    for item in made.items:
        style = "" if item.claimed else "grey"
        row: list[str | Cell] = [Cell(text, style or ("strong" if place == 1 else "")) for place, text in enumerate(_item_cells(item))]
        for grid in made.grids:
            cell = cells.get((item.no, grid))
            row.append(Cell("\n".join(cell_said(cell)), "gap" if is_empty(cell) else "") if cell is not None else Cell("", style))
        rows.append([*row, Cell(_basis(item), style)])
    head = [_("No."), _("item"), _("lead department"), _("how often"), _("limit"), *map(grid_said, made.grids), _("basis")]
    sheets = [Sheet(_("matrix"), title, head, rows, (5, 24, 16, 14, 14, *[34] * len(made.grids), 50), frozen=2)]
    gaps = [[one.name, grid_said(one.grid), what_missing(one.what), places_said(one.kinds, one.places)] for one in made.gaps]
    sheets.append(Sheet(_("empty cells"), title, [_("item"), _("grid"), _("who is missing"), _("concerns")], gaps, (30, 20, 18, 14)))
    waiting = [[str(item.no), item.name, item.lead_name] for item in made.unclaimed]
    sheets.append(Sheet(_("to be claimed"), title, [_("No."), _("item"), _("lead department")], waiting, (5, 30, 24)))
    head = [_("department"), _("name"), _("does"), _("items"), _("grids")]
    sheets.append(Sheet(_("by person"), title, head, _who(made), (20, 14, 8, 70, 50), frozen=2))
    return workbook(sheets, local(made.as_of, voice))


def _item_cells(item: ItemRow) -> Sequence[str]:
    lead = item.lead_name if item.claimed else unclaimed_said(item)
    return str(item.no), item.name, lead, often_said(item.every), unit_word(*item.limit[:2])


def _basis(item: ItemRow) -> str:
    return clean(item.basis) + (_(" ({0})").format(verified_word(item.verified)) if item.verified else "")


def title_of(made: Matrix) -> str:
    return _("Responsibility matrix of {0}").format(clean(made.town))


# -- the page


def html(made: Matrix, voice: Voice) -> bytes:
    """One page without network: inline CSS; foreign text goes through clean and autoescape."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    here = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return here.get_template("matrix.html").render(page=page(made, voice), _=_).encode()


def page(made: Matrix, voice: Voice) -> dict[str, Any]:
    """What the template prints: cleaned texts in the language of this process."""
    cells = _cells(made)
    modules: dict[str, list[dict[str, Any]]] = {}
    for item in made.items:
        modules.setdefault(clean(item.module_name), []).append(_item_page(item, made, cells))
    return {
        "lang": "en" if LANG == "en" else "zh-CN",
        "title": title_of(made),
        "as_of": day_said(made.as_of, voice),
        "sample": made.sample,
        "size": _("{0} items × {1} grids, {2} cells, {3} places").format(len(made.items), len(made.grids), len(made.cells), made.objects),
        "grids": [grid_said(grid) for grid in made.grids],
        "modules": modules,
        "gaps": gaps_said(made.gaps, made.grids),
        "empty": len(made.gaps),
        "unclaimed": [_("{0} ({1})").format(clean(item.name), clean(item.lead_name)) for item in made.unclaimed],
        "people": _who(made),
    }


def _item_page(item: ItemRow, made: Matrix, cells: Mapping[tuple[int, str], CellSeen]) -> dict[str, Any]:
    found = [cells.get((item.no, grid)) for grid in made.grids]
    return {
        "no": item.no,
        "name": clean(item.name),
        "claimed": item.claimed,
        "lead": clean(item.lead_name),
        "rule": f"{often_said(item.every)}　{unit_word(*item.limit[:2])}",
        "basis": _basis(item),
        "cells": [
            [{"text": line_said(line, len(cell.lines) > 1), "empty": bool(line.people.gaps)} for line in cell.lines]
            if cell is not None
            else []
            for cell in found
        ],
    }
