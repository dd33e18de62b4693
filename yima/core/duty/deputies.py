"""Whose word somebody has beside their own: a department's leader by name, and whom they stand in for (代理). docs/readings.md 64.

Asked for steps and answers only; who may look or find is a matter of one's own roles.
"""

from typing import NamedTuple

from yima.core.duty import Who, led, roles_on
from yima.core.model import Catalogue, Person
from yima.core.town import Town, is_here
from yima.core.worktime import day_of


class Word(NamedTuple):
    """The word of one leader: the departments that they lead, by role or by name, and whether they are a town leader."""

    person: str
    leads: tuple[str, ...]
    town_leader: bool


def speaking(town: Town, one: Who, instant: int) -> Who:
    """Somebody's standing with what they lead by name in roles.yaml, and with the word of leaders whom they stand in for on that day."""
    rules = town.catalogue_at(instant)
    leads, town_leader = [*one.leads, *_named(rules, one.id)], one.town_leader or _in_charge(rules, one.id)
    for word in stood_in_for(town, one.id, instant):
        leads += word.leads
        town_leader = town_leader or word.town_leader
    return one._replace(leads=tuple(dict.fromkeys(leads)), town_leader=town_leader)


def word_of(town: Town, person: Person, instant: int) -> Word:
    """Somebody's own word as a leader, by role or by name."""
    rules, held = town.catalogue_at(instant), roles_on(person, town.day(instant))
    is_town_leader = _in_charge(rules, person.id) or any(role.role == "town_leader" for role in held)
    return Word(person.id, (*led(person, held), *_named(rules, person.id)), is_town_leader)


def stood_in_for(town: Town, id_: str, instant: int) -> list[Word]:
    """The word of everybody for whom somebody stands in on that day, and of those whose word these have in the same way."""
    day = town.day(instant)
    found, waiting, seen = [], [id_], {id_}
    while waiting:
        deputy = waiting.pop()
        for leader in town.leaves:
            person = town.person(leader, instant)
            if person is None or leader in seen or _deputy_on(person, day) != deputy:
                continue
            seen.add(leader)
            waiting.append(leader)
            found.append(word_of(town, person, instant))
    return found


def _named(rules: Catalogue, id_: str) -> list[str]:
    return [dept for dept, said in rules.departments.items() if id_ in (said.get("leader"), said.get("deputy"))]


def _in_charge(rules: Catalogue, id_: str) -> bool:
    return any(one.get("person") == id_ for one in rules.town_leaders)


def _deputy_on(person: Person, day: int) -> str:
    """Who stands in for the person on that day: the first deputy of a leave that covers it; "" = nobody, or they are here."""
    return first_of(leaves_on(person, day)) if is_here(person, day) else ""


def leaves_on(person: Person, day: int) -> list[str]:
    """The deputies of the leaves that cover the day, "" for one that names nobody; empty = the person is on duty."""
    return [deputy for from_, to, deputy in person.leave if from_ and day_of(from_) <= day and (not to or day <= day_of(to))]


def first_of(deputies: list[str]) -> str:
    """The id of the first deputy that is named; "" = nobody."""
    return next((deputy for deputy in deputies if deputy), "").removeprefix("person:")
