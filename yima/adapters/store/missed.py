"""Missed rounds (漏扫) as leaders read them: the list of one department and day, who was told of it, and what was answered."""

from typing import NamedTuple

from yima.adapters.store import Store
from yima.core import events
from yima.core.flow import lists


class ListTold(NamedTuple):
    """A list of missed rounds of which a leader was told. day: ISO; at, answered: instants; answered None = not answered (it is optional).

    answer, text: what was said; by: the id of who entered it, the leader or, from paper, somebody for them.
    """

    day: str
    dept: str
    at: int
    answered: int | None = None
    answer: str = ""
    text: str = ""
    by: str = ""


def lists_told(store: Store, leader_id: str) -> dict[tuple[str, str], ListTold]:
    """The lists of which a leader was told, by (day, department), as the facts that count say (docs/readings.md 69)."""
    town, found = store.town, dict[tuple[str, str], ListTold]()
    told: dict[lists.ListKey, bool] = {}
    for fact in store.facts_of(leader_id):
        event = events.decode(fact.kind, fact.body)
        if not isinstance(event, events.RungRaised | events.RungAnswered) or town.why_not(fact):
            continue
        when = town.when(fact)
        if lists.why_not(town, fact, when, event, told):
            continue
        key = (event.day, event.clock.removeprefix(lists.MISSED))
        if isinstance(event, events.RungRaised):
            found[key] = ListTold(*key, when)
        else:
            found[key] = found[key]._replace(answered=when, answer=event.answer, text=event.text, by=fact.actor)
    return found
