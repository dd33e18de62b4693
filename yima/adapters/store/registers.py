"""What the office commands ask of the file: who may, the registers as an import needs them, what ledgers said last, lists, codes in use."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yima.adapters.store import Store, rows
from yima.adapters.store.sql import COLUMNS
from yima.core import duty, events
from yima.core.events import Fact
from yima.core.flow.cases import Case
from yima.core.model import TWICE, Object, Person
from yima.core.plates import why_not as plate_why_not
from yima.errors import NotAllowed
from yima.i18n import _

# -- who may


def check_may(store: Store, by: Person, now: int, *roles: str) -> None:
    """Raise NotAllowed where a fact of this person on this device would not count. roles: one of them is needed (none: anybody's)."""
    fact = Fact(store.device, 0, now, 0, by.id, "", "", b"", "", "")
    why = store.town.why_not(fact)
    if not why and roles and not {held.role for held in duty.roles_on(by, store.town.day(now))} & set(roles):
        why = "role"
    _refuse(store, by, why, roles)


def check_plate(store: Store, by: Person, now: int, kind: str, code: str) -> None:
    """Raise NotAllowed where a plate fact of this kind by this person would move nothing."""
    why = plate_why_not(store.town, Fact(store.device, 0, now, 0, by.id, kind, code, b"", "", ""))
    wanted = {"plates.printed": ("admin",), "plate.voided": ("admin", "data_clerk")}.get(kind, ())
    _refuse(store, by, why, wanted)


def _refuse(store: Store, by: Person, why: str, roles: Sequence[str]) -> None:
    if not why:
        return
    if why == "role":
        known = store.town.last_catalogue.roles
        names = _(" or ").join(known[role].name if role in known else role for role in roles)
        if names:
            raise NotAllowed(_("{0} may not do that; it is for {1}. Say who acts with --by.").format(by.name, names))
        raise NotAllowed(_("{0} may not do that; it is for permanent or contract staff. Say who acts with --by.").format(by.name))
    raise NotAllowed(
        {
            "device": _("This device is not enrolled in the town; ask the admin to enrol it: yima device enroll."),
            "actor": _("This device is not enrolled for that person; use that person's own device, or have it enrolled."),
            "left": _("That person has left; choose who acts with --by."),
        }.get(why, _("This entry would count for nothing ({0}); it was not recorded.").format(why))
    )


def rules(store: Store) -> dict[str, Any]:
    """The body of the last published catalogue, whole."""
    digest = store.town.last_catalogue.digest
    row = store.db.execute(
        "SELECT body FROM event WHERE subject = ? AND kind = 'catalogue.published' ORDER BY at LIMIT 1", (digest,)
    ).fetchone()
    body: dict[str, Any] = json.loads(row[0])
    return body


class Publication(NamedTuple):
    """Rules as they were published once. why: why it does not count, in one word; "" = it does."""

    at: int
    by: str
    digest: str
    body: Mapping[str, Any]
    why: str


def publications(store: Store) -> list[Publication]:
    """Every publication of rules in the order in which they came into force, those that never did too."""
    found = store.db.execute(f"SELECT {COLUMNS} FROM event WHERE kind = 'catalogue.published' ORDER BY at, device, seq, hash").fetchall()
    whys = dict(store.db.execute("SELECT hash, why FROM unmoved WHERE subject = ''"))
    made = [
        Publication(store.town.when(fact), fact.actor, events.digest(fact.body), json.loads(fact.body), whys.get(fact.hash, ""))
        for fact in (Fact(*row) for row in found)
    ]
    return sorted(made, key=lambda one: one.at)


def ever_published(store: Store) -> dict[str, Any]:
    """{"items": [{no, id, name} …]} of all rules that ever counted, the newest name: their numbers belong to these items for ever."""
    items: dict[int, dict[str, Any]] = {}
    for rule in store.town.rules:
        for item in store.town.catalogues[rule.digest].items.values():
            items[item.no] = {"no": item.no, "id": item.id, "name": item.name}
    return {"items": [items[no] for no in sorted(items)]}


def people_words(store: Store) -> dict[str, str]:
    """What roles.yaml may call a leader -> person id: id, number, and a name that only one person has."""
    found = store.db.execute("SELECT id, no, name FROM person WHERE gone = '' ORDER BY id").fetchall()
    names = [name for _id, _no, name in found]
    words = {name: id_ for id_, _no, name in found if names.count(name) == 1}
    return words | {no: id_ for id_, no, _name in found if no} | {id_: id_ for id_, _no, _name in found}


# -- the registers, as an import needs them


class Known(NamedTuple):
    """An object of the register in the fields that decide its identity."""

    id: str
    kind: str
    name: str
    street: str
    door: str
    unit: str
    address: str
    licence: str
    source: str
    no: str
    retired: str

    @property
    def gone(self) -> bool:
        """Whether nothing is there any more; what was registered twice is there, as another place."""
        return self.retired not in ("", TWICE)


def known_objects(store: Store, kinds: Iterable[str]) -> list[Known]:
    """Every object of these kinds, retired ones too, by id."""
    wanted = set(kinds)
    found = store.db.execute(
        "SELECT id, kind, name, street, door, unit, address, licence, source, source_no, retired FROM object ORDER BY id"
    )
    return [Known(*row) for row in found if row[1] in wanted]


def held_by(store: Store, person: str) -> list[Case]:
    """The open cases that a person holds, oldest first. Only objects with open cases are made fresh: a leaving makes all of them stale."""
    store.fresh([id_ for (id_,) in store.db.execute("SELECT DISTINCT object FROM case_file WHERE closed IS NULL ORDER BY object")])
    found = store.db.execute("SELECT state FROM case_file WHERE closed IS NULL AND holder = ? ORDER BY opened, key", (person,))
    return [rows.case_of(state) for (state,) in found]


def parts_of(store: Store, object_id: str) -> int:
    """How many objects that are not retired are part of this one."""
    return int(store.db.execute("SELECT COUNT(*) FROM object WHERE part_of = ? AND retired = ''", (object_id,)).fetchone()[0])


def last_imports(store: Store, register: str, source: str) -> dict[str, str]:
    """Object or person -> what this ledger said last of it, as canonical text."""
    statement = "SELECT fields FROM kept_import WHERE register = ? AND source = ? AND subject = ''"
    row = store.db.execute(statement, (register, source)).fetchone()
    return dict(json.loads(row[0])) if row else {}


def sources(store: Store, register: str) -> list[str]:
    """What the numbers of the ledgers are called that were read into this register here."""
    return [
        name
        for (name,) in store.db.execute(
            "SELECT DISTINCT source FROM kept_import WHERE register = ? AND source <> '' ORDER BY 1", (register,)
        )
    ]


def keep_imports(store: Store, register: str, source: str, said: dict[str, str]) -> None:
    """Keep what the ledger says of each: one row for a ledger, because 50,000 of them cost as much as their facts."""
    if said:
        import msgspec

        text = msgspec.json.encode(last_imports(store, register, source) | said).decode()
        store.db.execute(
            "INSERT INTO kept_import (register, subject, source, fields) VALUES (?, '', ?, ?)"
            " ON CONFLICT (register, subject, source) DO UPDATE SET fields = excluded.fields",
            (register, source, text),
        )


def contacts(store: Store) -> dict[str, str]:
    """Every private phone number that is kept here, by person or object."""
    return dict(store.db.execute("SELECT subject, phone FROM kept_contact"))


def keep_contacts(store: Store, phones: Mapping[str, str]) -> None:
    store.db.executemany(
        "INSERT INTO kept_contact (subject, phone) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET phone = excluded.phone", phones.items()
    )


# -- lists


class ListRow(NamedTuple):
    """An object with what its colour is made of. The caller has made everything fresh."""

    object: Object
    code: str
    base: str
    yellow_at: int | None
    red_at: int | None


def object_list(store: Store, kinds: Iterable[str], *, grid: str = "", street: str = "") -> list[ListRow]:
    """Objects that are not retired, in the order of the street, each with its newest valid code."""
    wanted, code_of = set(kinds), valid_codes(store)
    found = store.db.execute(
        "SELECT versions, base, yellow_at, red_at, kind FROM object WHERE retired = '' AND (:grid = '' OR grid = :grid)"
        " AND (:street = '' OR street = :street) ORDER BY street, CAST(door AS INTEGER), door, unit, name, id",
        {"grid": grid, "street": street},
    )
    return [ListRow(obj, code_of.get(obj.id, ""), *row[1:4]) for row in found if row[4] in wanted and (obj := rows.last_of(row[0]))]


# -- plates


def all_codes(store: Store) -> set[str]:
    return {code for (code,) in store.db.execute("SELECT code FROM plate")}


def valid_codes(store: Store) -> dict[str, str]:
    """Object -> its newest valid code."""
    found: dict[str, str] = {}
    for object_id, code in store.db.execute(
        "SELECT object, code FROM plate WHERE voided = '' AND object <> '' ORDER BY COALESCE(bound, printed) DESC, code"
    ):
        found.setdefault(object_id, code)
    return found
