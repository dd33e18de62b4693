"""`yima todo`: what waits for one person: answers owed, cases worst first, the centre's words, the objects with due rounds."""

from collections.abc import Iterable
from typing import NamedTuple

from yima.adapters.store import Store, boards, look, seen, waiting
from yima.adapters.store.missed import lists_told
from yima.adapters.store.staff import empty_cells, staff_at
from yima.adapters.store.walk import due_for
from yima.core import duty
from yima.core.colour import RANK, colour_at
from yima.core.duty.deputies import Word, stood_in_for, word_of
from yima.core.duty.staff import Staff, nearness
from yima.core.flow import cases, lists, steps
from yima.core.flow.awaited import TOWN, Awaited, Reader, awaited, overdue_elsewhere
from yima.core.flow.cases import Case
from yima.core.model import OWNER_OF, Catalogue, Object, Person, RoleOf
from yima.core.results.pages import AtPlace, ListSeen, Todo, Waiting
from yima.core.results.street import ObjectSeen
from yima.core.worktime import iso_of

DESK = ("admin", "data_clerk", "dept_staff", "dept_leader")  # at the centre's desk; who walks for the centre does not sort and confirm
CLERKS = ("admin", "data_clerk")  # who keep registers and plates
CENTRE_WORDS = ("confirm_void", "confirm_suspension")
NEVER = 1 << 62


class Me(NamedTuple):
    """Whose list it is, on that day: roles held, their own word as a leader and that of leaders for whom they stand in."""

    person: Person
    held: tuple[RoleOf, ...]
    words: tuple[Word, ...]
    staff: Staff  # of everybody with a role for some item, and of all leaders
    now: int

    @property
    def leads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(dept for word in self.words for dept in word.leads))

    @property
    def town_leader(self) -> bool:
        return any(word.town_leader for word in self.words)

    @property
    def roles(self) -> set[str]:
        return {one.role for one in self.held}

    def at_desk(self, catalogue: Catalogue) -> bool:
        """Whether they sort, confirm and look after the whole at the centre."""
        of_centre = catalogue.centre in (self.person.dept, *(dept for one in self.held for dept in one.depts))
        return "admin" in self.roles or catalogue.centre in self.leads or (of_centre and bool(self.roles & set(DESK)))

    def stands_in_for(self, word: str) -> str:
        """Whose word it is, by name, where it is not their own: word as in Awaited."""
        fits = [one for one in self.words if (one.town_leader if word == TOWN else word in one.leads)]
        return "" if not word or not fits or fits[0].person == self.person.id else self.staff.name(fits[0].person)


def todo(store: Store, by: Person, now: int) -> Todo:
    """Everything that this person can move, or must answer, at `now`."""
    store.fresh()
    rules, me = store.town.last_catalogue, _me(store, by, now)
    at_desk = me.at_desk(rules)
    mine: list[tuple[Awaited, Waiting]] = []
    watch: list[Waiting] = []
    disputed, provisional = 0, list[int]()
    for object_id, case, obj, red_at in waiting.open_cases(store):
        here = _here(store, me, case, obj)
        if here is None:
            continue
        case = cases.advance(store.town, here.catalogue, case, here.at)
        if found := awaited(case, here, _reader(me, here, case)):
            mine.append((found[0], _waiting(store, me, object_id, case, found)))
        if not at_desk:
            continue
        disputed += case.disputed
        if red_at is not None and _year(store, red_at) not in store.town.calendar.known:
            provisional += _provisional_year(store, here, case)
        if not found and (act := overdue_elsewhere(case, now)):
            watch.append(Waiting(seen.case_seen(store, object_id, case, now), (act,), case.stage_due, who=_who(me.staff, here, case)))
    if at_desk or me.leads or me.town_leader:
        for object_id, case, obj, _red_at in waiting.asked_after_close(store):
            here = _here(store, me, case, obj)
            if here is not None and (found := awaited(case, here, _reader(me, here, case))):
                mine.append((found[0], _waiting(store, me, object_id, case, found)))
    return Todo(
        by.name,
        rules.dept_name(by.dept),
        now,
        _worst_first(one for first, one in mine if not _is_answer(first) and first.act not in CENTRE_WORDS),
        _rounds(store, by, now),
        _hazards_first(one for first, one in mine if _is_answer(first)),
        _worst_first(one for first, one in mine if first.act in CENTRE_WORDS),
        _worst_first(watch),
        _lists(store, me),
        _places(store, now) if me.roles & set(CLERKS) else (),
        len(provisional),
        tuple(sorted(set(provisional))),
        len(empty_cells(store, now)) if at_desk else None,
        waiting.agenda_topics(store, disputed) if at_desk else None,
    )


# -- who reads it


def _me(store: Store, by: Person, now: int) -> Me:
    town = store.town
    rules = town.last_catalogue
    roles = {role for item in rules.items.values() for role in (*item.finders, *item.handlers) if role not in OWNER_OF}
    staff = staff_at(store, now, roles=roles)
    return Me(by, tuple(duty.roles_on(by, town.day(now))), (word_of(town, by, now), *stood_in_for(town, by.id, now)), staff, now)


def _here(store: Store, me: Me, case: Case, obj: Object) -> steps.At | None:
    """The case's surroundings with this person's standing in it; None where its rules are not here."""
    town = store.town
    catalogue = town.catalogues.get(case.catalogue)
    if catalogue is None:
        return None
    item = cases.rule_of(catalogue, case)
    own = case.dept if case.own_people else ""
    one = duty.who(catalogue, me.person, item, obj, town.day(me.now), case_dept=own, holder=case.holder)
    one = one._replace(leads=me.leads, town_leader=me.town_leader)
    return steps.At(town, catalogue, item, obj, one, max(me.now, case.last))


def _reader(me: Me, here: steps.At, case: Case) -> Reader:
    def near(roles: tuple[str, ...]) -> bool:
        """Whether one of the person's roles for it covers the object's place; what has no places covers the town."""
        held = [one for one in me.held if one.role in roles]
        return any(nearness(one, here.obj) is not None for one in held) if held else here.one.handler

    return Reader(near, me.town_leader and _is_in_charge(me, case.dept), me.at_desk(here.catalogue))


def _is_in_charge(me: Me, dept: str) -> bool:
    """Of several town leaders the one whom roles.yaml names for the department, or who stands in for that one; where it names none, each."""
    if not any(dept in one.get("depts", ()) for one in me.staff.catalogue.town_leaders):
        return True
    named = me.staff.in_charge(dept)
    return named is None or named.id == me.person.id


# -- cases


def _waiting(store: Store, me: Me, object_id: str, case: Case, found: tuple[Awaited, ...]) -> Waiting:
    return Waiting(
        seen.case_seen(store, object_id, case, me.now),
        tuple(dict.fromkeys(one.act for one in found)),
        found[0].due,
        case.stage_due if case.running is not None and case.closed is None else None,
        me.stands_in_for(found[0].word),
    )


def _is_answer(first: Awaited) -> bool:
    return first.act.startswith("answer_")


def _worst_first(found: Iterable[Waiting]) -> tuple[Waiting, ...]:
    def place(one: Waiting) -> tuple[int, int, str]:
        due = one.due if one.due is not None else one.case.due
        return -RANK[one.case.colour or "grey"], NEVER if due is None else due, one.case.number

    return tuple(sorted(found, key=place))


def _hazards_first(found: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Answers owed: of hazards before all others, then the one that is due first."""
    return tuple(sorted(found, key=lambda one: (one.case.flow != "F4", one.due or 0, one.case.number)))


def _who(staff: Staff, here: steps.At, case: Case) -> tuple[str, ...]:
    """Whom a case waits for that is late: those who may verify a lead, the leader of the department that was asked, the town leader."""
    if case.stage == "verify":
        return tuple(one.name for one in staff.named(here.item.finders + here.item.handlers, here.item, here.obj, without=case.opener))
    leader = staff.in_charge(case.dept) if case.disputed else staff.leader(case.to_dept)
    return (leader.name,) if leader is not None else ()


def _provisional_year(store: Store, here: steps.At, case: Case) -> list[int]:
    """The year of the case's due, as a list, where days were counted up to it that nobody has announced yet; else nothing."""
    due = cases.running_due(store.town, here.catalogue, case)
    clock = cases.clock_of(store.town, here.item, case) if case.running is not None else store.town.clock("work_day", digest=case.catalogue)
    return [_year(store, due)] if due is not None and clock.is_provisional(due) else []


def _year(store: Store, instant: int) -> int:
    return int(iso_of(store.town.day(instant))[:4])


# -- lists, places


def _lists(store: Store, me: Me) -> tuple[ListSeen, ...]:
    """Today's lists of missed rounds that are this person's, as the leader or for the leader."""
    if not me.leads:
        return ()
    told = lists_told(store, me.person.id)
    found = []
    for one in boards.missed_lists(store, me.now):
        if one.leader_id == me.person.id:
            known = told.get((one.day, one.dept))
            answered = known is not None and known.answered is not None
            number = lists.number_of(one.day, one.dept)
            found.append(ListSeen(number, one.dept, one.dept_name, one.places, known is not None, answered, me.stands_in_for(one.dept)))
    return tuple(found)


def _places(store: Store, now: int) -> tuple[AtPlace, ...]:
    """What a clerk puts right: plates, places that seem to have ceased, objects registered from the street."""
    return (
        *(
            AtPlace(seen.object_seen(store, one.object, now), "plate", one.state, one.times, one.last)
            for one in waiting.plates_reported(store)
        ),
        *(
            AtPlace(seen.object_seen(store, one.object, now), "shut", "", one.times, one.last)
            for one in waiting.shut_running(store, store.town.day(now))
        ),
        *(AtPlace(seen.object_seen(store, one, now), "provisional", last=one.registered) for one in waiting.provisional(store)),
    )


# -- rounds


def _rounds(store: Store, by: Person, now: int) -> tuple[tuple[ObjectSeen, int, int], ...]:
    """Objects whose rounds this person is asked for today, in the order of the street: (object, questions, of these missed)."""
    found: dict[str, tuple[ObjectSeen, int, int]] = {}
    for place in due_for(store, by, now):
        obj = place.object
        _seen, questions, missed = found.get(obj.id, (None, 0, 0))
        colour = colour_at(place.base, place.yellow_at, place.red_at, now)
        shown = ObjectSeen(obj.id, obj.kind, obj.name, obj.place, obj.grid, obj.street, "", colour)
        found[obj.id] = (shown, questions + place.questions, missed + place.missed)
    return tuple(found.values())


def places(store: Store, by: Person, now: int) -> tuple[int, int]:
    """How many places this person's rounds ask for today, and how many the person has visited today."""
    store.fresh()
    town = store.town
    return len(_rounds(store, by, now)), look.visited_by(store, by.id, town.day_start(town.day(now)))
