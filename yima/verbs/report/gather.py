"""One walk over all objects: what the pages of a report are made of. Reads, counts, decides nothing that the core does not."""

from collections.abc import Callable
from typing import NamedTuple

from yima.adapters.store import Store, asof, period, rows
from yima.adapters.store.asof import Past
from yima.adapters.store.missed import visits_on
from yima.core import numbers, overload
from yima.core.events import Fact, VisitRecorded, decode
from yima.core.flow import NOTHING, Matter, cases, refold, scans
from yima.core.flow.cases import Case
from yima.core.flow.rounds import pauses, round_of
from yima.core.model import MS_HOUR, Catalogue, Object
from yima.core.numbers import Period, Tally
from yima.core.overload import Standing
from yima.core.results.weekly import Burden
from yima.core.town import Town
from yima.errors import BadInput
from yima.i18n import _

MINUTE = MS_HOUR // 60
OWN_MODES = ("self", "proxy")


class Open(NamedTuple):
    """An open case as time has made it by the report's as-of, with the instants of its colour."""

    obj: Object
    case: Case
    catalogue: Catalogue
    red_at: int | None


class Missed(NamedTuple):
    """Red rounds of one object: the items, since when the first was missed, how often in all, and the role that was to look.

    overload: the last miss of all of them was beyond what the people could do (任务超载)."""

    obj: Object
    items: tuple[int, ...]
    since: int
    missed: int
    role: str
    shut: int
    overload: bool = False


class Gathered(NamedTuple):
    """Everything of the walk. red_before: objects that were red when the period began; red_now, why: the red ones and (case, round).

    overload: places missed in the period that were 任务超载, and all of them; a place counts once a day for the people of a role."""

    town: Town
    when: Period
    as_of: int
    board: asof.Board
    tally: Tally
    rounds: dict[str, int]
    known: list[int]
    handled: list[int]
    objects: list[Object]
    before: set[str]  # objects registered when the period began
    red_before: set[str]
    red_now: dict[str, tuple[bool, bool]]
    open: list[Open]
    voids: list[tuple[Object, Case]]
    missed: list[Missed]
    repeats: dict[str, tuple[Object, int, int]]  # object, the item repeated last, how often
    unclaimed: dict[int, int]  # item 待认领 -> cases opened in the period
    voids_granted: int
    burden: Burden
    overload: tuple[int, int]


def gathered(store: Store, first: int, last: int, as_of: int, progress: Callable[[int, int], None] | None = None) -> Gathered:
    """Walk over every object as of the instant. first, last: local days."""
    store.fresh(progress=progress)
    town = asof.town_as_of(store, as_of)
    if not town.rules:
        raise BadInput(_("The town had no rules yet at that time; choose a later one for --as-of."))
    when = numbers.period(first, last, town.offset, as_of)
    visits: dict[str, list[Fact]] = {}
    for fact in period.visits_between(store, when.start, when.end):
        visits.setdefault(fact.subject, []).append(fact)
    walk = _Walk(store, town, when, as_of)
    for past in asof.objects_as_of(store, as_of, progress):
        walk.object(past, visits.pop(past.obj.id, []))
    return walk.result()


class _Walk:
    def __init__(self, store: Store, town: Town, when: Period, as_of: int) -> None:
        self.store, self.town, self.when, self.as_of = store, town, when, as_of
        self.board, self.tally = asof.Board(as_of), Tally()
        self.rounds = {"met": 0, "missed": 0, "self_met": 0, "self_missed": 0, "self_paused": 0}
        self.known: list[int] = []
        self.handled: list[int] = []
        self.objects: list[Object] = []
        self.before: set[str] = set()
        self.red_before: set[str] = set()
        self.red_now: dict[str, tuple[bool, bool]] = {}
        self.open: list[Open] = []
        self.voids: list[tuple[Object, Case]] = []
        self.missed: list[Missed] = []
        self.repeats: dict[str, tuple[Object, int, int]] = {}
        self.unclaimed: dict[int, int] = {}
        self.voids_granted = 0
        self.burden = dict.fromkeys(Burden._fields, 0)
        self.days: set[tuple[str, int]] = set()
        self.seen: set[str] = set()
        self.unmoved: set[str] = set()  # facts that move nothing, of all objects
        self.ended: dict[int, list[tuple[Object, int]]] = {}  # day of the period -> the rounds that ended missed on it
        self.standing: list[Standing] = []

    def result(self) -> Gathered:
        days = {*self.ended, *overload.last_days(self.town, self.standing)}
        visited = visits_on(self.store, days, self.as_of, lambda fact: fact.subject in self.seen and fact.hash not in self.unmoved)
        places = [place for day, its in self.ended.items() for place in overload.booked(self.town, day, its, visited[day])]
        beyond = overload.booked_last(self.town, self.standing, visited)
        missed = [one._replace(overload=all((one.obj.id, no) in beyond for no in one.items)) for one in self.missed]
        return Gathered(
            self.town, self.when, self.as_of, self.board, self.tally, self.rounds, self.known, self.handled, self.objects, self.before,
            self.red_before, self.red_now, self.open, self.voids, missed, self.repeats, self.unclaimed, self.voids_granted,
            Burden(**{**self.burden, "person_days": len(self.days)}), (sum(place.overload for place in places), len(places)),
        )  # fmt: skip

    def object(self, past: Past, visits: list[Fact]) -> None:
        visits = [fact for fact in visits if fact.hash not in past.state.unmoved]  # what was withdrawn moves nothing either
        decoded = [(fact, event) for fact in visits if isinstance(event := decode(fact.kind, fact.body), VisitRecorded)]
        for fact, event in decoded:
            self._visit(fact, event)
        self.seen.add(past.obj.id)
        self.unmoved |= past.state.unmoved.keys()
        red_cases = self._cases(past)
        if not past.obj.retired:
            self.board.add(past, self.town)
            self.objects.append(past.obj)
            if past.obj.registered < self.when.start:
                self.before.add(past.obj.id)
        red_rounds = self._rounds(past, visits)
        self._red(past, sum(1 for _fact, event in decoded if event.closed))
        if (red_cases or red_rounds) and not past.obj.retired:
            self.red_before.add(past.obj.id)

    # -- visits

    def _visit(self, fact: Fact, event: VisitRecorded) -> None:
        count = self.burden
        if event.mode in OWN_MODES:
            count["self_checks"] += 1
            return
        count["visits"] += 1
        count["questions"] += len(dict.fromkeys((*event.asked, *(one.item for one in event.findings if one.item)))) + len(event.cases)
        count["findings"] += len(event.findings)
        count["by_hand"] += event.read in ("name", "typed")
        count["fine"] += bool(event.asked)
        count["unseen"] += bool(event.asked) and not event.shown
        count["later"] += event.seen is not None
        count["shut"] += bool(event.closed)
        self.days.add((event.entered_for or fact.actor, self.town.day(self.town.when(fact))))

    # -- cases

    def _cases(self, past: Past) -> bool:
        """Count the object's cases; whether one of them was red when the period began."""
        town, when, obj = self.town, self.when, past.obj
        accepted: dict[str, int] | None = None
        then: dict[str, Case] | None = None
        was_red, failed_at_end, repeats = False, 0, []
        for case in past.state.cases.values():
            catalogue = town.catalogues.get(case.catalogue)
            if catalogue is None:
                continue
            numbers.count_case(self.tally, town, catalogue, case, when, self.as_of)
            failed_at_end += case.fails
            self._outcome(obj, case)
            if case.last >= when.start or case.closed is None:
                if case.told is None and case.entries.get("handle") and accepted is None:
                    accepted = period.accepted_at(self.store, obj.id, past.state, self.as_of)
                known = case.told if case.told is not None else (accepted or {}).get(case.key)
                self._legs(case, known)
            if case.closed is None:
                now = cases.advance(town, catalogue, case, self.as_of)
                turns = cases.turns_of(town, catalogue, now)
                self.open.append(Open(obj, now, catalogue, turns.red_at if turns is not None else None))
            if case.repeat and when.holds(case.opened):
                repeats.append(case.item)
            if case.opened < when.start and (case.closed is None or case.closed >= when.start):
                if case.last >= when.start and then is None:
                    then = self._state_then(past)
                was_red = was_red or self._was_red(case if then is None else then.get(case.key, case))
        if any(case.fails and case.last >= when.start for case in past.state.cases.values()):
            then = self._state_then(past) if then is None else then
            fails = failed_at_end - sum(case.fails for case in then.values()) - self._fails_after(past)
            self.tally.add("failed_check_rate", fails, fails)
        if repeats:
            self.repeats[obj.id] = (obj, repeats[-1], sum(case.repeat for case in past.state.cases.values()))
        return was_red

    def _state_then(self, past: Past) -> dict[str, Case]:
        """The object's cases when the period began."""
        return dict(refold(self.store.facts_of(past.obj.id), self.town, until=self.when.start - 1).cases)

    def _fails_after(self, past: Past) -> int:
        """Failed checks between the period's end and the report's as-of: of another period."""
        if self.when.end > self.as_of or not any(case.fails and case.last >= self.when.end for case in past.state.cases.values()):
            return 0
        end = refold(self.store.facts_of(past.obj.id), self.town, until=self.when.end - 1)
        return sum(case.fails for case in past.state.cases.values()) - sum(case.fails for case in end.cases.values())

    def _was_red(self, case: Case) -> bool:
        catalogue = self.town.catalogues.get(case.catalogue)
        turns = cases.turns_of(self.town, catalogue, case) if catalogue is not None else None
        return turns is not None and turns.red_at is not None and turns.red_at <= self.when.start

    def _outcome(self, obj: Object, case: Case) -> None:
        item = self.town.last_catalogue.items.get(case.item)
        if item is not None and not item.claimed and self.when.holds(case.opened):
            self.unclaimed[case.item] = self.unclaimed.get(case.item, 0) + 1
        if numbers.is_void(case):
            if case.void_granted:
                self.voids_granted += self.when.holds(case.closed)
            else:
                self.voids.append((obj, case))

    def _legs(self, case: Case, known: int | None) -> None:
        """发现→知悉 of what became known in the period, 知悉→处置 of what was done in it; minutes on the wall."""
        if known is None:
            return
        if self.when.holds(known):
            self.known.append(max(known - case.opened, 0) // MINUTE)
        if numbers.has_passed(case) and case.done is not None and self.when.holds(case.done[1]):
            self.handled.append(max(case.done[1] - known, 0) // MINUTE)

    # -- rounds

    def _rounds(self, past: Past, visits: list[Fact]) -> bool:
        """Count how the object's rounds ended in the period; whether one of them was red when it began."""
        town, when, obj, state = self.town, self.when, past.obj, past.state
        catalogue, was_red = town.last_catalogue, False
        its, paused = [row for row in past.matters if row[14] and not row[2]], pauses(state.versions)
        scanned_since = {row[1] for row in its if row[7] is not None and row[7] >= when.first}
        met = scans(state, visits, town) if scanned_since else {}
        earlier = period.scans_before(self.store, town, state, obj.id, scanned_since, when.first) if scanned_since else {}
        for row in its:
            no, item = row[1], catalogue.items[row[1]]
            matter = state.matters.get((no, ""), NOTHING)
            last = earlier.get(no) if no in scanned_since else (row[7], row[8]) if row[7] is not None else None
            if no in scanned_since:
                one = round_of(town, no, obj, Matter(scanned=last, hastened=matter.hastened), paused)
                red_at = one.red_at if one is not None else None
            else:
                red_at = row[17]
            was_red = was_red or (red_at is not None and red_at <= when.start)
            if no not in met and row[11] > when.last and no not in scanned_since:
                continue  # neither scanned nor due in the period
            some = [*([last] if last is not None else []), *met.get(no, ())]
            walked = numbers.Walked(matter.hastened, paused)
            for end in numbers.round_ends(town, item, obj, some, when.first, when.last, self.as_of, walked):
                self.rounds[f"self_{end.what}" if end.self_check else end.what] += 1
                if end.what == "missed" and not end.self_check:
                    self.ended.setdefault(end.day, []).append((obj, no))
        return was_red

    # -- what is red now

    def _red(self, past: Past, shut: int) -> None:
        if past.obj.retired:
            return
        now = self.as_of
        by_case = any(row[18] and row[21] is not None and row[21] <= now for row in past.matters)
        late = [row for row in past.matters if row[14] and row[17] is not None and row[17] <= now]
        if by_case or late:
            self.red_now[past.obj.id] = (by_case, bool(late))
        some = [(row, self._running(past, row)) for row in past.matters if row[14] and row[16] is not None and row[16] <= now]
        self.standing += [Standing(past.obj, row[1], str(row[9]), days, 0) for row, days in some if days]
        misses = {row[1]: len(days) for row, days in some}
        by_role: dict[str, list[rows.Row]] = {}
        for row in late:
            by_role.setdefault(str(row[9]), []).append(row)
        for role, its in sorted(by_role.items()):
            missed = sum(misses[row[1]] for row in its)
            self.missed.append(Missed(past.obj, tuple(row[1] for row in its), min(row[16] for row in its), missed, role, shut))

    def _running(self, past: Past, row: rows.Row) -> tuple[int, ...]:
        """The days on which the round of a matter's row ended missed since its last scan."""
        no, day, when = row[1], row[7], row[8]
        item, scans_ = self.town.last_catalogue.items[no], [(day, when)] if day is not None else []
        walked = numbers.Walked(past.state.matters.get((no, ""), NOTHING).hastened)
        first, today = 0 if day is None else day + 1, self.town.day(self.as_of)
        return tuple(end.day for end in numbers.round_ends(self.town, item, past.obj, scans_, first, today, self.as_of, walked))
