"""`yima todo`: what waits for one person: cases worst first, then the objects with due rounds, then answers owed."""

from yima.adapters.store import Store, look, seen
from yima.core import duty
from yima.core.colour import RANK, colour_at
from yima.core.duty.deputies import speaking
from yima.core.duty.staff import nearness
from yima.core.events import StepTaken
from yima.core.flow import cases, desk, rungs, steps
from yima.core.flow.cases import Case
from yima.core.model import OWNER_OF, Person
from yima.core.results.pages import Todo
from yima.core.results.street import CaseSeen, ObjectSeen


def todo(store: Store, by: Person, now: int) -> Todo:
    """Everything that this person can move, or must answer, at `now`."""
    store.fresh()
    town, day = store.town, store.town.day(now)
    mine: list[CaseSeen] = []
    owed: list[CaseSeen] = []
    confirm: list[CaseSeen] = []
    for object_id, case in look.open_cases(store):
        obj = look.store_object(store, object_id)
        catalogue = town.catalogues.get(case.catalogue)
        if obj is None or catalogue is None:
            continue
        case = cases.advance(town, catalogue, case, max(now, case.last))
        item = cases.rule_of(catalogue, case)
        one = duty.who(catalogue, by, item, obj, day, case_dept=case.dept if case.own_people else "", holder=case.holder)
        one = speaking(town, one, now)
        if rungs.owed(case, one.leads, one.town_leader):
            owed.append(seen.case_seen(store, object_id, case, now))
        elif _waits_for(case, steps.At(town, catalogue, item, obj, one, max(now, case.last)), by):
            mine.append(seen.case_seen(store, object_id, case, now))
        elif one.centre and case.stage == "suspended" and case.after is not None and case.after[0] < case.suspended_to:
            confirm.append(seen.case_seen(store, object_id, case, now))
    if any(held.role == "admin" for held in duty.roles_on(by, day)) or town.last_catalogue.centre == by.dept:
        confirm += [
            seen.case_seen(store, object_id, case, now)
            for object_id, case in look.all_cases(store)
            if case.outcome == "void" and case.void and not case.void_granted
        ]
    dept = str(town.last_catalogue.departments.get(by.dept, {}).get("name", by.dept))
    return Todo(by.name, dept, now, _worst_first(mine), _rounds(store, by, now), _worst_first(owed), tuple(confirm))


def _waits_for(case: Case, here: steps.At, by: Person) -> bool:
    """Whether the case is this person's to move now: theirs as holder, else for the stage's own people (named by scope, or by role)."""
    one = here.one
    if case.stage in ("accept", "handle"):
        if case.holder:
            return one.id == case.holder
        return (
            one.handler
            and _is_near(here, by, here.item.handlers)
            and (here.item.flow not in ("F3", "F5") or one.permanent or case.stage == "handle")
        )
    if case.stage == "self_fix":
        return one.owner
    if case.stage in ("returned",):
        return case.dept in one.leads
    if case.stage == "unclaimed":
        return case.to_dept in one.leads or (case.disputed and one.town_leader)
    if case.stage == "triage":
        return one.centre
    if case.stage == "verify":
        return steps.is_verifier(case, here) and _is_near(here, by, here.item.finders + here.item.handlers)
    if case.stage == "check":
        moved = steps.fine(case, here)
        if isinstance(moved, Case):
            return _is_near(here, by, here.item.finders + here.item.handlers)
        return not isinstance(desk.take(case, _CLOSE._replace(case=case.key), here), str)
    return False


_CLOSE = StepTaken("", "close")


def _is_near(here: steps.At, by: Person, roles: tuple[str, ...]) -> bool:
    """Whether one of the person's roles for it covers the object's place; what has no places covers the town."""
    day = here.town.day(here.at)
    if case_people := [held for held in duty.roles_on(by, day) if held.role in roles]:
        return any(nearness(held, here.obj) is not None for held in case_people)
    return here.one.handler


def _worst_first(found: list[CaseSeen]) -> tuple[CaseSeen, ...]:
    return tuple(sorted(found, key=lambda case: (-RANK[case.colour or "grey"], case.due if case.due is not None else 1 << 62, case.number)))


def _rounds(store: Store, by: Person, now: int) -> tuple[tuple[ObjectSeen, int, int], ...]:
    """Objects whose rounds this person is asked for today, in the order of the street: (object, questions, of these missed)."""
    day = store.town.day(now)
    held = duty.roles_on(by, day)
    found: dict[str, tuple[ObjectSeen, int, int]] = {}
    for place in look.due_places(store, {one.role for one in held}, day):
        obj = place.object
        if place.role in OWNER_OF:
            mine = duty.is_owner(by, obj, day)
        else:
            mine = any(one.role == place.role and nearness(one, obj) is not None for one in held)
        if mine:
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
