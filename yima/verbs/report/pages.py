"""From the walk to the pages of the report: the decisions, the red ones by name, the tables, the numbers. Plain values, no words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yima.adapters.store import Store, period
from yima.core import duty, numbers
from yima.core.colour import Counts, group_colour
from yima.core.duty.staff import Gap, staff_on
from yima.core.flow import cases
from yima.core.model import COLOURS, Item, Object, Person
from yima.core.results.weekly import ColourRow, Decision, Middle, Nobody, Overdue, Reds, Report, Share
from yima.core.town import at
from yima.core.worktime import day_of
from yima.verbs.report.gather import Gathered, Missed, Open

SHARES = (  # in the order of the page; scan completion and 权责空白 come from elsewhere
    "disposal_rate", "on_time_disposal_rate", "closing_rate", "on_time_closing_rate", "rework_rate", "failed_check_rate", "extension_rate",
    "suspension_rate", "void_rate", "repeat_rate", "self_fix_rate", "supervision_answer_rate",
)  # fmt: skip
MISSING = {"primary": "primary", "handlers": "handler", "leader": "leader"}  # a cell's name, as the report has always said it
OFTEN = 2  # repeats at one shop that are worth a word


def pages(store: Store, found: Gathered, number: str, from_: str, to: str, lines: Sequence[tuple[str, Mapping[str, Any]]]) -> Report:
    """The report without its digest. lines: (week, figures) of issued reports before it, oldest first."""
    town, catalogue = found.town, found.town.last_catalogue
    names = _Names(store, found)
    blanks, bad, pairs = numbers.blanks(names.staff, found.objects)
    tables = _Tables(found, number, numbers.week_of(day_of(from_) - 7), lines)
    overdue = sorted(
        [*(names.red_case(one) for one in found.open if names.is_red(one)), *(names.red_rounds(one) for one in found.missed)],
        key=lambda one: (not one.hazard, one.what, -one.late_ms, one.place, one.number),
    )
    now, before = set(found.red_now), found.red_before
    colours = catalogue.town.get("colours", {})
    return Report(
        number,
        town.name,
        town.sample,
        from_,
        to,
        found.as_of,
        period.heads(store),
        (
            Share("scan_completion_rate", found.rounds["met"], found.rounds["met"] + found.rounds["missed"]),
            Share("missed_overload_rate", *found.overload),
            *(Share(name, *found.tally.of(name)) for name in SHARES),
            Share("duty_blanks", bad, pairs),
        ),
        (
            Middle("found_to_known", numbers.median(found.known), "minute", len(found.known)),
            Middle("known_to_disposed", numbers.median(found.handled), "minute", len(found.handled)),
        ),
        tuple(_decisions(names, found, blanks)),
        Reds(len(now), len(now - before), len(now & before), len(before - now)),
        tables.whole(town.name),
        tables.of("grid", names.plain),
        tuple(overdue),
        tuple(_better(found)),
        tables.of("module", names.module),
        tables.of("dept", names.dept),
        tuple(Nobody(names.item(one.item), one.grid, MISSING[one.what], len(one.objects)) for one in blanks),
        tuple(item.name for item in catalogue.items.values() if not item.claimed),
        (found.rounds["self_met"], found.rounds["self_missed"], found.rounds["self_paused"]),
        found.voids_granted,
        found.burden,
        words=dict(colours.get("words", {})),
        palette=dict(colours.get("palette", {})),
        thresholds={key: value for key, value in colours.items() if key.startswith("group_")},
    )


# -- the four-colour tables


class _Tables:
    def __init__(self, found: Gathered, number: str, week_before: str, lines: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        self.found, self.number, self.lines = found, number, lines
        self.before = dict(lines).get(week_before, {})
        self.thresholds = found.town.last_catalogue.town.get("colours", {})

    def whole(self, name: str) -> ColourRow:
        rows = self.found.board.of("town")
        then = self.before.get("whole")
        known = (then[0], sum(then)) if then else (len(self.found.red_before), len(self.found.before))
        return self._row("", name, rows[0].counts if rows else Counts(), known, [o.id for o in self.found.objects], "whole", town=True)

    def of(self, axis: str, name: Any) -> tuple[ColourRow, ...]:
        """The rows of an axis, the worst share first, groups without a name last."""
        members: dict[str, list[str]] = {}
        if axis == "grid":
            for obj in self.found.objects:
                members.setdefault(obj.grid, []).append(obj.id)
        kept = {"grid": "grids", "module": "modules"}.get(axis, "")
        rows = []
        for key, counts in self.found.board.of(axis):
            then = self.before.get(kept, {}).get(key)
            ids = members.get(key, [])
            computed = (sum(id_ in self.found.red_before for id_ in ids), sum(id_ in self.found.before for id_ in ids))
            rows.append(self._row(key, name(key), counts, (then[0], sum(then)) if then else computed, ids, kept))
        return tuple(sorted(rows, key=lambda row: (not row.key, -row.counts["red"] * 10_000 // max(sum(row.counts.values()), 1), row.name)))

    def _row(
        self, key: str, name: str, counts: Counts, before: tuple[int, int], ids: Sequence[str], kept: str, *, town: bool = False
    ) -> ColourRow:
        problem = sum(self.found.red_now[id_][0] for id_ in ids if id_ in self.found.red_now)
        work = sum(self.found.red_now[id_][1] and not self.found.red_now[id_][0] for id_ in ids if id_ in self.found.red_now)
        line = []
        for week, figures in self.lines:
            then = figures.get(kept) if town else figures.get(kept, {}).get(key) if kept else None
            if then:
                line.append((week, int(then[0]), sum(then)))
        by_colour = {colour: getattr(counts, colour) for colour in reversed(COLOURS)}
        shade = group_colour(counts, self.thresholds, town=town)
        this = [(self.number, counts.red, counts.total)] if kept else []
        return ColourRow(key, name, shade, by_colour, problem, work, before, (*line, *this))


# -- names of people and things


class _Names:
    """Who and what is named, resolved on the day of the report's as-of."""

    def __init__(self, store: Store, found: Gathered) -> None:
        self.store, self.found, self.town, self.catalogue = store, found, found.town, found.town.last_catalogue
        self.day = found.town.day(found.as_of)
        everybody = [at(versions, found.as_of) for _id, versions in sorted(found.town.people.items())]
        self.staff = staff_on(self.catalogue, everybody, self.day, found.town.rosters)

    def plain(self, key: str) -> str:
        return key

    def item(self, no: int) -> str:
        item = self.catalogue.items.get(no)
        return item.name if item is not None else ""

    def module(self, key: str) -> str:
        return str(self.catalogue.modules.get(key, {}).get("name", key))

    def dept(self, key: str) -> str:
        return self.catalogue.dept_name(key)

    def person(self, id_: str) -> str:
        return self.staff.name(id_)

    def leader(self, dept: str) -> str:
        found = self.staff.leader(dept)
        return found.name if found is not None else ""

    def in_charge(self, dept: str) -> str:
        found = self.staff.in_charge(dept)
        return found.name if found is not None else ""

    def number(self, one: Open) -> str:
        device = self.town.devices.get(one.case.device)
        return f"{device.letters if device is not None else '?'}-{one.case.number:04d}"

    def rule(self, one: Open) -> Item:
        return cases.rule_of(one.catalogue, one.case)

    def what(self, one: Open) -> str:
        """The item's name, of an unlisted case what was noted."""
        return self.rule(one).name if one.case.item else one.case.note

    def place(self, obj: Object) -> str:
        return obj.called

    def is_red(self, one: Open) -> bool:
        return one.red_at is not None and one.red_at <= self.found.as_of and not one.obj.retired

    def holders(self, one: Open) -> tuple[str, ...]:
        """Who has it now, in names: its holder; the owner while the window runs; who looks, while it waits for a look; else who handles."""
        case, item = one.case, self.rule(one)
        if not case.item and not case.own_people:
            return (self.dept(case.dept),)  # it waits to be sorted
        if case.stage == "self_fix":
            return (duty.OWNER,)
        if case.holder and case.stage not in ("verify", "check"):
            return (self.person(case.holder),)
        if case.own_people:
            return tuple(one.name for one in self.staff.members(case.dept))
        roles = (*item.finders, *item.handlers) if case.stage in ("verify", "check") else item.handlers
        done_by = case.done[0] if case.done is not None else case.opener if case.stage == "verify" else ""
        return tuple(one.name for one in self.staff.named(roles, item, one.obj, without=done_by))

    def red_case(self, one: Open) -> Overdue:
        case, obj = one.case, one.obj
        leader = self.in_charge(case.dept) if is_escalated(case) else self.leader(case.dept)
        late = self.found.as_of - (one.red_at or 0) + 1
        return Overdue(
            "case", obj.id, obj.place, obj.name, obj.grid, self.number(one), (self.what(one),), late, 0, case.stage, case.flow == "F4",
            self.holders(one), self.dept(case.dept), leader, 0,
        )  # fmt: skip

    def red_rounds(self, one: Missed) -> Overdue:
        obj, item = one.obj, self.catalogue.items[one.items[0]]
        some = self.staff.named((one.role,), item, obj)
        dept = _dept(some[0], one.role) if some else item.lead
        if self.catalogue.departments.get(dept, {}).get("kind", "outside") == "outside":
            dept = item.lead  # whom the round names works for somebody outside the town: the lead department answers
        return Overdue(
            "round", obj.id, obj.place, obj.name, obj.grid, "", tuple(self.item(no) for no in one.items), self.found.as_of - one.since,
            one.missed, "", any(self.catalogue.items[no].flow == "F4" for no in one.items), tuple(p.name for p in some),
            self.dept(dept), self.leader(dept), one.shut, one.overload,
        )  # fmt: skip


def _dept(person: Person, role: str) -> str:
    depts = next((held.depts for held in person.roles if held.role == role and held.depts), ())
    return depts[0] if depts else person.dept


# -- 本周请您定


def _decisions(names: _Names, found: Gathered, blanks: Sequence[Gap]) -> list[Decision]:
    """Every decision that waits, the most pressing first; the first page shows the first five."""
    opened = sorted(found.open, key=lambda one: (one.case.opened, one.case.key))

    def about(what: str, one: Open, other: str = "", ms: int = 0) -> Decision:
        return Decision(
            what, names.number(one), names.place(one.obj), names.what(one), names.dept(one.case.dept), other, one.case.stage, ms=ms
        )

    late = {one.case.key: found.as_of - one.red_at + 1 for one in opened if names.is_red(one) and one.red_at is not None}
    sorts = [
        [about("disputed", one, names.dept(one.case.to_dept)) for one in opened if one.case.disputed],
        [
            about("escalated", one, names.leader(one.case.dept), late.get(one.case.key, 0))
            for one in opened
            if is_escalated(one.case) and not one.case.disputed
        ],
        _unlisted(opened, about),
        [
            Decision("unclaimed", item=names.item(no), dept=names.dept(names.catalogue.items[no].lead), total=total)
            for no, total in sorted(found.unclaimed.items(), key=lambda one: (-one[1], one[0]))
        ],
        _blanks(names, blanks),
        [about("suspension", one, ms=one.case.suspended_to) for one in opened if _waits_for_grant(one.case)]
        + [about("void", Open(obj, case, names.town.catalogues[case.catalogue], None)) for obj, case in found.voids],
        [
            Decision("repeat", place=names.place(obj), item=names.item(no), total=total)
            for obj, no, total in sorted(found.repeats.values(), key=lambda one: (-one[2], one[0].place))
            if total >= OFTEN
        ],
    ]
    most = max(len(some) for some in sorts)
    return [some[turn] for turn in range(most) for some in sorts if turn < len(some)]  # one of each sort before a second of any


def _unlisted(opened: Sequence[Open], about: Callable[[str, Open], Decision]) -> list[Decision]:
    """Unlisted findings that wait for sorting or for the joint meeting, those with the same words pooled; total: how many."""
    pooled: dict[tuple[str, str], list[Open]] = {}
    for one in opened:
        if not one.case.item and not one.case.disputed and not is_escalated(one.case):
            pooled.setdefault(("".join(one.case.note.split()), one.case.stage), []).append(one)
    return [about("unlisted", some[0])._replace(total=len(some)) for some in pooled.values()]


def _blanks(names: _Names, blanks: Sequence[Gap]) -> list[Decision]:
    """One line for each item and duty that has nobody somewhere; grids: in how many grids, total: at how many places."""
    pooled: dict[tuple[int, str], list[Gap]] = {}
    for one in blanks:
        pooled.setdefault((one.item, one.what), []).append(one)
    found = [
        Decision(
            "blank",
            place=some[0].grid,
            item=names.item(no),
            other=MISSING[what],
            total=sum(len(one.objects) for one in some),
            grids=len(some),
        )
        for (no, what), some in pooled.items()
    ]
    return sorted(found, key=lambda one: (-one.total, one.item))


def is_escalated(case: cases.Case) -> bool:
    """Whether the town leader was told and owes an answer."""
    return any(one.rung == "escalate" and not one.withdrawn and one.answer_due is not None and one.answered is None for one in case.rungs)


def _waits_for_grant(case: cases.Case) -> bool:
    return case.stage == "suspended" and case.after is not None and case.after[0] < case.suspended_to


def _better(found: Gathered) -> list[tuple[str, int, int]]:
    """The streets with fewer red places than a week ago: (street, then, now), the most improved first."""
    then: dict[str, int] = {}
    now: dict[str, int] = {}
    for obj in found.objects:
        if obj.street and obj.id in found.red_before:
            then[obj.street] = then.get(obj.street, 0) + 1
        if obj.street and obj.id in found.red_now:
            now[obj.street] = now.get(obj.street, 0) + 1
    fewer = [(street, count, now.get(street, 0)) for street, count in then.items() if now.get(street, 0) < count]
    return sorted(fewer, key=lambda one: (one[2] - one[1], one[0]))
