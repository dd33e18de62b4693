"""The four colours as people read them: groups with counts, colour and causes, out of the folded rows; and who is told of missed rounds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, NamedTuple

from yima.adapters.store import Store, look, rows
from yima.adapters.store.staff import staff_at
from yima.core import colour
from yima.core.colour import Counts
from yima.core.flow import cases
from yima.core.flow.cases import Case
from yima.core.model import COLOURS, Catalogue, Item, Object, Person
from yima.core.results.leaders import Board, Group, MissedList
from yima.core.worktime import iso_of

AXES = {
    "grid": "o.grid",
    "street": "o.street",
    "village": "o.village",
    "kind": "o.kind",
    "object": "o.id",
    "module": "m.module",
    "item": "m.item",
    "dept": "m.dept",
    "": "''",  # the whole town
}
OF_MATTERS = ("module", "item", "dept")  # an object stands in several of these groups, in each with its matters there
ORDER = {"line": ("line", "local", "self"), "resource": ("permanent", "contract", "third_party", "social")}  # axes of who does it: loads.py


class Causes(NamedTuple):
    """Objects of one group by what makes them red, and yellow (those without red): the place, or our work."""

    red_problem: int = 0
    red_work: int = 0
    yellow_problem: int = 0
    yellow_work: int = 0


class InTrouble(NamedTuple):
    """An object in one group, with what of its matters is yellow or red, for each role that looks there (dept_staff: and item).

    item: a missed one, 0 = none. The flags are 0 or 1; a red round is a missed one too.
    """

    key: str
    id: str
    kind: str
    street: str
    grid: str
    village: str
    role: str
    item: int
    case_red: int
    case_yellow: int
    round_red: int
    missed: int


class LateCase(NamedTuple):
    """An open case that is yellow or red."""

    key: str
    device: str
    number: int
    item: int
    is_red: int


class Hot(NamedTuple):
    """A case that makes its groups red whatever the shares: an overdue hazard, or a 督查 past its answer limit."""

    object: Object
    case: Case
    hazard: bool
    unanswered: bool


# -- rows


def in_trouble(store: Store, by: str, now: int) -> list[InTrouble]:
    """Every object that is yellow or red in a group, in one pass. Its matters are pooled before they meet its texts, which costs a third less."""
    of_matter, of_object = (AXES[by], "m.key") if by in OF_MATTERS else ("''", AXES[by])
    statement = (
        f"SELECT {of_object}, o.id, o.kind, o.street, o.grid, o.village, m.role, COALESCE(m.missed_item, 0), m.case_red, m.case_yellow,"
        f" m.round_red, m.missed FROM (SELECT m.object, {of_matter} AS key, m.role,"
        "  MIN(CASE WHEN m.round_yellow <= :now THEN m.item END) AS missed_item, MAX(COALESCE(m.case_red <= :now, 0)) AS case_red,"
        "  MAX(COALESCE(m.case_yellow <= :now, 0) OR m.case_base = 'yellow') AS case_yellow, MAX(COALESCE(m.round_red <= :now, 0)) AS round_red,"
        "  MAX(COALESCE(m.round_yellow <= :now, 0)) AS missed FROM object AS o CROSS JOIN matter AS m ON m.object = o.id"
        "  WHERE o.retired = '' AND (o.red_at <= :now OR o.yellow_at <= :now OR o.base = 'yellow')"
        "  AND (m.round_yellow <= :now OR m.case_red <= :now OR m.case_yellow <= :now OR m.case_base = 'yellow')"
        "  GROUP BY m.object, key, m.role, CASE m.role WHEN 'dept_staff' THEN m.item ELSE 0 END) AS m"
        " CROSS JOIN object AS o ON o.id = m.object"
    )
    return [InTrouble(str(row[0]), *row[1:]) for row in store.db.execute(statement, {"now": now})]


def causes(found: Iterable[InTrouble]) -> dict[str, Causes]:
    """Objects by cause for each group: each is counted once, its case before its rounds, its red before its yellow."""
    flags: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for one in found:
        case_red, case_yellow, round_red, missed = flags.get((one.key, one.id), (0, 0, 0, 0))
        flags[one.key, one.id] = (case_red | one.case_red, case_yellow | one.case_yellow, round_red | one.round_red, missed | one.missed)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (key, _object), (case_red, case_yellow, round_red, missed) in flags.items():
        place = 0 if case_red else 1 if round_red else 2 if case_yellow else 3 if missed else None
        if place is not None:
            counts[key][place] += 1
    return {key: Causes(*numbers) for key, numbers in counts.items()}


def late_cases(store: Store, by: str, now: int) -> list[LateCase]:
    """Open cases that are yellow or red, the longest overdue first."""
    statement = (
        f"SELECT {AXES[by]}, c.device, c.number, c.item, COALESCE(m.case_red <= :now, 0) FROM case_file AS c"
        " CROSS JOIN matter AS m ON m.object = c.object AND m.item = c.item AND m.open = c.key CROSS JOIN object AS o ON o.id = c.object"
        " WHERE c.closed IS NULL AND o.retired = '' AND (m.case_red <= :now OR m.case_yellow <= :now OR m.case_base = 'yellow')"
        " ORDER BY m.case_red IS NULL, m.case_red, c.number, c.device"
    )
    return [LateCase(str(row[0]), *row[1:]) for row in store.db.execute(statement, {"now": now})]


def hot_cases(store: Store, now: int) -> list[Hot]:
    """The cases behind `hazard_at` and `answer_at` of objects, one by one."""
    found = []
    for versions, state in store.db.execute(
        "SELECT o.versions, c.state FROM object AS o CROSS JOIN case_file AS c ON c.object = o.id AND c.closed IS NULL"
        " WHERE o.retired = '' AND (o.hazard_at <= :now OR o.answer_at <= :now) ORDER BY c.opened, c.key",
        {"now": now},
    ):
        case, town = rows.case_of(state), store.town
        catalogue = town.catalogues.get(case.catalogue)
        if catalogue is None:
            continue
        turns = cases.turns_of(town, catalogue, case)
        overdue = turns is not None and turns.red_at is not None and turns.red_at <= now
        hazard = case.flow == "F4" and overdue and cases.rule_of(catalogue, case).claimed
        unanswered = any(
            one.rung == "supervise" and one.answer_due is not None and one.answer_due < now and one.answered is None and not one.withdrawn
            for one in case.rungs
        )
        if hazard or unanswered:
            found.append(Hot(rows.last_of(versions), case, hazard, unanswered))
    return found


def objects_seen(store: Store, now: int, *, quiet: bool) -> list[tuple[Object, str, int]]:
    """(object, colour, since) of every object, or without `quiet` of those that are neither green nor grey; the worst and oldest first."""
    where = "" if quiet else " AND (base IN ('blue', 'yellow') OR yellow_at <= :now OR red_at <= :now)"
    found = []
    for versions, base, since, yellow_at, red_at in store.db.execute(
        f"SELECT versions, base, since, yellow_at, red_at FROM object WHERE retired = ''{where} ORDER BY street, door, name, id",
        {"now": now},
    ):
        seen = colour.colour_at(base, yellow_at, red_at, now)
        found.append((rows.last_of(versions), seen, colour.since(since, yellow_at, red_at, base, now)))
    return sorted(found, key=lambda one: (-colour.RANK[one[1]], one[2]))


def case_named(store: Store, name: str) -> Case | None:
    """The case that a finding's name leads to. The caller has made its object fresh."""
    row = store.db.execute(
        "SELECT c.state FROM finding AS f JOIN case_file AS c ON c.key = f.case_key WHERE f.name = ?", (name,)
    ).fetchone()
    return rows.case_of(row[0]) if row else None


def setting(store: Store, name: str) -> str:
    """A kept setting as it stands in the file now; another program may have written it."""
    row = store.db.execute("SELECT value FROM kept_setting WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


# -- who is told of a missed round


class Leaders:
    """The department and leader of whom a round names, remembered: a town has few roles and grids, but many objects."""

    def __init__(self, store: Store, now: int) -> None:
        self.staff = staff_at(store, now)
        self.catalogue = self.staff.catalogue
        self._depts: dict[tuple[str, int, tuple[str, ...]], str] = {}

    def dept_of(self, one: InTrouble) -> str:
        """The department of the person whom the round names; of the item's lead where that is nobody, or somebody outside the town."""
        obj = Object(one.id, one.kind, "", street=one.street, grid=one.grid, village=one.village)
        key = (one.role, one.item, self.staff.place(obj))
        if key not in self._depts:
            item = self.catalogue.items[one.item]
            named = self.staff.named((one.role,), item, obj)
            dept = _dept(named[0], one.role) if named else ""
            known = self.catalogue.departments.get(dept, {}).get("kind", "outside") != "outside"
            self._depts[key] = dept if known else item.lead
        return self._depts[key]

    def leader_of(self, dept: str) -> str:
        """The leader's name; "" = the department has none."""
        found = self.staff.leader(dept)
        return found.name if found is not None else ""


def _dept(person: Person, role: str) -> str:
    depts = next((held.depts for held in person.roles if held.role == role and held.depts), ())
    return depts[0] if depts else person.dept


def missed_lists(store: Store, now: int) -> tuple[MissedList, ...]:
    """The missed rounds as they stand at `now`, one list for each leader."""
    leaders, places = Leaders(store, now), defaultdict(set)
    for one in in_trouble(store, "", now):
        if one.missed:
            places[leaders.dept_of(one)].add(one.id)
    day = iso_of(store.town.day(now))
    found = []
    for dept, its in sorted(places.items()):
        leader = leaders.staff.leader(dept)
        name, id_ = (leader.name, leader.id) if leader is not None else ("", "")
        found.append(MissedList(dept, leaders.catalogue.dept_name(dept), name, len(its), id_, day))
    return tuple(found)


# -- the board


def board(store: Store, by: str, now: int, *, quiet: bool = False) -> Board:
    """The four colours by an axis, and of the town. quiet: by object also those green or grey. The caller has made all fresh."""
    found = {row.key: row.counts for row in look.board(store, by, now)} if by != "object" else {}
    everything = list(found.values()) if by not in (*OF_MATTERS, "object") else None
    return framed(store, by, now, _objects(store, now, quiet) if by == "object" else _groups(store, by, found, now), everything)


def framed(store: Store, by: str, now: int, groups: tuple[Group, ...], everything: list[Counts] | None = None) -> Board:
    """The board around its rows, with the town. everything: counts in which each object stands once, where the caller has them."""
    catalogue = store.town.last_catalogue
    thresholds = catalogue.town.get("colours", {})
    everything = everything if everything is not None else [row.counts for row in look.board(store, "kind", now)]
    total = Counts._make((*(sum(one[place] for one in everything) for place in range(5)), False, False))
    town = Group("", store.town.name, colour.group_colour(total, thresholds, town=True), counted(total))
    unclaimed = tuple(item.name for item in catalogue.items.values() if not item.claimed)
    return Board(by, now, groups, town, unclaimed, thresholds.get("words", {}))


def counted(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in reversed(COLOURS)}


class Evidence(NamedTuple):
    """What the rows of an axis are made of, by key: objects counted, cases that make a group red whatever the shares, and why."""

    counts: Mapping[str, Counts]
    hazards: Set[str]
    unanswered: Mapping[str, Sequence[str]]  # numbers of cases
    troubled: Sequence[InTrouble]
    late: Sequence[LateCase]


def _groups(store: Store, by: str, found: Mapping[str, Counts], now: int) -> tuple[Group, ...]:
    items = store.town.last_catalogue.items
    hot = [(_key_of(by, one.object, one.case, items.get(one.case.item)), one) for one in hot_cases(store, now)]
    return grouped(store, by, Evidence(found, *of_hot(store, hot), in_trouble(store, by, now), late_cases(store, by, now)), now)


def of_hot(store: Store, hot: Iterable[tuple[str, Hot]]) -> tuple[set[str], dict[str, list[str]]]:
    """The keys with an overdue hazard, and the numbers of cases with a 督查 past its answer limit by key."""
    hazards, unanswered = set(), defaultdict(list)
    for key, one in hot:
        if one.hazard:
            hazards.add(key)
        if one.unanswered:
            unanswered[key].append(number_of(store, one.case.device, one.case.number))
    return hazards, unanswered


def grouped(store: Store, by: str, found: Evidence, now: int) -> tuple[Group, ...]:
    """The rows of an axis, each with its colour and why, in the order of the rules."""
    catalogue = store.town.last_catalogue
    thresholds = catalogue.town.get("colours", {})
    why, late, missed = causes(found.troubled), _by_key(found.late), _by_key(one for one in found.troubled if one.missed)
    leaders, groups = Leaders(store, now), []
    for key, counts in found.counts.items():
        counts = counts._replace(hazard=key in found.hazards, unanswered=key in found.unanswered)
        shade, one, red = colour.group_colour(counts, thresholds), why.get(key, Causes()), counts.red > 0
        named = shade in ("red", "yellow")
        its_cases = sorted((case for case in late[key] if bool(case.is_red) == red), key=lambda case: not _is_hazard(catalogue, case.item))
        groups.append(
            Group(
                key,
                name_of(catalogue, by, key),
                shade,
                counted(counts),
                one.red_problem if red else one.yellow_problem,
                one.red_work if red else one.yellow_work,
                tuple(number_of(store, case.device, case.number) for case in its_cases),
                _places(leaders, (row for row in missed[key] if row.round_red or not red)) if named else (),
                tuple(found.unanswered.get(key, ())),
            )
        )
    return tuple(sorted(groups, key=lambda group: _place(catalogue, by, group.key)))


def _by_key(found: Iterable[Any]) -> defaultdict[str, list[Any]]:
    by_key: defaultdict[str, list[Any]] = defaultdict(list)
    for one in found:
        by_key[one.key].append(one)
    return by_key


def _places(leaders: Leaders, missed: Iterable[InTrouble]) -> tuple[tuple[str, int], ...]:
    """(leader, places) of some missed rounds, most places first."""
    places: dict[str, set[str]] = defaultdict(set)
    for one in missed:
        places[leaders.leader_of(leaders.dept_of(one))].add(one.id)
    return tuple(sorted(((leader, len(its)) for leader, its in places.items()), key=lambda one: (-one[1], one[0])))


def _is_hazard(catalogue: Catalogue, no: int) -> bool:
    return no in catalogue.items and catalogue.items[no].flow == "F4"


def _key_of(by: str, obj: Object, case: Case, item: Item | None) -> str:
    if by == "item":
        return str(case.item)
    if by == "dept":
        return case.dept
    if by == "module":
        return item.module if item is not None else ""
    return str(getattr(obj, "id" if by == "object" else by))


def name_of(catalogue: Catalogue, by: str, key: str) -> str:
    """A group's name in the town's own words; "" where it has none (an empty key, an unlisted item)."""
    if by == "module":
        return str(catalogue.modules.get(key, {}).get("name", key))
    if by == "dept":
        return catalogue.dept_name(key)
    if by == "item":
        return catalogue.items[int(key)].name if int(key) in catalogue.items else ""
    return "" if by in ("kind", *ORDER) else key


def _place(catalogue: Catalogue, by: str, key: str) -> tuple[bool, int, str]:
    """Where a row stands: in the order of the rules, else by name; what has no name at the end."""
    order = {"module": catalogue.modules, "dept": catalogue.departments, **ORDER}.get(by)
    number = int(key) if by == "item" else list(order).index(key) if order is not None and key in order else 0
    return not key or key == "0", number, key


def number_of(store: Store, device: str, number: int) -> str:
    found = store.town.devices.get(device)
    return f"{found.letters if found is not None else '?'}-{number:04d}"


def _objects(store: Store, now: int, quiet: bool) -> tuple[Group, ...]:
    """One row for each object (without `quiet` those red, yellow or blue): since when, which open cases, whose missed rounds."""
    troubled, leaders = in_trouble(store, "object", now), Leaders(store, now)
    why, missed = causes(troubled), _by_key(one for one in troubled if one.missed)
    what: dict[str, dict[str, None]] = defaultdict(dict)
    for one in look.troubles(store, now):
        if one.item in leaders.catalogue.items:
            what[one.object][leaders.catalogue.items[one.item].name] = None
    numbers = defaultdict(list)
    statement = "SELECT object, device, number FROM case_file WHERE closed IS NULL ORDER BY opened, key"
    for object_id, device, number in store.db.execute(statement):
        numbers[object_id].append(number_of(store, device, number))
    found = []
    for obj, shade, since in objects_seen(store, now, quiet=quiet):
        cause = why.get(obj.id, Causes())
        found.append(
            Group(
                obj.id,
                obj.called,
                shade,
                {**dict.fromkeys(reversed(COLOURS), 0), shade: 1},
                cause.red_problem or cause.yellow_problem,
                cause.red_work or cause.yellow_work,
                tuple(numbers[obj.id]),
                _places(leaders, missed[obj.id]),
                (),
                since,
                tuple(what[obj.id]),
            )
        )
    return tuple(found)
