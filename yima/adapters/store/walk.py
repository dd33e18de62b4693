"""Whose rounds are whose today: the objects that one person's roles ask to be looked at, in the order of the street."""

from yima.adapters.store import Store, look
from yima.adapters.store.look import DuePlace
from yima.core import duty
from yima.core.duty.staff import nearness
from yima.core.model import OWNER_OF, Person


def due_for(store: Store, by: Person, now: int) -> list[DuePlace]:
    """The rounds this person is asked for on the day of `now`; an object comes once for each of the person's roles."""
    day = store.town.day(now)
    held = duty.roles_on(by, day)
    primary = {role for item in store.town.last_catalogue.items.values() for role in item.primary.values()}
    roles = {one.role for one in held} & primary
    found = []
    for place in look.due_places(store, roles, day) if roles else ():
        if place.role in OWNER_OF:
            mine = duty.is_owner(by, place.object, day)
        else:
            mine = any(one.role == place.role and nearness(one, place.object) is not None for one in held)
        if mine:
            found.append(place)
    return found
