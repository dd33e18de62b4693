"""The town as it was at an instant: facts with `when` up to it, and every clock correction. Only what has later facts is folded again.

At the present instant that is nothing, unless a clock runs ahead: then the stored rows are read as they are.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from yima.adapters.store import Store, look, rows
from yima.adapters.store.look import BoardRow
from yima.adapters.store.rows import Row
from yima.adapters.store.sql import COLUMNS, MATTER_ROWS, TOWN_FACTS
from yima.core import events, flow
from yima.core.colour import Counts, colour_at, worst
from yima.core.events import Fact
from yima.core.flow import State
from yima.core.model import Object
from yima.core.town import Town, fold_town

TIMELESS = ("town.founded", "device.enrolled", "device.clock")  # count whole, whatever the instant


class Past(NamedTuple):
    """One object at the instant. matters: rows as of rows.object_rows, (base, since, yellow, red) of round in 14-17, of case in 18-21."""

    obj: Object
    matters: list[Row]
    state: State
    extremes: rows.Extremes

    def colour(self, instant: int) -> str:
        return colour_at(self.extremes.base, self.extremes.yellow_at, self.extremes.red_at, instant)


def least_at(store: Store, instant: int) -> int:
    """Every fact with `when` >= instant has an `at` of at least this: `at` is never before wall, a shift moves `when` so far at most."""
    most = max((shift for shifts in store.town.shifts.values() for _first, _last, shift in shifts), default=0)
    return (instant - max(most, 0)) << 16


def _later(store: Store, instant: int) -> tuple[bool, set[str]]:
    """Whether a town fact comes after the instant, and the subjects of all facts that do."""
    town, subjects, of_town = store.town, set(), False
    for row in store.db.execute(f"SELECT {COLUMNS} FROM event WHERE at >= ?", (least_at(store, instant),)):
        fact = Fact(*row)
        if town.when(fact) > instant:
            subjects.add(fact.subject)
            of_town = of_town or (fact.kind in events.TOWN_KINDS and fact.kind not in TIMELESS)
    return of_town, subjects


def town_as_of(store: Store, instant: int) -> Town:
    """The timeline without the town facts that came later."""
    return _town(store, instant) if _later(store, instant)[0] else store.town


def _town(store: Store, instant: int) -> Town:
    return fold_town([Fact(*row) for row in store.db.execute(TOWN_FACTS, events.TOWN_KINDS)], until=instant)


def objects_as_of(store: Store, instant: int, progress: Callable[[int, int], None] | None = None) -> Iterator[Past]:
    """Every object registered by then, by id, as it was at the instant. Makes everything fresh first; writes nothing after that."""
    store.fresh()
    of_town, later = _later(store, instant)
    town = _town(store, instant) if of_town else store.town
    ids = [row[0] for row in store.db.execute("SELECT id FROM object ORDER BY id").fetchall()]
    for number, id_ in enumerate(ids):
        if of_town or id_ in later:
            state = flow.refold(store.facts_of(id_), town, until=instant)
            if state.obj is None:
                continue
            matters, _cases, _names, _unmoved, extremes = rows.object_rows(state, town, id_)
            yield Past(state.obj, matters, state, extremes)
        else:
            stored = rows.stored_of(store.db, id_)
            assert stored is not None and stored.state.obj is not None
            yield Past(stored.state.obj, store.db.execute(MATTER_ROWS, (id_,)).fetchall(), *stored)
        if progress is not None:
            progress(number + 1, len(ids))


# -- objects counted by colour


PLACES = ("grid", "street", "village", "kind")
MATTERS = {"module": 3, "item": 1, "dept": 4}  # where the key stands in a matter's row


class Board:
    """Objects counted by colour under the keys of every axis but "object", as look.board counts them with SQL."""

    def __init__(self, instant: int) -> None:
        self.instant = instant
        self.rows: dict[str, dict[str, list[int]]] = {axis: {} for axis in (*PLACES, *MATTERS, "town")}

    def add(self, past: Past, town: Town) -> None:
        """Count one object under the town's rules of that instant; one that is retired is in no group."""
        if past.obj.retired:
            return
        now, extremes = self.instant, past.extremes
        hazard = extremes.hazard_at is not None and extremes.hazard_at <= now
        unanswered = extremes.answer_at is not None and extremes.answer_at <= now
        colour = past.colour(now)
        self._add("town", "", colour, hazard, unanswered)
        for axis in PLACES:
            self._add(axis, getattr(past.obj, axis), colour, hazard, unanswered)
        hot = _hot(past, town, now) if hazard or unanswered else {}
        for axis, place in MATTERS.items():
            groups: dict[str, list[Row]] = {}
            for row in past.matters:
                if row[14] or row[18]:
                    groups.setdefault(str(row[place]), []).append(row)
            for key, some in groups.items():
                its = [hot[row[5]] for row in some if row[5] in hot]
                self._add(axis, key, worst(colours(some, now)), any(one[0] for one in its), any(one[1] for one in its))

    def _add(self, axis: str, key: str, colour: str, hazard: bool, unanswered: bool) -> None:
        counts = self.rows[axis].setdefault(key, [0] * len(Counts._fields))
        counts[Counts._fields.index(colour)] += 1
        counts[-2] |= hazard
        counts[-1] |= unanswered

    def of(self, axis: str) -> list[BoardRow]:
        """The rows of an axis, by key."""
        return [
            BoardRow(key, Counts._make((*counts[:-2], bool(counts[-2]), bool(counts[-1]))))
            for key, counts in sorted(self.rows[axis].items())
        ]


def _hot(past: Past, town: Town, now: int) -> dict[str, tuple[bool, bool]]:
    """The open cases that make their groups red whatever the shares, by key: (an overdue hazard, a 督查 past its answer limit)."""
    found = {}
    for key, case in past.state.cases.items():
        one = rows.extremes((), (case,), town)
        found[key] = (one.hazard_at is not None and one.hazard_at <= now, one.answer_at is not None and one.answer_at <= now)
    return found


def colours(matters: list[Row], instant: int) -> Iterator[str]:
    """The colours of some matter rows, of their rounds and of their cases."""
    for row in matters:
        for base, _since, yellow, red in (row[14:18], row[18:22]):
            if base:
                yield colour_at(base, yellow, red, instant)


def board_as_of(store: Store, by: str, instant: int) -> list[BoardRow]:
    """The four colours by grid, street, village, kind, module, item or dept as of an instant; where nothing came later, of the stored rows."""
    if by in PLACES and not _later(store, instant)[1]:
        store.fresh()
        return look.board(store, by, instant)
    board, town = Board(instant), town_as_of(store, instant)
    for past in objects_as_of(store, instant):
        board.add(past, town)
    return board.of(by)
