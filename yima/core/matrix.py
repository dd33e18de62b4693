"""The responsibility matrix (责任矩阵): items down, grids across, and in each cell who looks, who handles and who leads.

People differ inside a cell where its objects are of several kinds or lie on streets with people of their own: then it has several lines.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yima.core.duty import applies
from yima.core.duty.staff import Duty, Place, Staff, duty
from yima.core.model import Item, Object


class Line(NamedTuple):
    """The objects of a cell with the same people. streets: where they lie, in order, only where another line of the cell has objects of
    the same kind; kinds, streets: in the order of the objects."""

    duty: Duty
    kinds: tuple[str, ...]
    streets: tuple[str, ...]
    objects: int


class Cell(NamedTuple):
    """One item in one grid, where it applies to something."""

    item: int
    grid: str
    lines: tuple[Line, ...]


def grids_of(objects: Iterable[Object]) -> list[str]:
    """The grids by name; "" (no grid) at the end."""
    return sorted({obj.grid for obj in objects}, key=lambda grid: (not grid, grid))


def cells(staff: Staff, items: Sequence[Item], objects: Iterable[Object]) -> list[Cell]:
    """The cells of the claimed ones among these items, in their order and that of the grids."""
    alike: dict[tuple[str, str, str, str, Place], list[Object]] = {}
    for obj in objects:
        alike.setdefault((obj.grid, obj.kind, obj.trade, obj.street, staff.place(obj)), []).append(obj)
    sorts = [(some[0], len(some)) for some in alike.values()]
    grids = grids_of(obj for obj, _number in sorts)
    found = []
    for item in items:
        by_grid: dict[str, list[tuple[Object, int]]] = {}
        for obj, number in sorts if item.claimed else ():
            if applies(item, obj):
                by_grid.setdefault(obj.grid, []).append((obj, number))
        found += [Cell(item.no, grid, _lines(staff, item, by_grid[grid])) for grid in grids if grid in by_grid]
    return found


def _lines(staff: Staff, item: Item, sorts: Sequence[tuple[Object, int]]) -> tuple[Line, ...]:
    alike: dict[Duty, list[tuple[Object, int]]] = {}
    for obj, number in sorts:
        alike.setdefault(duty(staff, item, obj), []).append((obj, number))
    kinds = {one: _distinct(obj.kind for obj, _number in some) for one, some in alike.items()}
    return tuple(
        Line(
            one,
            kinds[one],
            _distinct(obj.street for obj, _number in some if obj.street)
            if any(set(kinds[one]) & set(kinds[other]) for other in alike if other is not one)
            else (),
            sum(number for _obj, number in some),
        )
        for one, some in alike.items()
    )


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
