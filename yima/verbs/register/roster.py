"""A roster (值班表) of a file: who is on duty on which day, one fact for each department and span of days."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from yima.adapters.ledger import Ledger, Row
from yima.adapters.ledger.days import day_with_year
from yima.adapters.ledger.header import is_returned
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, look
from yima.core import duty
from yima.core.events import RosterPublished
from yima.core.model import Person
from yima.core.town import RosterRow, Rosters
from yima.i18n import _
from yima.verbs.register.plan import Plan
from yima.verbs.register.typed import new_places, today_of


class Turn(NamedTuple):
    """One person on duty on one day, as a line of the file says it, for a department."""

    line: int
    dept: str
    row: RosterRow


def plan_roster(store: Store, ledger: Ledger, *, by: Person, now: int) -> Plan:
    """What the rows mean: a roster for each department, from its first to its last day in the file, in the place of what stood there.

    A rejected file that comes back corrected adds to what stands. Nothing is written; the caller is in a transaction.
    """
    plan = Plan()
    reading = _Reading(store, by, now)
    turns: list[Turn] = []
    faults: dict[int, list[str]] = {}
    for row in ledger.rows:
        said = reading.turn(row)
        if isinstance(said, Turn):
            turns.append(said)
        elif said not in faults.setdefault(row.line, []):
            faults[row.line].append(said)
    for turn, other in _overlaps(turn for turn in turns if turn.line not in faults):
        day, person, _grid, start, end = other.row
        text = _("{0} is on duty on {1} from {2} to {3} already (line {4}); correct one of the two.")
        faults.setdefault(turn.line, []).append(text.format(look.person_name(store, person), day, start, end, other.line))
    plan.rejected += [(line, " ".join(reasons)) for line, reasons in faults.items()]
    turns = [turn for turn in turns if turn.line not in faults]  # a line goes in whole or not at all: it comes back whole too
    days = _days_across(ledger, reading)
    for dept in sorted({turn.dept for turn in turns}):
        _plan_dept(
            plan,
            store.town.rosters.get(dept, ()),
            dept,
            [turn.row for turn in turns if turn.dept == dept],
            days,
            is_returned(ledger.columns),
        )
    plan.notes += _effect(reading, turns, store.town.rosters)
    plan.notes += _notes(ledger, reading, turns, new_places(store, {"grid": sorted({turn.row[2] for turn in turns} - {""})}))
    return plan


def _overlaps(turns: Iterable[Turn]) -> Iterator[tuple[Turn, Turn]]:
    """(turn, an earlier one) of one person on one day in one grid whose hours overlap: one of the two is a slip.

    Equal turns are the same one. Somebody may be on duty in two grids at once, and a turn may end on the next day.
    """
    before: dict[tuple[str, ...], list[Turn]] = {}
    for turn in turns:
        others = before.setdefault(turn.row[:3], [])
        hours = _minutes(turn)
        if hours and (other := next((one for one in others if one.row != turn.row and _meet(hours, _minutes(one))), None)) is not None:
            yield turn, other
        else:
            others.append(turn)


def _minutes(turn: Turn) -> range:
    """The minutes of the day, from its midnight on; none where not both times are said."""
    start, end = ((int(time[:2]) * 60 + int(time[3:]) if time else -1) for time in turn.row[3:])
    return range(0) if min(start, end) < 0 else range(start, end if end > start else end + 24 * 60)


def _meet(one: range, other: range) -> bool:
    return max(one.start, other.start) < min(one.stop, other.stop)


def _plan_dept(plan: Plan, known: Sequence[RosterRow], dept: str, rows: Sequence[RosterRow], days: Sequence[str], adds: bool) -> None:
    """One department: what is new, other and the same, and the fact unless all is the same. days: the span that the file itself names."""
    first, last = min(row[0] for row in rows), max(row[0] for row in rows)
    if days and not adds:
        first, last = min(first, days[0]), max(last, days[-1])
    before = {row for row in known if first <= row[0] <= last}
    wanted_now = set(rows)  # what stands there twice is one turn
    wanted = wanted_now
    if adds:
        wanted |= {row for row in before if row[:2] not in {new[:2] for new in rows}}
    people = {row[:2] for row in before}
    plan.same += sum(row in before for row in wanted_now) + len(rows) - len(wanted_now)
    plan.changed += sum(row not in before and row[:2] in people for row in wanted_now)
    plan.added += sum(row[:2] not in people for row in wanted_now)
    if gone := {row[:2] for row in before} - {row[:2] for row in wanted}:
        plan.notes.append(_("{0} turns that stood between {1} and {2} are no longer in the roster.").format(len(gone), first, last))
    if wanted != before:
        plan.facts.append(("roster.published", dept, RosterPublished(first, last, tuple(map(_said, sorted(wanted))))))


def _said(row: RosterRow) -> dict[str, str]:
    return {key: value for key, value in zip(("day", "person", "grid", "from", "to"), row, strict=True) if value}


class _Reading:
    """Who and what department a row means, and whether the actor may say so."""

    def __init__(self, store: Store, by: Person, now: int) -> None:
        self.today = date.fromisoformat(today_of(store, now))
        self.people = look.people(store)
        self.called: dict[str, list[Person]] = {}
        for person in self.people:
            for name in _names(person):
                self.called.setdefault(name, []).append(person)
        self.catalogue = store.town.last_catalogue
        held = duty.roles_on(by, store.town.day(now))
        self.is_admin = any(one.role == "admin" for one in held)
        self.leads = {dept for one in held if one.role == "dept_leader" for dept in one.depts or (by.dept,)}

    def turn(self, row: Row) -> Turn | str:
        day = day_with_year(row.values["date"], self.today)
        if not day:
            return _("“{text}” is no day; write it like 2026-11-23 or 11月23日.").format(text=row.values["date"])
        person = self._person(row.values["person"])
        if isinstance(person, str):
            return person
        if person.left and person.left < day:
            return _("{0} left on {1}.").format(person.name, person.left)
        dept = person.dept or next((dept for held in person.roles for dept in held.depts), "")
        if not dept:
            return _("{0} is of no department, and a roster is a department's; give them one: yima person change.").format(person.name)
        if not self.is_admin and dept not in self.leads:
            name = self.catalogue.dept_name(dept)
            return _("{0} is of {1}; its own leader or the admin enters its roster.").format(person.name, name)
        said = row.values.get
        return Turn(row.line, dept, (day, person.id, said("grid", ""), said("from", ""), said("to", "")))

    def _person(self, text: str) -> Person | str:
        """The person with this name, number, or both: 王芳, 17, 王芳（17）."""
        found = self.called.get(same_text(text), [])
        here = [one for one in found if not one.left] or found
        if len(here) == 1:
            return here[0]
        if here:
            numbers = _(", ").join(one.no or one.id for one in here)
            return _("Several people are called {0}; write the number beside the name: {1}.").format(text, numbers)
        return _("Nobody here is called {0}; correct the name, or register them first.").format(text)


def _names(person: Person) -> set[str]:
    """How a roster may call a person, as it is compared."""
    name, no = same_text(person.name), same_text(person.no)
    return {name, *((no, f"{name}{no}", f"{no}{name}", f"{name}({no})") if no else ())}


def _days_across(ledger: Ledger, reading: _Reading) -> list[str]:
    """The days that stand across the header, where they do: then the file speaks of each of them, also of those on which nobody is there."""
    return sorted(day for text in ledger.days if (day := day_with_year(text, reading.today)))


def _effect(reading: _Reading, turns: Sequence[Turn], known: Rosters) -> Iterator[str]:
    """What the turns do, where that is less than people think; and those of past days that were not known before.

    A roster moves the dues of rounds, and says who is named on a day, only for roles with `duty_days: roster` (docs/readings.md 41, 63): past
    days of these are counted anew, and no others.
    """
    if not turns:
        return
    by_roster = {name for name, role in reading.catalogue.roles.items() if role.duty_days == "roster"}
    holders = {one.id for one in reading.people if any(held.role in by_roster for held in one.roles)}
    does_something = any(turn.row[1] in holders for turn in turns)
    if not by_roster:
        yield _(
            "No role goes by a roster under the rules in force, so this one only marks who is on duty in `yima person list`: who is asked, and "
            "when rounds are due, stays as it was. For that, write duty_days: roster for the role in roles.yaml and run `yima catalog publish`."
        )
    elif not does_something:
        yield _(
            "Nobody in this roster holds a role with duty_days: roster, so it only marks who is on duty in `yima person list`: who is asked, and "
            "when rounds are due, stays as it was."
        )
    past = {turn.row for turn in turns if turn.row[0] < reading.today.isoformat() and turn.row not in known.get(turn.dept, ())}
    if past and any(row[1] in holders for row in past):
        yield _("{0} turns lie in the past; they are recorded, and rounds of those days are counted anew by them.").format(len(past))
    elif past:
        yield _("{0} turns lie in the past; they are recorded, and change nothing that has been.").format(len(past))


def _notes(ledger: Ledger, reading: _Reading, turns: Iterable[Turn], slips: Iterable[str]) -> Iterable[str]:
    leave: Mapping[str, Person] = {one.id: one for one in reading.people if one.leave}
    for turn in turns:
        for from_, to, _deputy in leave[turn.row[1]].leave if turn.row[1] in leave else ():
            if from_ <= turn.row[0] and (not to or turn.row[0] <= to):
                yield _("{0} is on leave on {1}, and on duty in line {2}.").format(leave[turn.row[1]].name, turn.row[0], turn.line)
    if any("kind" in row.values and "from" not in row.values for row in ledger.rows):
        yield _("The names of shifts are not kept, only days and times; write times such as 08:00-16:00 where they matter.")
    yield from slips
