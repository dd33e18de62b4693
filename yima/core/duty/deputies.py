"""Whose word somebody has beside their own: a department's leader by name, and whom they stand in for (代理). docs/readings.md 64.

Asked for steps and answers only; who may look or find is a matter of one's own roles.
"""

from yima.core.duty import Who, led, roles_on
from yima.core.model import Catalogue, Person
from yima.core.town import Town
from yima.core.worktime import day_of


def speaking(town: Town, one: Who, instant: int) -> Who:
    """Somebody's standing with what they lead by name in roles.yaml, and with the word of leaders whom they stand in for on that day."""
    rules, day = town.catalogue_at(instant), town.day(instant)
    leads, town_leader = [*one.leads, *_named(rules, one.id)], one.town_leader or _in_charge(rules, one.id)
    waiting, seen = [one.id], {one.id}
    while waiting:
        deputy = waiting.pop()
        for id_ in town.leaves:
            person = town.person(id_, instant)
            if person is None or id_ in seen or _deputy_on(person, day) != deputy:
                continue
            seen.add(id_)
            waiting.append(id_)
            held = roles_on(person, day)
            leads += [*led(person, held), *_named(rules, id_)]
            town_leader = town_leader or _in_charge(rules, id_) or any(role.role == "town_leader" for role in held)
    return one._replace(leads=tuple(dict.fromkeys(leads)), town_leader=town_leader)


def _named(rules: Catalogue, id_: str) -> list[str]:
    return [dept for dept, said in rules.departments.items() if id_ in (said.get("leader"), said.get("deputy"))]


def _in_charge(rules: Catalogue, id_: str) -> bool:
    return any(one.get("person") == id_ for one in rules.town_leaders)


def _deputy_on(person: Person, day: int) -> str:
    """Who stands in for the person on that day: the first deputy of a leave that covers it; "" = nobody, or they are here."""
    return first_of(leaves_on(person, day)) if is_here(person, day) else ""


def is_here(person: Person, day: int) -> bool:
    """Whether the person has not left."""
    return not (person.left and day > day_of(person.left))


def leaves_on(person: Person, day: int) -> list[str]:
    """The deputies of the leaves that cover the day, "" for one that names nobody; empty = the person is on duty."""
    return [deputy for from_, to, deputy in person.leave if from_ and day_of(from_) <= day and (not to or day <= day_of(to))]


def first_of(deputies: list[str]) -> str:
    """The id of the first deputy that is named; "" = nobody."""
    return next((deputy for deputy in deputies if deputy), "").removeprefix("person:")
