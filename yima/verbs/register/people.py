"""People of a ledger: who a row means, which roles it gives them and where, and what is new or differs in it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from yima.adapters.ledger import Ledger, Row
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, look, registers
from yima.adapters.store.place import person_id
from yima.core import duty, events
from yima.core.events import PersonRegistered
from yima.core.model import OWNER_OF, Object, Person, RoleOf
from yima.i18n import _
from yima.verbs.register.plan import Plan, text_of
from yima.verbs.register.typed import unknown, words

PLACES = ("grids", "streets", "villages", "objects")
OWN_DEPT = ("dept_staff", "dept_leader")  # these count for the department of their person
RESOURCES = {
    "permanent": ("在编", "公务员", "事业编", "正式", "permanent"),
    "contract": ("编外", "聘用", "辅助", "协管", "合同制", "contract"),
    "third_party": ("第三方", "外包", "劳务", "third_party"),
    "social": ("社会", "自治", "志愿", "social"),
}
Fault = str


@dataclass(eq=False)
class Said:
    """One person as the rows of the ledger describe them."""

    line: int
    name: str
    no: str
    dept: str
    phone: str
    roles: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 1
    id: str = ""
    before: Person | None = None


def plan_people(store: Store, ledger: Ledger, *, source: str, by: Person, now: int) -> Plan:
    """What the ledger's rows mean for the register of people. Nothing is written; the caller is in a transaction."""
    plan = Plan()
    reading = Reading(store, now)
    people = _grouped(ledger.rows, reading, plan)
    everybody = look.people(store)
    last = registers.last_imports(store, "people", source)
    match(store.town_id, people, everybody, source, last, plan)
    contacts = registers.contacts(store)
    today = store.town.day(now)
    changes = [(said, _compared(said, last.get(said.id, ""), reading, plan)) for said in people if said.id]
    changes = [(said, new) for said, new in changes if new is not None]
    _keep_an_admin(everybody, changes, today, plan)
    own: list[tuple[str, str, Any]] = []
    for said, new in changes:
        if new is None:
            continue
        _write(said, new, contacts, last, plan, own if said.id == by.id else plan.facts)
    plan.facts += own  # the actor's own change comes last: what follows it would be judged by it
    return plan


class Reading:
    """The words of a row by the rules: roles, departments, resources, places."""

    def __init__(self, store: Store, now: int) -> None:
        self.store, self.today = store, store.town.day(now)
        body = registers.rules(store)
        self.catalogue = store.town.last_catalogue
        self.role_dept = {one["id"]: one.get("dept", "") for one in body["roles"]}
        self.roles = {word: one["id"] for one in body["roles"] for word in (one["id"], one["name"])}
        self.depts = {word: one["id"] for one in body["departments"] for word in (one["id"], one["name"], one["name"].removeprefix("镇"))}

    @cached_property
    def places(self) -> Mapping[str, Sequence[Object]]:
        """Every object by its name and by its street and number, as they are compared."""
        found: dict[str, list[Object]] = {}
        for obj in look.places(self.store):
            for word in {obj.name, obj.place}:
                found.setdefault(same_text(word), []).append(obj)
        return found

    def dept_of(self, word: str) -> tuple[str, Fault]:
        """The id of a department by id or name."""
        dept = self.depts.get(word, "") or self.depts.get(same_text(word), "")
        return dept, "" if dept else unknown(_("There is no department {0}."), word, self.depts)

    def role_of(self, word: str) -> tuple[str, Fault]:
        """The id of a role by id or name."""
        role = self.roles.get(word, "")
        return role, "" if role else unknown(_("There is no role {0}."), word, self.roles)

    def said(self, row: Row) -> Said | Fault:
        """The row as a person, or why not, all of it."""
        values, faults = row.values, list[str]()
        dept, fault = self.dept_of(values["dept"]) if "dept" in values else ("", "")
        found = [self.role_of(word) for word in words(values.get("role", ""))]
        faults += [fault for fault in (fault, *(fault for _role, fault in found)) if fault]
        if not values.get("role"):
            faults.append(_("The role is missing."))
        roles = list(dict.fromkeys(role for role, _fault in found if role))
        if fault := self.resource(roles, values.get("resource", "")):
            faults.append(fault)
        held, fault = self._held(roles, values, dept)
        if faults or fault:
            return " ".join([*faults, *([fault] if fault else [])])
        return Said(row.line, values["name"], values.get("ext_id", ""), dept, values.get("phone", ""), held)

    def resource(self, roles: Iterable[str], word: str) -> Fault:
        """One person is of one resource, owner roles apart, and of the one that the row names."""
        kinds = {role: self.catalogue.roles[role].resource for role in roles if role not in OWNER_OF}
        if len(set(kinds.values())) > 1:
            names = _(", ").join(self.catalogue.roles[role].name for role in kinds)
            return _("The roles {0} are of unlike resources; one person is of one.").format(names)
        if not word:
            return ""
        meant = next((code for code, words in RESOURCES.items() if any(one in word for one in words)), "")
        if not meant:
            return _("“{0}” is no resource; write 在编, 编外, 市场第三方 or 社会力量.").format(word)
        expected = next(iter(kinds.values()), "social" if roles else meant)
        if meant != expected:
            role = next((self.catalogue.roles[role].name for role in (*kinds, *roles)), "")
            return _("The role {0} is not {1}; correct the role or the resource.").format(role, word)
        return ""

    def _held(self, roles: Iterable[str], values: Mapping[str, str], dept: str) -> tuple[list[dict[str, Any]], Fault]:
        """The roles as a fact says them, each with its department and places."""
        places = {"grids": words(values.get("grid", "")), "villages": words(values.get("village", ""))}
        held: list[dict[str, Any]] = []
        for role in roles:
            if role in OWNER_OF:
                found, fault = self._objects(role, values.get("shop", ""))
                one: dict[str, Any] = {"role": role, "objects": found}
            else:
                one, fault = self.entry(role, dept, places)
            if fault:
                return [], fault
            held.append(one)
        return held, ""

    def entry(self, role: str, dept: str, places: Mapping[str, Any]) -> tuple[dict[str, Any], Fault]:
        """A role that is no owner's as a fact says it. places: grids, streets, villages, objects, and from and to (days)."""
        known = self.catalogue.roles[role]
        own = self.role_dept.get(role) or (dept if role in OWN_DEPT else "")
        if role in OWN_DEPT and not own:
            return {}, _("The role {0} needs a department.").format(known.name)
        if known.own_places_only and not any(places.get(key) for key in PLACES):
            return {}, _("The role {0} needs a grid or a village.").format(known.name)
        one = {"role": role, "depts": [own] if own else [], **places}
        return {key: value for key, value in one.items() if value}, ""

    def _objects(self, role: str, word: str) -> tuple[list[str], Fault]:
        """The ids of the places that an owner's row names, by name or by street and number."""
        name = self.catalogue.roles[role].name
        if not word:
            return [], _("The role {0} needs the name of its shop or house.").format(name)
        ids: list[str] = []
        for one in [word] if same_text(word) in self.places else words(word):
            found = {obj.id: obj for obj in self.places.get(same_text(one), ()) if obj.kind in OWNER_OF[role]}
            if len(found) > 1:
                listed = _(", ").join(obj.place for obj in found.values())
                return [], _("“{0}” is the name of several ({1}); write street and number instead.").format(one, listed)
            if not found:
                return [], _("There is no {0} for a {1} in the register; import it first, or correct the name.").format(one, name)
            ids += found
        return ids, ""


# -- who a row means


def _grouped(rows: Iterable[Row], reading: Reading, plan: Plan) -> list[Said]:
    """The people of the file; several rows with one number are one person with several roles."""
    found: list[Said] = []
    numbered: dict[str, Said] = {}
    named: dict[tuple[str, str], Said] = {}
    for row in rows:
        said = reading.said(row)
        if isinstance(said, str):
            plan.rejected.append((row.line, said))
            continue
        earlier = numbered.get(same_text(said.no)) if said.no else named.get((said.dept, same_text(said.name)))
        if earlier is None:
            found.append(said)
            if said.no:
                numbered[same_text(said.no)] = said
            else:
                named[said.dept, same_text(said.name)] = said
        elif not said.no:
            what = _("{0} of this department stands in line {1} already; add numbers (工号) to tell them apart.")
            plan.rejected.append((row.line, what.format(said.name, earlier.line)))
        elif fault := reading.resource([one["role"] for one in (*earlier.roles, *said.roles)], ""):
            plan.rejected.append((row.line, fault))
        else:
            _join(earlier, said)
            plan.same += 1
            plan.notes.append(_("Line {0} is one more role of {1} (line {2}).").format(row.line, said.name, earlier.line))
    return found


def _join(earlier: Said, more: Said) -> None:
    """One more row of the same person: its roles, or more places of a role that they have."""
    for one in more.roles:
        same = next((held for held in earlier.roles if held["role"] == one["role"]), None)
        if same is None:
            earlier.roles.append(one)
            continue
        for key in ("depts", "grids", "villages", "objects"):
            if joined := list(dict.fromkeys([*same.get(key, ()), *one.get(key, ())])):
                same[key] = joined
    earlier.dept, earlier.phone = earlier.dept or more.dept, earlier.phone or more.phone


def match(town: str, people: list[Said], everybody: list[Person], source: str, last: Mapping[str, str], plan: Plan) -> None:
    """Find each one in the register: by number, then by department and name. A clash is rejected, and then it has no id.

    last: what this ledger said of each the last time: the clerk may have changed name or department since.
    """
    by_id = {person.id: person for person in everybody}
    by_name: dict[tuple[str, str], list[Person]] = {}
    for person in everybody:
        by_name.setdefault((person.dept, same_text(person.name)), []).append(person)
    taken: set[str] = set()

    def before(id_: str) -> Mapping[str, Any]:
        said: Mapping[str, Any] = json.loads(last.get(id_, "{}"))
        return said

    def reject(said: Said, what: str) -> None:
        plan.rejected.append((said.line, what))

    for said in people:
        number_id = person_id(town, "1", (source, said.no)) if said.no else ""
        known = by_id.get(number_id)
        if known is not None and same_text(said.name) not in (same_text(known.name), same_text(before(known.id).get("name", ""))):
            reject(said, _("The number {0} is {1}'s; correct the number or the name.").format(said.no, known.name))
            continue
        if known is None:
            alike = [
                one
                for one in by_name.get((said.dept, same_text(said.name)), ())
                if not (said.no and one.no and same_text(one.no) != same_text(said.no)) and one.id not in taken and not one.left
            ]
            if len(alike) > 1:
                what = _("Several people of this department are called {0}; add the number (工号).")
                reject(said, what.format(said.name))
                continue
            known = alike[0] if alike else None
        new_id = number_id or person_id(town, "2", (said.dept, said.name))
        if known is None and (before(new_id).get("name"), before(new_id).get("dept", "")) == (said.name, said.dept):
            known = by_id.get(new_id)
        if known is None and new_id in by_id:
            reject(said, _("{0} has left or has changed department; add a number (工号) for somebody new.").format(said.name))
            continue
        if known is not None and known.left:
            reject(said, _("{0} left on {1}; take the row out, or give a new number.").format(known.name, known.left))
            continue
        said.id, said.before = (known.id if known is not None else new_id), known
        if said.id in taken:
            said.id = ""
            reject(said, _("{0} stands in this ledger twice; add numbers (工号) to tell them apart.").format(said.name))
            continue
        taken.add(said.id)


# -- what differs


def _fields(said: Said) -> dict[str, Any]:
    return {"name": said.name, "no": said.no, "dept": said.dept, "roles": said.roles}


def _compared(said: Said, last: str, reading: Reading, plan: Plan) -> dict[str, Any] | None:
    """The fields to write; None where the row had to be rejected. What a clerk has changed since the last import stays."""
    fields, person = _fields(said), said.before
    if person is None:
        return fields
    before = json.loads(last) if last else {}
    current: dict[str, Any] = {"name": person.name, "no": person.no, "dept": person.dept, "roles": [plain(held) for held in person.roles]}
    new = {key: value for key, value in fields.items() if value and before.get(key) != value and current[key] != value}
    if "roles" in new:  # owner roles come from a ledger of their own
        kept = [held for held in current["roles"] if held["role"] in OWNER_OF and held["role"] not in {one["role"] for one in said.roles}]
        new["roles"] = [*said.roles, *kept]
        if new["roles"] == current["roles"]:
            del new["roles"]
    if person.no and "no" in new and same_text(person.no) == same_text(said.no):
        del new["no"]
    return new


def plain(held: RoleOf) -> dict[str, Any]:
    """A role as a fact says it."""
    one = {key.rstrip("_"): list(value) if isinstance(value, tuple) else value for key, value in held._asdict().items()}
    return {key: value for key, value in one.items() if value}


def _keep_an_admin(everybody: list[Person], changes: list[tuple[Said, dict[str, Any] | None]], today: int, plan: Plan) -> None:
    """Take out the rows that would leave the town without an administrator."""
    admins = {one.id for one in everybody if not one.left and any(held.role == "admin" for held in duty.roles_on(one, today))}
    losing = set()
    for number, (said, new) in enumerate(changes):
        if new is None or "roles" not in new:
            continue
        if any(one["role"] == "admin" for one in new["roles"]):
            admins.add(said.id)
        elif said.id in admins:
            losing.add(number)
    if losing and admins == {changes[number][0].id for number in losing}:
        for number in losing:
            said = changes[number][0]
            changes[number] = (said, None)
            what = _("{0} is the last administrator and must stay one; write that role too, or name another one first.")
            plan.rejected.append((said.line, what.format(said.name)))


def _write(
    said: Said, new: dict[str, Any], contacts: Mapping[str, str], last: Mapping[str, str], plan: Plan, facts: list[tuple[str, str, Any]]
) -> None:
    phone = {"phone": events.digest(said.phone.encode())[:12]} if said.phone else {}
    text = text_of({key: value for key, value in (_fields(said) | phone).items() if value}).decode()
    before = json.loads(last.get(said.id, "{}"))
    if last.get(said.id) != text:
        plan.said[said.id] = text
    new_phone = bool(said.phone) and before.get("phone") != phone["phone"] and contacts.get(said.id) != said.phone
    if new_phone:
        plan.phones[said.id] = said.phone
    if new:
        event = PersonRegistered(new.get("name", ""), new.get("no", ""), new.get("dept", ""), tuple(new.get("roles", ())))
        facts.append(("person.registered" if said.before is None else "person.changed", said.id, event))
    if said.before is None:
        plan.added += 1
    elif new or new_phone:
        plan.changed += 1
        plan.changes.append((said.line, said.name, (*new, *(("phone",) if new_phone else ()))))
    else:
        plan.same += 1
