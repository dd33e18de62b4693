"""Between the fold's values and rows of folded tables. Nothing here decides anything: colours come from the core as instants."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yima.adapters.store import sql
from yima.core.colour import RANK
from yima.core.flow import NOTHING, Key, Matter, Named, State, rounds
from yima.core.flow.cases import Call, Case, Rung, rule_of, turns_of
from yima.core.flow.rungs import next_rung_at
from yima.core.model import Catalogue, Item, Object, Person, Role, RoleOf
from yima.core.town import Device, Rules, Town, Versions

Row = tuple[Any, ...]
NO_ITEM, NEVER = ("", ""), (None, None)
NO_TURNS: Row = ("", None, None, None)
NO_ROUND: Row = ("", None, "", None, "", None, None, None, None)


class Extremes(NamedTuple):
    """An object's colour as instants: the worst of its matters, the first overdue hazard, the first overdue 督查 answer."""

    base: str
    since: int
    yellow_at: int | None
    red_at: int | None
    hazard_at: int | None
    answer_at: int | None


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # made once: json.dumps makes one for each call


def dumps(value: Any) -> str:
    return _encode(value)


# -- values out of JSON: lists become the tuples that they were


# Which fields hold a tuple: a place may have a hundred closed cases, and to ask it of every value is half the time of reading them.
_OF_OBJECT, _OF_CASE = (
    [place for place, name in enumerate(made._fields) if "tuple" in str(made.__annotations__[name])] for made in (Object, Case)
)
_CALLS, _RUNGS = Case._fields.index("calls"), Case._fields.index("rungs")
_decode = json.JSONDecoder().raw_decode


def object_of(raw: list[Any]) -> Object:
    for place in _OF_OBJECT:
        if (value := raw[place]) is not None:
            raw[place] = tuple(value)
    return Object(*raw)


def last_of(versions: str) -> Object:
    """An object as last registered."""
    return object_of(json.loads(versions)[-1][1])


def person_of(raw: Sequence[Any]) -> Person:
    roles = tuple(RoleOf._make(tuple(value) if isinstance(value, list) else value for value in held) for held in raw[4])
    return Person(raw[0], raw[1], raw[2], raw[3], roles, tuple((one[0], one[1], one[2]) for one in raw[5]), raw[6])


def versions_of(text: str, of: Any) -> Versions:
    return tuple([(when, of(value)) for when, value in _decode(text)[0]])


def case_of(text: str) -> Case:
    raw = _decode(text)[0]
    for place in _OF_CASE:
        if raw[place] is not None:
            raw[place] = tuple(raw[place])
    if raw[_CALLS]:
        raw[_CALLS] = tuple(Call(*one) for one in raw[_CALLS])
    if raw[_RUNGS]:
        raw[_RUNGS] = tuple(Rung(*one) for one in raw[_RUNGS])
    return Case._make(raw)


def town_parts(town: Town) -> list[tuple[str, str]]:
    """The town's small tables as named JSON texts; people and catalogues have rows of their own."""
    return [
        ("head", dumps([town.id, town.name, town.offset, town.sample])),
        ("devices", dumps(list(town.devices.values()))),
        ("named", dumps(dict(town.named))),
        ("shifts", dumps(dict(town.shifts))),
        ("rules", dumps(town.rules)),
        ("years", dumps({str(year): days for year, days in town.years.items()})),
        ("rosters", dumps(dict(town.rosters))),
        ("leaves", dumps(town.leaves)),
    ]


def town_of(parts: Mapping[str, str], people: Any, catalogues: Any, years: Any, rosters: Any) -> Town:
    id_, name, offset, sample = json.loads(parts["head"])
    devices = [Device(one[0], one[1], one[2], tuple(one[3]), one[4], one[5]) for one in json.loads(parts["devices"])]
    return Town(
        id_,
        name,
        offset,
        sample=sample,
        devices={device.id: device for device in devices},
        named={person: tuple(place) for person, place in json.loads(parts["named"]).items()},
        people=people,
        shifts={device: [tuple(one) for one in shifts] for device, shifts in json.loads(parts["shifts"]).items()},
        rules=[Rules(*one) for one in json.loads(parts["rules"])],
        catalogues=catalogues,
        years=years,
        rosters=rosters,
        leaves=json.loads(parts["leaves"]),
    )


def slim_of(catalogue: Catalogue) -> str:
    """The rules without their long texts (`Item.more`): what a scan needs of them, in a third of the bytes."""
    items = [item[:-1] for item in catalogue.items.values()]
    flows = {name: {**flow, "stages": [_without_words(stage) for stage in flow["stages"]]} for name, flow in catalogue.flows.items()}
    branches = {name: _without_words(branch) for name, branch in catalogue.branches.items()}
    rest = catalogue._replace(items={}, roles={}, flows=flows, branches=branches)
    return dumps([items, list(catalogue.roles.values()), rest])


def _without_words(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in ("note", "effect", "law_ceiling", "reasons_zh")}


def catalogue_from(slim: str, texts: Callable[[int], Mapping[str, Any]]) -> Catalogue:
    """The rules from their slim form. texts: gives an item's long texts when somebody asks for them."""
    items, roles, rest = json.loads(slim)
    catalogue = Catalogue._make(rest)
    return catalogue._replace(
        items={raw[0]: Item._make((*(tuple(one) if isinstance(one, list) else one for one in raw), texts(raw[0]))) for raw in items},
        roles={raw[0]: Role._make(raw) for raw in roles},
        ends_with_tenant=tuple(catalogue.ends_with_tenant),
    )


# -- an object's rows


def matter_rows(state: State, town: Town, object_id: str, only: Collection[Key] | None = None) -> list[Row]:
    """The matters of one object, by their keys. only: these alone."""
    its_rounds = rounds(state, town, only)
    keys = {*state.matters, *((no, "") for no in its_rounds)} if only is None else only
    matters, cases, items = state.matters, state.cases, town.last_catalogue.items if town.rules else {}
    before, found = None, []
    for key in sorted(keys):
        no, finding = key
        matter, item, of_case = matters.get(key, NOTHING), items.get(no), NO_TURNS
        if matter is not before:  # what was scanned in one visit is one value
            before, (is_open, closed, scanned, hastened) = matter, matter
            day, when = scanned or NEVER
            faster = dumps(hastened) if hastened else ""
        module, dept = (item.module, item.lead) if item is not None else NO_ITEM
        if is_open and (case := cases[is_open]).catalogue in town.catalogues:
            turns = turns_of(town, town.catalogues[case.catalogue], case)
            if turns is not None:
                of_case, dept = turns, case.dept
        one = its_rounds.get(no) if not finding else None
        role, _anchor, period, due, base, since, yellow_at, red_at, ask = one if one is not None else NO_ROUND
        if since is None and one is not None:
            since = when
        found.append((
            object_id, no, finding, module, dept, is_open, closed, day, when, role, period, due, faster, ask, base, since, yellow_at, red_at,
            *of_case,
        ))  # fmt: skip
    return found


def case_row(town: Town, object_id: str, case: Case) -> Row:
    catalogue = town.catalogues.get(case.catalogue)
    rung_at = next_rung_at(town, catalogue, case) if catalogue is not None else None
    return (
        case.key, object_id, case.item, case.device, case.number, case.opened, case.closed, case.stage, case.outcome, case.dept, case.holder,
        rung_at, dumps(case),
    )  # fmt: skip


def extremes(rounds: Iterable[Row], cases: Collection[Case], town: Town) -> Extremes:
    """The worst over the turns of an object's rounds (base, since, yellow_at, red_at) and its open cases, as instants."""
    turns = list(rounds)
    if len(turns) == 1 and not cases:
        base, since, yellow_at, red_at = turns[0]
        return Extremes(base, since, yellow_at, red_at, None, None)
    hazards, answers = [], []
    for case in cases:
        if case.closed is not None or case.catalogue not in town.catalogues:
            continue
        catalogue = town.catalogues[case.catalogue]
        own = turns_of(town, catalogue, case)
        if own is not None:
            turns.append(own)
            if case.flow == "F4" and own.red_at is not None and rule_of(catalogue, case).claimed:
                hazards.append(own.red_at)
        answers += [
            one.answer_due + 1
            for one in case.rungs
            if one.rung == "supervise" and one.answer_due is not None and one.answered is None and not one.withdrawn
        ]
    if not turns:
        return Extremes("grey", 0, None, None, None, None)
    base = max([one[0] for one in turns], key=RANK.__getitem__)
    return Extremes(
        base,
        min([one[1] for one in turns if one[0] == base]),
        min([one[2] for one in turns if one[2] is not None], default=None),
        min([one[3] for one in turns if one[3] is not None], default=None),
        min(hazards, default=None),
        min(answers, default=None),
    )


def object_rows(state: State, town: Town, object_id: str) -> tuple[list[Row], list[Row], list[Row], list[Row], Extremes]:
    """Matter, case, finding and unmoved rows of one object, each sorted by its key, and the object's extremes."""
    matters = matter_rows(state, town, object_id)
    cases = [case_row(town, object_id, case) for _, case in sorted(state.cases.items())]
    findings = [finding_row(object_id, name, named) for name, named in sorted(state.names.items())]
    unmoved = [(hash_, object_id, why) for hash_, why in sorted(state.unmoved.items())]
    return (
        matters,
        cases,
        findings,
        unmoved,
        extremes((row[14:18] for row in matters if row[14]), state.cases.values(), town),
    )


def finding_row(object_id: str, name: str, named: Named) -> Row:
    return (name, object_id, named.case, named.item, named.device, named.number)


def register_row(obj: Object, versions: Versions, initials: str, dumps: Callable[[Any], str] = dumps) -> Row:
    """The columns of an object that its register facts alone decide. dumps: bulk work brings a faster one that writes the same."""
    return (
        obj.id, obj.kind, obj.name, obj.street, obj.door, obj.unit, obj.address, obj.grid, obj.village, obj.trade, obj.licence, obj.part_of,
        obj.source[0], obj.source[1], obj.retired, initials, dumps(versions),
    )  # fmt: skip


def hastened_of(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((day, period) for day, period in json.loads(text)) if text else ()


# -- an object as it is stored


class Stored(NamedTuple):
    """A folded object."""

    state: State
    extremes: Extremes


def stored_of(db: sqlite3.Connection, object_id: str) -> Stored | None:
    """What is stored of a folded object; None where it is stale or unknown."""
    own: Row | None = None
    matters: dict[Key, Matter] = {}
    for row in db.execute(sql.STORED, (object_id,)):
        if row[0]:
            own = row
        else:
            _own, finding, item, is_open, closed, day, when, hastened, *_none = row
            matters[item, finding] = Matter(is_open, closed, (day, when) if day is not None else None, hastened_of(hastened))
    if own is None:
        return None
    cases, names, unmoved = _beside(db, object_id) if own[11] else ({}, {}, {})
    last_visit = own[2:5] if own[2] is not None else None
    return Stored(State(versions_of(own[1], object_of), matters, cases, names, unmoved, last_visit), Extremes._make(own[5:11]))


def _beside(db: sqlite3.Connection, object_id: str) -> tuple[dict[str, Case], dict[str, Named], dict[str, str]]:
    cases: dict[str, Case] = {}
    names: dict[str, Named] = {}
    unmoved: dict[str, str] = {}
    for part, name, said, item, device, number in db.execute(sql.BESIDE, (object_id,)):
        if part == "case":
            cases[name] = case_of(said)
        elif part == "name":
            names[name] = Named(said, item, device, number)
        else:
            unmoved[name] = said
    return cases, names, unmoved


def state_row(state: State, extremes: Extremes) -> Row:
    """The columns of an object that its fold decides; the last one: whether cases, names or facts that move nothing stand beside it."""
    return (*(state.last_visit or (None, "", "")), *extremes, int(bool(state.names or state.unmoved)))


def worst_round(db: sqlite3.Connection, object_id: str) -> list[Row]:
    """The worst over the rounds of an object, as one: (base, since, yellow_at, red_at); none where it has no rounds."""
    both, yellow, red = db.execute(sql.ROUNDS_OF, (object_id,)).fetchone()
    return [("green" if both < 0 else "grey", both & MOST_SINCE, yellow, red)] if both is not None else []


MOST_SINCE = (1 << 44) - 1
