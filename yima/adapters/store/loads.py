"""Who does it: the four colours by line (力量来源) and by resource (管理资源), and what each person has to do.

A round belongs to its primary role, a case to whoever holds it (DESIGN §8). People have no colour and no rank: their rows are a load.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from yima.adapters.store import Store, boards, rows
from yima.adapters.store.boards import Evidence, InTrouble, LateCase
from yima.adapters.store.staff import staff_at
from yima.core import colour, duty
from yima.core.colour import RANK, Counts
from yima.core.duty.staff import Staff
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import COLOURS, OWNER_OF, Catalogue, Item, Object, Person, Role
from yima.core.results.leaders import Board, Group, Load
from yima.core.town import is_here

OPEN = (
    "SELECT c.state, o.versions, m.case_base, m.case_yellow, m.case_red FROM case_file AS c CROSS JOIN object AS o ON o.id = c.object"
    " CROSS JOIN matter AS m ON m.object = c.object AND m.item = c.item AND m.open = c.key"
    " WHERE c.closed IS NULL AND o.retired = '' ORDER BY c.opened, c.key"
)
# Counted per object before any join, in the order of the matters' own key.
ROUNDS = (
    "SELECT role, object, MAX(CASE WHEN round_red <= :now THEN :red WHEN round_yellow <= :now THEN :yellow WHEN round_base = 'green' THEN :green"
    " ELSE 0 END) FROM matter WHERE round_base <> '' GROUP BY object, role"
)
ASKED = (
    "SELECT m.role, m.item, m.questions, o.id, o.kind, o.street, o.grid, o.village FROM (SELECT object, role, MIN(item) AS item,"
    " COUNT(*) AS questions FROM matter WHERE ask_day <= :day GROUP BY object, role, CASE role WHEN 'dept_staff' THEN item ELSE 0 END) AS m"
    " CROSS JOIN object AS o ON o.id = m.object WHERE o.retired = ''"
)


class OpenCase(NamedTuple):
    """An open case as time has made it, with its colour as instants and whose it is: None = nobody is named."""

    case: Case
    object: Object
    base: str
    yellow_at: int | None
    red_at: int | None
    role: Role | None

    def colour(self, now: int) -> str:
        return colour.colour_at(self.base, self.yellow_at, self.red_at, now)


# -- by line and by resource


def board(store: Store, by: str, now: int) -> Board:
    """The four colours by "line" or "resource": an object counts with the worst of its matters in that group. The caller has made all fresh."""
    roles = store.town.last_catalogue.roles
    keys = {id_: str(getattr(role, by)) for id_, role in roles.items()}
    open_cases = [(keys_of(one.role, by), one) for one in _open_cases(store, now)]
    worst: dict[str, dict[str, int]] = defaultdict(dict)
    for key, object_id, rank in _rounds(store, keys, now):
        worst[key][object_id] = max(worst[key].get(object_id, 0), rank)
    for key, one in open_cases:
        rank = RANK[one.colour(now)]
        worst[key][one.object.id] = max(worst[key].get(one.object.id, 0), rank)
    hot = {one.case.key: key for key, one in open_cases}
    hazards, unanswered = boards.of_hot(store, ((hot[one.case.key], one) for one in boards.hot_cases(store, now) if one.case.key in hot))
    missed = [
        one._replace(key=keys.get(one.role, ""), case_red=0, case_yellow=0) for one in boards.in_trouble(store, "", now) if one.missed
    ]
    found = Evidence(
        {key: _counted(its.values()) for key, its in worst.items()},
        hazards,
        unanswered,
        [*missed, *(_trouble(key, one, now) for key, one in open_cases)],
        _late(open_cases, now),
    )
    return boards.framed(store, by, now, boards.grouped(store, by, found, now))


def keys_of(role: Role | None, by: str) -> str:
    """The line or resource of a role; "" where nobody is named."""
    return "" if role is None else str(getattr(role, by))


def _rounds(store: Store, keys: Mapping[str, str], now: int) -> Iterator[tuple[str, str, int]]:
    """(group, object, rank of the worst round of one role there), by the primary roles of the rules in force."""
    retired = {id_ for (id_,) in store.db.execute("SELECT id FROM object WHERE retired <> ''")}
    ranks = {name: RANK[name] for name in ("red", "yellow", "green")}
    for role, object_id, rank in store.db.execute(ROUNDS, {"now": now, **ranks}):
        if object_id not in retired:
            yield keys.get(role, ""), object_id, rank


def _counted(ranks: Iterable[int]) -> Counts:
    found = Counter(COLOURS[rank] for rank in ranks)
    return Counts._make((*(found[name] for name in reversed(COLOURS)), False, False))


def _trouble(key: str, one: OpenCase, now: int) -> InTrouble:
    obj, shade = one.object, one.colour(now)
    return InTrouble(
        key, obj.id, obj.kind, obj.street, obj.grid, obj.village, "", 0, int(shade == "red"), int(shade in ("red", "yellow")), 0, 0
    )


def _late(found: list[tuple[str, OpenCase]], now: int) -> list[LateCase]:
    """Those that are yellow or red, the longest overdue first."""
    late = [
        (one.red_at if one.red_at is not None else now, LateCase(key, one.case.device, one.case.number, one.case.item, int(shade == "red")))
        for key, one in found
        if (shade := one.colour(now)) in ("red", "yellow")
    ]
    return [one for _red_at, one in sorted(late, key=lambda pair: (pair[0], pair[1].number, pair[1].device))]


# -- whose a case is


def _open_cases(store: Store, now: int) -> Iterator[OpenCase]:
    town = store.town
    for state, versions, base, yellow_at, red_at in store.db.execute(OPEN):
        case, obj = rows.case_of(state), rows.last_of(versions)
        catalogue = town.catalogues.get(case.catalogue)
        if catalogue is not None and base:
            case = cases.advance(town, catalogue, case, max(now, case.last))
            role = role_of_case(staff_at(store, now, catalogue=catalogue), case, obj)
            yield OpenCase(case, obj, base, yellow_at, red_at, role)


def role_of_case(staff: Staff, case: Case, obj: Object) -> Role | None:
    """The role in which somebody has the case: the owner while the window runs, the desk, its holder, else the first who would be told of it.

    None = nobody is named. staff: of the day, under the rules of the case.
    """
    catalogue, item = staff.catalogue, cases.rule_of(staff.catalogue, case)
    if case.stage == "self_fix":
        return next((catalogue.roles[role] for role in duty.owner_roles(obj) if role in item.handlers and role in catalogue.roles), None)
    if case.stage == "triage":
        return catalogue.roles.get("admin")  # the centre's desk sorts
    person = staff.people.get(case.holder)
    if person is None or not staff.is_here(person):
        named = staff.members(case.dept) if case.own_people else staff.named(item.handlers, item, obj)
        person = named[0] if named else None
    return None if person is None else _role_of(catalogue, person, item, obj, staff.day)


def _role_of(catalogue: Catalogue, person: Person, item: Item, obj: Object, day: int) -> Role | None:
    """The role with which the person handles the item; of somebody who does so by being named, the first that they hold."""
    held = [one.role for one in duty.roles_on(person, day) if one.role in catalogue.roles and one.role not in OWNER_OF]
    fits = [role for role in held if role in item.handlers and duty.has_role(catalogue, person, (role,), item, obj, day)]
    return next((catalogue.roles[role] for role in (*fits, *held)), None)


# -- by person


def people(store: Store, now: int) -> Board:
    """What everybody has to do: open cases held, rounds asked today. In the order of departments and names. The caller has made all fresh."""
    staff, day = staff_at(store, now), store.town.day(now)
    held, overdue = Counter[str](), Counter[str]()
    for one in _open_cases(store, now):
        held[one.case.holder] += 1
        overdue[one.case.holder] += one.colour(now) == "red"
    places, shared, questions = _asked(store, staff, day)
    catalogue = staff.catalogue
    order = {dept: place for place, dept in enumerate(catalogue.departments)}

    def works_here(person: Person) -> bool:
        roles = {one.role for one in duty.roles_on(person, day)} - set(OWNER_OF)
        return (bool(roles) and is_here(person, day)) or held[person.id] > 0

    listed = sorted(
        (person for person in staff.people.values() if works_here(person)),
        key=lambda person: (order.get(person.dept, len(order)), person.name, person.id),
    )
    groups = tuple(
        Group(
            person.id,
            person.name,
            "",
            dict.fromkeys(reversed(COLOURS), 0),
            load=Load(
                person.dept,
                catalogue.dept_name(person.dept),
                held[person.id],
                overdue[person.id],
                places[person.id],
                questions[person.id],
                shared[person.id],
            ),
        )
        for person in listed
    )
    return boards.framed(store, "person", now, groups)._replace(unheld=held[""])


def _asked(store: Store, staff: Staff, day: int) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """By person: places whose rounds are asked that day, those of them that others are asked for too, and questions."""
    named: dict[tuple[str, int, tuple[str, ...]], tuple[str, ...]] = {}
    places, shared, questions = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set), Counter[str]()
    for role, no, count, object_id, kind, street, grid, village in store.db.execute(ASKED, {"day": day}):
        if role in OWNER_OF or no not in staff.catalogue.items:
            continue
        obj = Object(object_id, kind, "", street=street, grid=grid, village=village)
        key = (role, no if role == "dept_staff" else 0, staff.place(obj))
        if key not in named:
            named[key] = tuple(person.id for person in staff.named((role,), staff.catalogue.items[no], obj))
        for id_ in named[key]:
            places[id_].add(object_id)
            questions[id_] += count
            if len(named[key]) > 1:
                shared[id_].add(object_id)
    return (
        Counter({id_: len(its) for id_, its in places.items()}),
        Counter({id_: len(its) for id_, its in shared.items()}),
        questions,
    )
