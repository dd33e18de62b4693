"""Every SELECT that verbs need: objects by what people type, people, open cases, due rungs, the four colours."""

import json
from collections.abc import Collection, Container, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple
from unicodedata import normalize

from yima.adapters.store import Store, rows
from yima.adapters.store.sql import COLUMNS, PLATE_COLUMNS
from yima.core import codes
from yima.core.colour import Counts
from yima.core.events import Fact
from yima.core.flow.cases import Case
from yima.core.model import Object, Person
from yima.core.plates import Plate
from yima.errors import BadInput
from yima.i18n import _


class Hit(NamedTuple):
    """What a typed or scanned text means: one object, or a case of it. void: why its plate is void, "" = it is valid, or none was read."""

    object: str
    case: str = ""
    code: str = ""
    read: str = ""  # gun typed name
    void: str = ""


class Ambiguous(BadInput):
    """The text fits several objects; `candidates` are (id, place, name), and nothing is written."""

    def __init__(self, text: str, candidates: Sequence[tuple[str, str, str]]) -> None:
        self.candidates = tuple(candidates)
        names = _(", ").join(f"{place} {name}".strip() for _id, place, name in candidates[:9])
        super().__init__(_("“{0}” fits several: {1}; type more of it, or scan the plate.").format(text, names))


class BoardRow(NamedTuple):
    key: str
    counts: Counts


# -- what people type


def resolve(store: Store, text: str) -> Hit:
    """A case number, a code (scanned, typed, or its beginning), or a name; of a place that was registered twice, the other one.

    Raises BadInput or Ambiguous.
    """
    return led_on(store, as_read(store, text))


def led_on(store: Store, hit: Hit) -> Hit:
    """The hit at the place that its own leads to; a case stays where it was found."""
    return hit if hit.case else hit._replace(object=leads_to(store, hit.object))


def leads_to(store: Store, object_id: str) -> str:
    """The id of the place to which one that was registered twice (`same_as`) sends its codes and its name; else its own. DESIGN §5."""
    passed = [object_id]
    while True:
        row = store.db.execute("SELECT versions FROM object WHERE id = ? AND retired <> ''", (passed[-1],)).fetchone()
        other = rows.last_of(row[0]).same_as if row is not None else ""
        if not other or other in passed or store_object(store, other) is None:  # two devices may have sent each to the other
            return passed[-1]
        passed.append(other)


def led_here(store: Store, object_id: str) -> list[str]:
    """The ids of the places that were registered twice and lead to this one."""
    found = [object_id]
    for id_ in found:  # grows: the other one may have been led here itself
        for other, versions in store.db.execute("SELECT id, versions FROM object WHERE retired <> '' AND instr(versions, ?)", (id_,)):
            if rows.last_of(versions).same_as == id_ and other not in found:
                found.append(other)
    return found[1:]


def as_read(store: Store, text: str) -> Hit:
    """What `resolve` gives, before it is led on. Whoever reads the place anyway leads on by themselves: a visit has no time for it.

    What stands on a plate here needs no check symbol: it is looked for first, as nearly every line of a gun is one.
    """
    text = text.strip()
    if not text:
        raise BadInput(_("Nothing was given; scan a plate, or type a code or a name."))
    if (hit := _on_plate(store, text, codes.symbols(text))) is not None:
        return hit
    if (hit := case_number(store, text)) is not None:
        return hit
    prefix, why = store.town.last_catalogue.url_prefix, ""
    try:
        code = codes.parse(text, (prefix,) if prefix else ())
    except codes.NotACode as error:
        why = error.why
    if not why:
        if (hit := _on_plate(store, text, code)) is not None:  # of an address
            return hit
        raise BadInput(_nowhere(store, text, code))
    meant = codes.looks_like_code(text)
    if not meant and (hit := _by_prefix(store, text)) is not None:
        return hit
    if (hit := _by_name(store, text)) is not None:
        return hit
    if meant:
        raise BadInput(_not_a_code(store, text, why))
    raise BadInput(_("No shop or point is called “{0}”; look with `yima find`, or scan the plate.").format(text))


def _on_plate(store: Store, text: str, code: str) -> Hit | None:
    """Where the plate with this code leads; None where it is blank, or none of this town."""
    found = store.db.execute("SELECT object, voided FROM plate WHERE code = ? AND object <> ''", (code,)).fetchone()
    return Hit(found[0], "", code, "gun" if ":" in text else "typed", found[1]) if found is not None else None


def _nowhere(store: Store, text: str, code: str) -> str:
    """Why a valid code leads to no place."""
    plate = store.plate(code)
    if plate is None:
        return _("{0} is a code, but none of this town; nothing was recorded.{1}").format(codes.grouped(code), _near(store, text))
    if plate.voided:
        return _("{0} is void and was never bound to a place; take another plate.").format(codes.grouped(code))
    return _("{0} is a blank plate; bind it first: yima plate bind {0} NAME.").format(codes.grouped(code))


def is_place(store: Store, text: str) -> bool:
    """Whether the text is a code, or the whole name of an object: then somebody has gone on to the next one."""
    if codes.looks_like_code(text):
        return True
    return store.db.execute("SELECT 1 FROM object WHERE name = ? AND retired = ''", (text.strip(),)).fetchone() is not None


def case_number(store: Store, text: str) -> Hit | None:
    """The case with this number (K2-0042); None where the text is none. Raises BadInput where a device here never gave that number."""
    parted = codes.case_number(normalize("NFKC", text).upper())  # a Chinese input method left on
    if parted is None:
        return None
    letters, number = parted
    devices = [device.id for device in store.town.devices.values() if device.letters.upper() == letters]
    found = _numbered(store, devices, number)
    if not found and devices:
        store.fresh()
        found = _numbered(store, devices, number)
    if not found:
        if devices:
            raise BadInput(_("There is no case {0}; look with `yima todo` or `yima show NAME`.").format(text))
        return None
    return Hit(found[0][0], found[0][1], "", "typed")


def _numbered(store: Store, devices: Sequence[str], number: int) -> list[tuple[str, str]]:
    """(object, case) of the findings that these devices gave this number."""
    statement = "SELECT object, case_key FROM finding WHERE number = ? AND device = ? AND case_key <> '' ORDER BY name"
    return [(object_id, case) for device in devices for object_id, case in store.db.execute(statement, (number, device))]


def _by_prefix(store: Store, text: str) -> Hit | None:
    plain = codes.symbols(text)
    if len(plain) < 4 or not plain.isalnum() or not plain.isascii():
        return None
    found = store.db.execute(
        "SELECT object, code, voided FROM plate WHERE code >= ? AND code < ? AND object <> '' ORDER BY code LIMIT 2", (plain, plain + "~")
    ).fetchall()
    if len(found) != 1:
        return None
    object_id, code, void = found[0]
    return Hit(object_id, "", code, "typed", void)


def _by_name(store: Store, text: str) -> Hit | None:
    """The object with this name, else the only one whose name, place or initials contain it."""
    exact = _brief(store, "name = ?", (text,)) or _brief(store, "street || door = ? OR street || door || '号' = ?", (text, text))
    found = (
        exact
        or _registered_twice(store, text)
        or _brief(
            store,
            "instr(name, ?) OR instr(street || door || '号' || unit, ?) OR (initials <> '' AND instr(initials, ?) = 1)",
            (text, text, text.lower()),
        )
    )
    if len(found) > 1:
        raise Ambiguous(text, found)
    return Hit(found[0][0], "", "", "name") if found else None


def _registered_twice(store: Store, text: str) -> list[tuple[str, str, str]]:
    """The places of this name or address that are no more because they were registered twice; of those that lead to one place, the first."""
    statement = (
        "SELECT id, versions FROM object WHERE retired <> '' AND (name = ? OR street || door = ? OR street || door || '号' = ?) ORDER BY id"
    )
    found: dict[str, tuple[str, str, str]] = {}
    for id_, versions in store.db.execute(statement, (text, text, text)).fetchall():
        obj, other = rows.last_of(versions), leads_to(store, id_)
        if other != id_:
            found.setdefault(other, (id_, obj.place, obj.name))
    return list(found.values())


def _brief(store: Store, where: str, values: tuple[str, ...]) -> list[tuple[str, str, str]]:
    statement = f"SELECT id, versions, name FROM object WHERE retired = '' AND ({where}) ORDER BY street, door, name, id LIMIT 10"
    return [(id_, rows.last_of(versions).place, name) for id_, versions, name in store.db.execute(statement, values)]


def find(store: Store, text: str, limit: int = 50) -> list[str]:
    """Ids of objects whose name, place, initials or code contain the text, retired ones last."""
    like = text.strip()
    return [
        row[0]
        for row in store.db.execute(
            "SELECT id FROM object WHERE instr(name, ?) OR instr(street || door || '号' || unit, ?) OR instr(address, ?)"
            " OR instr(initials, ?) OR id IN (SELECT object FROM plate WHERE instr(code, ?)) ORDER BY retired, street, door, name, id LIMIT ?",
            (like, like, like, like.lower(), codes.symbols(like) or "-", limit),
        )
    ]


def _not_a_code(store: Store, text: str, why: str) -> str:
    if why == "foreign":
        return _("This is no code of this town (it is something else's); nothing was recorded, and nothing was opened.")
    if why == "check":
        return _("The code is mistyped; nothing was recorded.{0}").format(_near(store, text))
    return _("“{0}” is no whole code; nothing was recorded.{1}").format(text, _near(store, text))


def _near(store: Store, text: str) -> str:
    known = {code for (code,) in store.db.execute("SELECT code FROM plate WHERE object <> ''")}
    found = []
    for code in codes.near(text, known):
        plate = store.plate(code)
        obj = store_object(store, plate.object) if plate is not None else None
        if obj is not None:
            found.append(f"{codes.grouped(code)} {obj.place} {obj.name}")
    return _(" Near codes of this town: {0}.").format(_(", ").join(found)) if found else ""


# -- one object, one person


def store_object(store: Store, object_id: str) -> Object | None:
    """The object as last registered; None where there is none."""
    row = store.db.execute("SELECT versions FROM object WHERE id = ?", (object_id,)).fetchone()
    return rows.last_of(row[0]) if row else None


def code_of(store: Store, object_id: str) -> str:
    """The object's newest valid code; "" where it has none."""
    row = store.db.execute(
        "SELECT code FROM plate WHERE object = ? AND voided = '' ORDER BY COALESCE(bound, printed) DESC, code LIMIT 1", (object_id,)
    ).fetchone()
    return str(row[0]) if row else ""


def plates_of(store: Store, object_id: str) -> list[Plate]:
    return [
        Plate(*row)
        for row in store.db.execute(
            f"SELECT {PLATE_COLUMNS} FROM plate WHERE object = ? ORDER BY COALESCE(bound, printed), code", (object_id,)
        )
    ]


def person_by(store: Store, text: str) -> Person:
    """The person with this id, number or name, as last registered. Raises BadInput when nobody or several fit."""
    text = text.strip().removeprefix("person:")
    found = store.db.execute(
        "SELECT id FROM person WHERE id = ? OR (no <> '' AND no = ?) OR name = ? ORDER BY gone, name, id", (text, text, text)
    ).fetchall()
    if not found:
        raise BadInput(_("Nobody here is called {0}; look with `yima person list`.").format(text))
    if len(found) > 1:
        namesakes: list[Person] = [store.town.people[id_][-1][1] for (id_,) in found]
        here = [person for person in namesakes if not person.left]
        if len(here) != 1:
            raise BadInput(
                _("Several people are called {0}; give the number: {1}.").format(text, _(", ").join(one.no or one.id for one in namesakes))
            )
        return here[0]
    only: Person = store.town.people[found[0][0]][-1][1]
    return only


def people(store: Store) -> list[Person]:
    """Everybody as last registered, by name; those who left at the end."""
    return [
        rows.person_of(json.loads(text)[-1][1]) for (text,) in store.db.execute("SELECT versions FROM person ORDER BY gone, dept, name, id")
    ]


def person_name(store: Store, person_id: str) -> str:
    """The person's name; for an owner who is no person of the register, what people say."""
    if person_id == "owner":
        return _("the owner")
    versions = store.town.people.get(person_id)
    return str(versions[-1][1].name) if versions else ""


def objects(store: Store, *, kinds: Iterable[str] = (), grid: str = "", street: str = "", ids: Iterable[str] = ()) -> list[Object]:
    """Objects of the register that are not retired, in the order of the street."""
    kinds, ids = set(kinds), set(ids)
    found = store.db.execute(
        "SELECT versions FROM object WHERE retired = '' AND (:grid = '' OR grid = :grid) AND (:street = '' OR street = :street)"
        " ORDER BY street, CAST(door AS INTEGER), door, unit, name, id",
        {"grid": grid, "street": street},
    )
    every = [rows.last_of(text) for (text,) in found]
    return [one for one in every if (not kinds or one.kind in kinds) and (not ids or one.id in ids)]


IN_ORDER = "ORDER BY street, CAST(door AS INTEGER), door, unit, name, id"  # of the street


def sorts_of_places(store: Store, apart: Collection[str]) -> list[tuple[Object, int]]:
    """One object for each sort of place (kind, trade, street, grid, village), and how many there are: who is named depends on nothing else.

    apart: ids of objects that somebody's role names, which stand for themselves.
    """
    statement = (
        "SELECT COUNT(*), MIN(id), kind, '', street, '', '', '', grid, village, trade FROM object WHERE retired = ''"
        " GROUP BY kind, trade, street, grid, village, CASE WHEN id IN (SELECT value FROM json_each(?)) THEN id ELSE '' END ORDER BY grid, 2"
    )
    return [(Object(*row[1:]), row[0]) for row in store.db.execute(statement, (json.dumps(sorted(apart)),))]


def places(store: Store) -> list[Object]:
    """Every object that is not retired, with what says where it is and who has to do with it, in the order of the street."""
    return [
        Object(*row)
        for row in store.db.execute(
            "SELECT id, kind, name, street, door, unit, address, grid, village, trade, licence, part_of FROM object WHERE retired = ''"
            f" {IN_ORDER}"
        )
    ]


def parts_of(store: Store, object_id: str) -> int:
    """How many objects are part of this one: the stalls of a market."""
    row = store.db.execute("SELECT COUNT(*) FROM object WHERE part_of = ? AND retired = ''", (object_id,)).fetchone()
    return int(row[0])


# -- cases and rounds


def open_cases(store: Store) -> list[tuple[str, Case]]:
    """(object, case) of every open case, oldest first. The caller has made everything fresh."""
    return [
        (object_id, rows.case_of(state))
        for object_id, state in store.db.execute("SELECT object, state FROM case_file WHERE closed IS NULL ORDER BY opened, key")
    ]


def cases_with_due_rungs(store: Store, now: int) -> list[tuple[str, Case]]:
    return [
        (object_id, rows.case_of(state))
        for object_id, state in store.db.execute(
            "SELECT object, state FROM case_file WHERE next_rung_at <= ? ORDER BY next_rung_at, key", (now,)
        )
    ]


def all_cases(store: Store) -> list[tuple[str, Case]]:
    """Every case, open and closed, in the order of opening."""
    return [
        (object_id, rows.case_of(state))
        for object_id, state in store.db.execute("SELECT object, state FROM case_file ORDER BY opened, key")
    ]


class DuePlace(NamedTuple):
    """An object at which rounds of some roles are asked: how many by role, how many of them missed."""

    object: Object
    role: str
    questions: int
    missed: int
    base: str
    yellow_at: int | None
    red_at: int | None


def due_places(store: Store, roles: Iterable[str], day: int) -> list[DuePlace]:
    """The objects whose rounds of these roles are asked on that day, in the order of the street."""
    roles = sorted(set(roles))
    # Counted per object before the join: half the time at 8,000 objects.
    found = store.db.execute(
        "SELECT m.role, m.questions, m.missed, o.base, o.yellow_at, o.red_at, o.id, o.kind, o.name, o.street, o.door, o.unit, o.address, o.grid,"
        " o.village FROM (SELECT object, role, COUNT(*) AS questions, SUM(due_day < ?) AS missed FROM matter"
        f" WHERE role IN ({','.join('?' * len(roles))}) AND ask_day <= ? GROUP BY object, role) AS m JOIN object AS o ON o.id = m.object"
        " WHERE o.retired = '' ORDER BY o.street, CAST(o.door AS INTEGER), o.door, o.name, o.id, m.role",
        (day, *roles, day),
    )
    return [DuePlace(Object(*row[6:]), *row[:6]) for row in found]


def due_at(
    store: Store, object_id: str, day: int, items: Container[int], own: Collection[str], most: int | None = None
) -> list[tuple[int, int]]:
    """The rounds of these items of one object that are asked on that day, most urgent first: (item, due day).

    What is missed comes first, then the rounds whose primary role is one of `own`, then by due. most: how many, None = all.
    """
    found: list[tuple[int, int]] = []
    for one in store.db.execute(_due_first(len(own)), (object_id, day, day, *own)):
        if one[0] in items:
            found.append(one)
            if len(found) == most:
                break
    return found


@cache
def _due_first(roles: int) -> str:
    """Ordered by one number, which costs the sorter half of four; the items are looked up by the caller, who has a set at hand."""
    return (
        "SELECT item, due_day FROM matter WHERE object = ? AND ask_day <= ? ORDER BY ((due_day >= ?) << 62)"
        f" + ((role NOT IN ({','.join('?' * roles)})) << 61) + (due_day << 32) + item"
    )


def matter_colours(store: Store, object_id: str) -> list[tuple[int, str, tuple[Any, ...], tuple[Any, ...]]]:
    """(item, finding, round turns, case turns) of one object; turns are (base, since, yellow_at, red_at), base "" = none."""
    return [
        (row[0], row[1], row[2:6], row[6:10])
        for row in store.db.execute(
            "SELECT item, finding, round_base, round_since, round_yellow, round_red, case_base, case_since, case_yellow, case_red FROM matter"
            " WHERE object = ? ORDER BY item, finding",
            (object_id,),
        )
    ]


def last_of(store: Store, actor: str, kinds: Sequence[str]) -> Fact | None:
    """The last fact of these kinds that this person entered on this device."""
    marks = ",".join("?" * len(kinds))
    row = store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE device = ? AND actor = ? AND kind IN ({marks}) ORDER BY seq DESC LIMIT 1",
        (store.device, actor, *kinds),
    ).fetchone()
    return Fact(*row) if row else None


def is_withdrawn(store: Store, fact: Fact) -> bool:
    """Whether somebody has said that it is taken back (not: whether that counts)."""
    found = store.db.execute("SELECT body FROM event WHERE subject = ? AND kind = 'fact.withdrawn'", (fact.subject,))
    return any(fact.hash.encode() in body for (body,) in found)


def fact_named(store: Store, name: str) -> Fact | None:
    """The fact with this hash, or this device's letters and running number ("K1-17")."""
    letters, dash, digits = name.upper().partition("-")
    if len(name) == 64:
        found = store.db.execute(f"SELECT {COLUMNS} FROM event WHERE hash = ?", (name.lower(),)).fetchall()
    elif dash and digits.isascii() and digits.isdigit() and len(digits) < 13:
        devices = [device.id for device in store.town.devices.values() if device.letters.upper() == letters]
        found = [
            row
            for device in devices
            for row in store.db.execute(f"SELECT {COLUMNS} FROM event WHERE device = ? AND seq = ? ORDER BY hash", (device, int(digits)))
        ]
    else:
        found = []
    return Fact(*found[0]) if found else None


def visited_by(store: Store, person: str, since: int) -> int:
    """Objects that this person visited since an instant of this device's clock."""
    row = store.db.execute(
        "SELECT COUNT(DISTINCT subject) FROM event WHERE at >= ? AND actor = ? AND kind = 'visit.recorded'", (since << 16, person)
    ).fetchone()
    return int(row[0])


def unmoved_of(store: Store, hashes: Iterable[str]) -> dict[str, str]:
    """Why some facts move nothing; those that count are not in it."""
    found = {}
    for hash_ in hashes:
        row = store.db.execute("SELECT why FROM unmoved WHERE hash = ?", (hash_,)).fetchone()
        if row is not None:
            found[hash_] = str(row[0])
    return found


def last_fact(store: Store) -> Fact:
    """The last fact in order; a town has at least the one that founded it."""
    return Fact(*store.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY at DESC LIMIT 1").fetchone())


def last_facts(store: Store, limit: int) -> list[Fact]:
    """The newest facts of the town, newest last."""
    return [Fact(*row) for row in store.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY at DESC LIMIT ?", (limit,))][::-1]


def visits_of(store: Store, object_id: str, limit: int = 5) -> list[Fact]:
    """The last visit facts of an object, newest first."""
    found = store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND kind = 'visit.recorded' ORDER BY at DESC, device, seq LIMIT ?",
        (object_id, limit),
    )
    return [Fact(*row) for row in found]


# -- the four colours

_COUNT = (
    "SUM(red), SUM(yellow AND NOT red), SUM(NOT yellow AND NOT red AND base = 'blue'), SUM(NOT yellow AND NOT red AND base = 'green'),"
    " SUM(NOT yellow AND NOT red AND base = 'grey'), MAX(hazard), MAX(unanswered)"
)
_AXES = {"grid": "grid", "street": "street", "village": "village", "object": "id", "kind": "kind"}
_MATTER_AXES = {"module": "m.module", "item": "m.item", "dept": "m.dept"}


def board(store: Store, by: str, now: int) -> list[BoardRow]:
    """Objects counted by colour for each key of an axis: grid, street, village, kind, object; module, item, dept."""
    if by in _AXES:
        statement = (
            f"SELECT {_AXES[by]} AS key, {_COUNT} FROM (SELECT {_AXES[by]}, base, COALESCE(red_at <= :now, 0) AS red,"
            " (COALESCE(yellow_at <= :now, 0) OR base = 'yellow') AS yellow, COALESCE(hazard_at <= :now, 0) AS hazard,"
            " COALESCE(answer_at <= :now, 0) AS unanswered FROM object WHERE retired = '') GROUP BY key ORDER BY key"
        )
    else:
        axis = _MATTER_AXES[by]
        # Per object first: the worst of its matters under this key; then objects are counted.
        statement = (
            f"SELECT key, {_COUNT} FROM (SELECT {axis} AS key, m.object,"
            " MAX(COALESCE(m.round_red <= :now, 0) OR COALESCE(m.case_red <= :now, 0)) AS red,"
            " MAX(COALESCE(m.round_yellow <= :now, 0) OR COALESCE(m.case_yellow <= :now, 0) OR m.case_base = 'yellow') AS yellow,"
            " CASE MAX(CASE WHEN m.case_base = 'blue' THEN 2 WHEN m.round_base = 'green' THEN 1 ELSE 0 END)"
            "  WHEN 2 THEN 'blue' WHEN 1 THEN 'green' ELSE 'grey' END AS base,"
            " MAX(COALESCE(o.hazard_at <= :now, 0) AND m.case_base <> '') AS hazard,"
            " MAX(COALESCE(o.answer_at <= :now, 0) AND m.case_base <> '') AS unanswered"
            " FROM matter AS m JOIN object AS o ON o.id = m.object"
            " WHERE o.retired = '' AND (m.round_base <> '' OR m.case_base <> '') GROUP BY key, m.object) GROUP BY key ORDER BY key"
        )
    return [
        BoardRow("" if row[0] is None else str(row[0]), Counts._make((*(count or 0 for count in row[1:6]), bool(row[6]), bool(row[7]))))
        for row in store.db.execute(statement, {"now": now})
    ]


class Trouble(NamedTuple):
    """A matter that is yellow or red at `now`, with what a group needs to say why."""

    object: str
    grid: str
    street: str
    village: str
    kind: str
    item: int
    module: str
    dept: str
    case_key: str
    case_colour: str
    round_colour: str
    role: str


def troubles(store: Store, now: int) -> list[Trouble]:
    """Every matter that is yellow or red at `now`."""
    return [
        Trouble(*row)
        for row in store.db.execute(
            "SELECT m.object, o.grid, o.street, o.village, o.kind, m.item, m.module, m.dept, m.open,"
            " CASE WHEN m.case_red <= :now THEN 'red' WHEN m.case_yellow <= :now OR m.case_base = 'yellow' THEN 'yellow' ELSE m.case_base END,"
            " CASE WHEN m.round_red <= :now THEN 'red' WHEN m.round_yellow <= :now THEN 'yellow' ELSE m.round_base END, m.role"
            " FROM matter AS m JOIN object AS o ON o.id = m.object WHERE o.retired = '' AND (m.case_red <= :now OR m.case_yellow <= :now"
            " OR m.case_base = 'yellow' OR m.round_red <= :now OR m.round_yellow <= :now) ORDER BY o.grid, m.object, m.item",
            {"now": now},
        )
    ]
