"""`yima person add|change|retire`: one person at a time, with roles, leave and deputy, by the same rules as the list of people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yima.adapters.ledger import one_row
from yima.adapters.ledger.values import same_text
from yima.adapters.store import Store, look, registers
from yima.core import duty
from yima.core.events import PersonLeft, PersonRegistered
from yima.core.model import OWNER_OF, Person
from yima.core.results.registers import PersonKept
from yima.core.town import role_of
from yima.core.worktime import day_of, iso_of
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.register.people import OWN_DEPT, PLACES, Reading, Said, match, plain
from yima.verbs.register.plan import Plan
from yima.verbs.register.touched import StaffBefore, person_kept
from yima.verbs.register.typed import new_places, not_empty, today_of, typed_day, typed_span, words

OWN_NUMBER = "工号"  # what a number is called where no list of people has been read yet
OPTIONS = {"dept": "--dept", "no": "--no", "ext_id": "--no", "source": "--source"}


class Roles(NamedTuple):
    """What is typed of roles. replace: these and no others; add, drop: these too, these no longer; all else belongs to `replace` and `add`."""

    replace: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    from_: str = ""
    to: str = ""

    @property
    def has_places(self) -> bool:
        return bool(self.grids or self.streets or self.villages or self.objects or self.from_ or self.to)


def add(store: Store, said: Mapping[str, str], roles: Roles, by: Person, now: int) -> PersonKept:
    """Register one person. said: name, dept, no, source as typed. Raises NotAllowed, or BadInput; then nothing has been written."""
    not_empty(said, OPTIONS | {"name": _("The name")})
    with store.transaction():
        registers.check_may(store, by, now, "admin")
        reading = Reading(store, now)
        cells = _cells(said, said["name"])
        dept = _dept(reading, said)
        if not roles.replace:
            raise BadInput(_("Say what {0} does: --role ROLE, one of those in roles.yaml.").format(cells["name"]))
        held = _roles(store, reading, roles, dept, [], now)
        _number_is_free(store, cells.get("ext_id", ""), "")
        person = Said(0, cells["name"], cells.get("ext_id", ""), dept, "", held)
        plan = Plan()
        match(store.town_id, [person], look.people(store), _source(store, said), {}, plan)
        if plan.rejected:
            raise BadInput(plan.rejected[0][1])
        if person.before is not None:
            what = _(
                "{0} is registered already ({1}); nothing was written. Change it with yima person change; a namesake needs a number: --no."
            )
            raise BadInput(what.format(person.before.name, _called(reading, person.before)))
        event = PersonRegistered(person.name, person.no, dept, tuple(held))
        store.append("person.registered", person.id, event, by=by.id, now=now)
        return person_kept(store, person.id, "added", now, notes=_slips(store, roles))


def change(
    store: Store,
    text: str,
    said: Mapping[str, str],
    roles: Roles,
    by: Person,
    now: int,
    *,
    leave: str = "",
    deputy: str = "",
    back: bool = False,
) -> PersonKept:
    """Change what is said of one person, and nothing else. leave: FROM..TO; deputy: who stands in; back: here again from today on.

    Where nothing differs nothing is written. Raises NotAllowed or BadInput.
    """
    not_empty(said, OPTIONS | {"name": "--name"})
    today = today_of(store, now)
    with store.transaction():
        registers.check_may(store, by, now, "admin")
        person = look.person_by(store, text)
        if person.left:
            raise BadInput(_("{0} left on {1}; nothing more is changed there.").format(person.name, person.left))
        reading = Reading(store, now)
        new: dict[str, Any] = {}
        if said:
            cells = _cells(said, said.get("name", person.name))
            dept = _dept(reading, said)
            _number_is_free(store, cells.get("ext_id", ""), person.id)
            wanted = {"name": cells["name"] if "name" in said else "", "no": cells.get("ext_id", ""), "dept": dept}
            new = {key: value for key, value in wanted.items() if value and value != getattr(person, key)}
        before = [plain(held) for held in person.roles]
        held = _roles(store, reading, roles, new.get("dept", person.dept), _moved(before, person.dept, new.get("dept", "")), now)
        if held != before:
            new["roles"] = held
        notes = _slips(store, roles)
        leaves = _leave(store, person, leave, deputy, back, today, notes)
        if leaves != [dict(zip(("from", "to", "deputy"), one, strict=True)) for one in person.leave]:
            new["leave"] = leaves
        if not (said or roles != Roles() or leave or deputy or back):
            raise BadInput(_("Say what to change, for example --add-role or --leave."))
        _keep_an_admin(store, person._replace(roles=tuple(map(role_of, held))), now)
        if not new:
            return person_kept(store, person.id, "same", now, notes=notes)
        day = day_of(max(today, typed_span(leave, today)[0])) if leave else day_of(today)
        staff = StaffBefore(store, person, day) if new.keys() - {"name", "no"} else None
        event = PersonRegistered(
            new.get("name", ""),
            new.get("no", ""),
            new.get("dept", ""),
            tuple(new.get("roles", ())),
            tuple(map(_lean, new.get("leave", ()))),
        )
        store.append("person.changed", person.id, event, by=by.id, now=now)
        return person_kept(store, person.id, "changed", now, before=staff, was=person, fields=tuple(new), notes=notes)


def retire(store: Store, text: str, by: Person, now: int, *, on: str, reason: str) -> PersonKept:
    """Let somebody leave. on: the last day, "" = today. Raises NotAllowed, or BadInput, for the last administrator too."""
    if not reason.strip():
        raise BadInput(_("Say why: --reason TEXT (moved, retired, contract over …)."))
    today = today_of(store, now)
    with store.transaction():
        registers.check_may(store, by, now, "admin")
        person = look.person_by(store, text)
        day = typed_day(on, today) if on else today
        if person.left == day:
            return person_kept(store, person.id, "same", now)
        _keep_an_admin(store, person._replace(left=day), now)
        before = StaffBefore(store, person, max(day_of(day) + 1, day_of(today)), leaving=True)
        store.append("person.left", person.id, PersonLeft(day, reason.strip()), by=by.id, now=now)
        return person_kept(store, person.id, "retired", now, before=before, was=person)


# -- who is meant


def _cells(said: Mapping[str, str], name: str) -> dict[str, str]:
    """Name and number, judged as cells of a list of people are."""
    cells = {"name": name, **({"ext_id": said["no"]} if "no" in said else {})}
    return one_row("people", cells, OPTIONS | {"name": _("The name")}).values


def _dept(reading: Reading, said: Mapping[str, str]) -> str:
    if "dept" not in said:
        return ""
    dept, fault = reading.dept_of(said["dept"].strip())
    if fault:
        raise BadInput(fault)
    return dept


def _source(store: Store, said: Mapping[str, str]) -> str:
    """What the typed number is called: as typed, else as the one list calls it that was read here."""
    if "source" in said and "no" not in said:
        raise BadInput(_("--source belongs to a number; say it too: --no."))
    known = registers.sources(store, "people")
    return said.get("source", "").strip() or (known[0] if len(known) == 1 else OWN_NUMBER)


def _number_is_free(store: Store, no: str, own: str) -> None:
    for one in look.people(store) if no else ():
        if same_text(one.no) == same_text(no) and one.id != own:
            raise BadInput(_("The number {0} is {1}'s; correct the number or the name.").format(no, one.name))


def _called(reading: Reading, person: Person) -> str:
    dept = reading.catalogue.dept_name(person.dept)
    return " ".join(filter(None, (dept, person.no)))


# -- roles


def _roles(store: Store, reading: Reading, roles: Roles, dept: str, before: Sequence[dict[str, Any]], now: int) -> list[dict[str, Any]]:
    """The roles as they are to be, as a fact says them. before: those held, for a person of this department. Raises BadInput."""
    if roles.replace and (roles.add or roles.drop):
        raise BadInput(_("--role says all roles anew; leave it out beside --add-role and --drop-role."))
    drop = [_role(reading, word) for word in roles.drop]
    if missing := [role for role in drop if role not in {one["role"] for one in before}]:
        raise BadInput(_("The role {0} is not held; nothing to drop.").format(reading.catalogue.roles[missing[0]].name))
    new = list(dict.fromkeys(_role(reading, word) for word in (*roles.replace, *roles.add)))
    if not new and roles.has_places:
        new = [_only_role(reading, before)]
    kept = [one for one in before if one["role"] not in drop] if not roles.replace else []
    held = {one["role"]: one for one in before}
    places = _places(store, reading, roles, new, now)
    made = [held[role] if role in held and not roles.has_places else _entry(reading, role, dept, places) for role in new]
    found = [next((one for one in made if one["role"] == old["role"]), old) for old in kept]
    found += [one for one in made if one["role"] not in {old["role"] for old in kept}]
    if before and not found:
        raise BadInput(_("Somebody without a role is nobody here; if they leave: yima person retire."))
    if fault := reading.resource([one["role"] for one in found if one["role"] in reading.catalogue.roles], ""):
        raise BadInput(fault)
    return found


def _role(reading: Reading, word: str) -> str:
    role, fault = reading.role_of(word.strip())
    if fault:
        raise BadInput(fault)
    return role


def _only_role(reading: Reading, before: Sequence[dict[str, Any]]) -> str:
    """The role that places without a role are for."""
    names = [one["role"] for one in before if one["role"] not in OWNER_OF] or [one["role"] for one in before]
    if len(names) != 1:
        listed = _(", ").join(reading.catalogue.roles[role].name for role in names if role in reading.catalogue.roles)
        raise BadInput(_("Several roles are held ({0}); say whose places these are: --add-role ROLE.").format(listed))
    return str(names[0])


def _places(store: Store, reading: Reading, roles: Roles, new: Sequence[str], now: int) -> dict[str, Any]:
    """The typed places and days of roles. Objects belong to an owner role where one is among the new ones."""
    if roles.has_places and not new:
        raise BadInput(_("--grid, --street, --village, --object, --from and --to belong to a role; say it too: --role."))
    today = today_of(store, now)
    places: dict[str, Any] = {
        name: list(dict.fromkeys(part for text in getattr(roles, name) for part in words(text)))
        for name in ("grids", "streets", "villages")
    }
    places["objects"] = [_object(store, reading, text, new) for text in roles.objects]
    for name, text in (("from", roles.from_), ("to", roles.to)):
        if text:
            places[name] = typed_day(text, today)
    if places.get("to", "9") < places.get("from", ""):
        raise BadInput(_("{0} comes before {1}; write the first day first.").format(places["to"], places["from"]))
    return {key: value for key, value in places.items() if value}


def _object(store: Store, reading: Reading, text: str, new: Sequence[str]) -> str:
    """The id of the object that a role names. Raises BadInput where an owner's role does not fit its kind."""
    obj = look.store_object(store, look.resolve(store, text).object)
    assert obj is not None, "it was found a moment ago"
    for role in new:
        if role in OWNER_OF and obj.kind not in OWNER_OF[role]:
            what = _("{0} is nothing that a {1} has; name a shop, a stall, a house or a site that fits.")
            raise BadInput(what.format(obj.called, reading.catalogue.roles[role].name))
    return obj.id


def _entry(reading: Reading, role: str, dept: str, places: Mapping[str, Any]) -> dict[str, Any]:
    """One role as a fact says it."""
    days = {key: value for key, value in places.items() if key not in PLACES}
    if role in OWNER_OF:
        if not places.get("objects"):
            raise BadInput(_("The role {0} needs its shop or house: --object.").format(reading.catalogue.roles[role].name))
        return {"role": role, "objects": places["objects"], **days}
    one, fault = reading.entry(role, dept, places)
    if fault:
        raise BadInput(fault)
    return one


def _moved(before: Iterable[dict[str, Any]], old: str, new: str) -> list[dict[str, Any]]:
    """Roles that count for the department of their person, after a change of department."""
    return [{**one, "depts": [new]} if new and one["role"] in OWN_DEPT and one.get("depts", []) in ([], [old]) else one for one in before]


def _slips(store: Store, roles: Roles) -> list[str]:
    said = {"grid": roles.grids, "street": roles.streets, "village": roles.villages}
    return new_places(store, {column: [part for text in texts for part in words(text)] for column, texts in said.items() if texts})


def _keep_an_admin(store: Store, person: Person, now: int) -> None:
    """Raise BadInput where the town would be left without an administrator. person: as they are to be."""
    today = store.town.day(now)

    def admins(people: Iterable[Person], *, lasting: bool) -> set[str]:
        return {
            one.id
            for one in people
            if not one.left and any(held.role == "admin" and not (lasting and held.to) for held in duty.roles_on(one, today))
        }

    before = look.people(store)
    after = [person if one.id == person.id else one for one in before]
    lasting = bool(admins(before, lasting=True))
    if person.id in admins(before, lasting=lasting) and not admins(after, lasting=lasting):
        raise BadInput(_("{0} is the last administrator and must stay one; name another one first.").format(person.name))


# -- leave


def _leave(store: Store, person: Person, leave: str, deputy: str, back: bool, today: str, notes: list[str]) -> list[dict[str, str]]:
    """The leaves as they are to be: the typed one in the place of those that it overlaps, or the running or next one ended or deputised."""
    leaves = [dict(zip(("from", "to", "deputy"), one, strict=True)) for one in person.leave]
    if not (leave or deputy or back):
        return leaves
    if back and (leave or deputy):
        raise BadInput(_("--back ends a leave; leave out --leave and --deputy."))
    due = [one for one in leaves if not one["to"] or one["to"] >= max(today, one["from"])]
    if leave:
        first, last = typed_span(leave, today)
        if last < today:
            raise BadInput(_("That leave is over; a leave is entered for today or later."))
        stands_in = _deputy(store, person, deputy, first, last, notes)
        kept = [one for one in leaves if one["to"] and (one["to"] < first or one["from"] > last)]
        return sorted([*kept, {"from": first, "to": last, "deputy": stands_in}], key=lambda one: one["from"])
    if not due:
        raise BadInput(_("{0} is not on leave; say when: --leave FROM..TO.").format(person.name))
    one = min(due, key=lambda one: one["from"])
    if deputy:
        return [
            {**each, "deputy": _deputy(store, person, deputy, one["from"], one["to"], notes)} if each is one else each for each in leaves
        ]
    # Nothing of a fact can be emptied: a leave that has not begun ends before its beginning.
    last = iso_of(day_of(max(today, one["from"])) - 1)
    return [{**each, "to": last} if each is one else each for each in leaves]


def _deputy(store: Store, person: Person, text: str, first: str, last: str, notes: list[str]) -> str:
    """The id of who stands in. Raises BadInput for nobody of this town, and for somebody who is not here then."""
    if not text:
        notes.append(_("Nobody stands in; with --deputy PERSON somebody would."))
        return ""
    deputy = look.person_by(store, text)
    if deputy.id == person.id:
        raise BadInput(_("Nobody stands in for themselves; name another deputy."))
    if deputy.left and deputy.left < last:
        raise BadInput(_("{0} left on {1}; name another deputy.").format(deputy.name, deputy.left))
    for from_, to, _of in deputy.leave:
        if from_ <= last and (not to or (to >= first and to >= from_)):
            notes.append(_("{0} is on leave then too, from {1} to {2}.").format(deputy.name, from_, to or "…"))
    return deputy.id


def _lean(leave: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in leave.items() if value}
