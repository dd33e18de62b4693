"""Who somebody is for one item at one object, and what they may do there. The same answers serve the commands and the fold.

Who is named for it, with leave and roster, stands in staff.py, which a plain scan does not load.

Source: DESIGN §3, §5, §6 and docs/readings.md 5-8 and 20; the closing rules are data of the catalogue (flows).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from yima.core.model import ENTERPRISE, OWNER_OF, Catalogue, Item, Object, Person, RoleOf
from yima.core.town import Town, in_force

OWNER = "owner"  # the id under which an unregistered owner acts


class Who(NamedTuple):
    """Somebody's standing in one matter on one day."""

    id: str
    owner: bool = False
    finder: bool = False
    handler: bool = False
    permanent: bool = False
    resource: str = ""
    may_close_enforcement: bool = False
    leads: tuple[str, ...] = ()  # departments whose leader this is
    depts: tuple[str, ...] = ()
    town_leader: bool = False
    centre: bool = False
    for_somebody: bool = False  # entered for them: never a look or a close on F3 and F5


def roles_on(person: Person, day: int) -> Sequence[RoleOf]:
    """The roles that the person holds on that day."""
    for held in person.roles:
        if (held.from_ or held.to) and not in_force(held, day):
            return [one for one in person.roles if in_force(one, day)]
    return person.roles  # most roles have neither beginning nor end


def resource_of(catalogue: Catalogue, person: Person, day: int) -> str:
    """permanent, contract, third_party or social: that of the roles held (never mixed, owner roles apart)."""
    return _resource(catalogue, roles_on(person, day))


def _resource(catalogue: Catalogue, roles: Sequence[RoleOf]) -> str:
    found = ""
    for held in roles:
        role = catalogue.roles.get(held.role)
        if role is not None and (not found or held.role not in OWNER_OF):
            found = role.resource
    return found


def is_in_place(held: RoleOf, obj: Object) -> bool:
    """Whether a role's own places name this object."""
    return obj.id in held.objects or obj.grid in held.grids or obj.street in held.streets or obj.village in held.villages


class Here(NamedTuple):
    """What somebody is at one object on one day, whatever the item: their roles that count there, and the departments of a dept_staff."""

    roles: tuple[str, ...]
    depts: tuple[str, ...] = ()


def roles_here(catalogue: Catalogue, person: Person, obj: Object, day: int) -> Here:
    return _here(catalogue, person, roles_on(person, day), obj)


def _here(catalogue: Catalogue, person: Person, roles: Sequence[RoleOf], obj: Object) -> Here:
    found: list[str] = []
    depts: list[str] = []
    for held in roles:
        name = held.role
        role = catalogue.roles.get(name)
        if name in OWNER_OF:
            if obj.id in held.objects and obj.kind in OWNER_OF[name]:
                found.append(name)
        elif name == "dept_staff":
            depts += held.depts or (person.dept,)
        elif role is not None and (not role.own_places_only or is_in_place(held, obj)):
            found.append(name)
    return Here(tuple(found), tuple(depts))


def counts_as(here: Here, roles: tuple[str, ...], item: Item) -> bool:
    """Whether somebody counts as one of these roles for this item. dept_staff means people of the lead or a support department."""
    for role in here.roles:
        if role in roles:
            return True
    return bool(here.depts) and "dept_staff" in roles and any(dept == item.lead or dept in item.support for dept in here.depts)


def has_role(catalogue: Catalogue, person: Person, roles: tuple[str, ...], item: Item, obj: Object, day: int) -> bool:
    """Whether the person counts as one of these roles for this item here."""
    return counts_as(roles_here(catalogue, person, obj, day), roles, item)


def owner_roles(obj: Object) -> tuple[str, ...]:
    return tuple(role for role, kinds in OWNER_OF.items() if obj.kind in kinds)


def has_owner(item: Item, obj: Object) -> bool:
    """Whether the object has an owner for this item: a fitting owner role among its handlers (filled by the tenancy)."""
    return any(role in item.handlers for role in owner_roles(obj))


def is_owner(person: Person, obj: Object, day: int) -> bool:
    return _owns(roles_on(person, day), obj)


def _owns(roles: Sequence[RoleOf], obj: Object) -> bool:
    return bool([held for held in roles if held.objects and obj.id in held.objects and held.role in owner_roles(obj)])


def the_owner(item: Item, obj: Object) -> Who:
    """The owner as such: registered as a person or not."""
    return Who(OWNER, owner=True, finder=any(role in item.finders for role in owner_roles(obj)), resource="social")


def led(person: Person, held: Sequence[RoleOf]) -> tuple[str, ...]:
    """The departments that a person leads by these roles of theirs."""
    return tuple(dept for one in held if one.role == "dept_leader" for dept in (one.depts or (person.dept,)))


def who(catalogue: Catalogue, person: Person, item: Item, obj: Object, day: int, *, case_dept: str = "", holder: str = "") -> Who:
    """A person's standing. case_dept: the department that a case was handed to, whose people are then its handlers; holder: who holds it."""
    held = roles_on(person, day)
    names = [one.role for one in held]
    depts = tuple(dict.fromkeys((person.dept, *(dept for one in held for dept in one.depts))))
    staff = tuple(role for role in item.handlers if role not in OWNER_OF)
    here = _here(catalogue, person, held, obj)
    handler = person.id == holder or (case_dept in depts if case_dept else counts_as(here, staff, item))
    resource = _resource(catalogue, held)
    return Who(
        person.id,
        owner=_owns(held, obj),
        finder=counts_as(here, item.finders, item),
        handler=handler,
        permanent=resource == "permanent",
        resource=resource,
        may_close_enforcement=any(role in catalogue.roles and catalogue.roles[role].may_close_enforcement for role in names),
        leads=led(person, held),
        depts=depts,
        town_leader="town_leader" in names,
        centre="admin" in names or catalogue.centre in depts,
    )


def protected(item: Item, obj: Object) -> bool:
    """Inside and papers of a shop or stall: asked only of the owner, of invited staff, or of 在编 staff with a 检查码 (国办发〔2024〕54号)."""
    return obj.kind in ENTERPRISE and item.where in ("inside", "papers")


def may_enter(mode: str, permit: str, resource: str) -> bool:
    """Whether a visit of that mode by staff of that resource may judge what is protected."""
    return (mode == "inspection" and bool(permit) and resource == "permanent") or (
        mode == "invited" and resource in ("permanent", "contract")
    )


class Looker(NamedTuple):
    """Somebody who looks at one object on one day, whatever the item. enters: also at what is protected."""

    owner: bool
    permanent: bool
    enters: bool
    here: Here


def looker(catalogue: Catalogue, person: Person | None, obj: Object, day: int, mode: str, permit: str) -> Looker:
    """person: None = the owner as such. mode, permit: of the visit."""
    if person is None:
        return Looker(True, False, True, Here(owner_roles(obj)))
    held = roles_on(person, day)
    here, resource = _here(catalogue, person, held, obj), _resource(catalogue, held)
    owner = not OWNER_OF.keys().isdisjoint(here.roles)
    return Looker(owner, resource == "permanent", owner or may_enter(mode, permit, resource), here)


def may_judge(one: Looker, item: Item, obj: Object) -> bool:
    """Whether somebody may judge this item here: what is inside or papers of a shop or stall only where DESIGN §3 allows it."""
    return one.enters or not protected(item, obj)


class Looks(NamedTuple):
    """What somebody's visit to one object may do: the items that they may find and judge, and those whose round it meets, by number."""

    items: frozenset[int]
    rounds: frozenset[int]


def looks(town: Town, catalogue: Catalogue, person: Person | None, obj: Object, day: int, mode: str, permit: str) -> Looks:
    """A round is met by the primary role, or by anybody 在编 (docs/readings.md 32).

    person: None = the owner as such. mode, permit: of the visit. The answers for whoever asked last are kept by what a role may name of an
    object: a visit is recorded by whom it was asked of, and the next one is mostly theirs.
    """
    asks, last = (catalogue.digest, person, day, mode, permit), town.memo.get(("looks",), ((), False, {}))
    if last[0] != asks:
        last = town.memo["looks",] = (asks, person is not None and any(held.objects for held in person.roles), {})
    _asks, by_object, known = last
    place = (obj.kind, obj.grid, obj.street, obj.village, obj.id if by_object else "")
    its: Looks | None = known.get(place)
    if its is None:
        its = known[place] = _looks(town, catalogue, looker(catalogue, person, obj, day, mode, permit), obj)
    return its


def _looks(town: Town, catalogue: Catalogue, one: Looker, obj: Object) -> Looks:
    """The same at every object of the kind."""

    def found() -> Looks:
        some = catalogue.items.values()
        return Looks(
            frozenset(item.no for item in some if counts_as(one.here, item.finders, item) and may_judge(one, item, obj)),
            frozenset(item.no for item in some if obj.kind in item.primary and _meets(one, item, obj)),
        )

    return town.kept(("looks", catalogue.digest, obj.kind, one), found)  # type: ignore[no-any-return]


def _meets(one: Looker, item: Item, obj: Object) -> bool:
    role = item.primary[obj.kind]
    if one.owner:
        return role in OWNER_OF
    return may_judge(one, item, obj) and (one.permanent or counts_as(one.here, (role,), item))


def _closing(catalogue: Catalogue, item: Item) -> Any:
    return catalogue.flows[item.flow]["closing"]


def may_look(catalogue: Catalogue, item: Item, obj: Object, one: Who, done_by: str, mode: str, permit: str) -> bool:
    """Whether somebody's word that all is well counts as a look (复核), docs/readings.md 20."""
    if one.owner or one.id == done_by or not (one.finder or one.handler):
        return False
    if item.flow in ("F3", "F5") and one.for_somebody:
        return False
    if protected(item, obj) and not may_enter(mode, permit, one.resource):
        return False
    if item.flow == "F3":
        return one.resource in ("permanent", "contract")
    if item.flow == "F5" and not one.may_close_enforcement:
        return False
    closing = _closing(catalogue, item)
    if one.resource == "third_party":
        return closing.get("third_party") == "item.third_party_may_close" and item.third_party_may_close
    return one.resource in closing["by_resource"]


def may_close_enforcement(one: Who, done_by: str) -> bool:
    """Closing on F3: permanent staff whose role may, other than who reported done and the owner."""
    return one.permanent and one.may_close_enforcement and one.id != done_by and not one.owner and not one.for_somebody


def applies(item: Item, obj: Object) -> bool:
    """Whether the item concerns this object at all: its kind, and among shops its trade."""
    return obj.kind in item.kinds and not (obj.kind == "shop" and item.trades and obj.trade not in item.trades)
