"""`yima catalog publish` and `show`: the rules of the town folder become a fact; what is published is what counts."""

from collections.abc import Mapping
from typing import Any

from yima.adapters import catalog
from yima.adapters.store import Store, look, registers
from yima.core import events
from yima.core.model import Person
from yima.core.results.office import CatalogShown, ItemShown, Published
from yima.errors import BadInput
from yima.i18n import _

Body = Mapping[str, Any]


def publish(store: Store, by: Person, now: int) -> Published:
    """Publish the town folder's three files, whole. What is the same as the rules in force is not published again.

    Raises NotAllowed, or BadInput with the first fault's file and line; then nothing has been written.
    """
    registers.check_may(store, by, now, "admin")
    made = catalog.whole(store.folder, people_words(store))
    body = events.canonical(events.lean(made))
    digest = events.digest(body)
    with store.transaction("catalog publish"):
        before = registers.rules(store)
        same = digest == store.town.last_catalogue.digest
        if not same:
            store.append("catalogue.published", digest, body, by=by.id, now=now)
    return _published(digest, made, before, same)


def people_words(store: Store) -> dict[str, str]:
    """What roles.yaml may call a leader -> person id: id, number, and a name that only one person has."""
    people = [person for person in look.people(store) if not person.left]
    names = [person.name for person in people]
    words = {person.name: person.id for person in people if names.count(person.name) == 1}
    return words | {person.no: person.id for person in people if person.no} | {person.id: person.id for person in people}


def _published(digest: str, body: Body, before: Body, same: bool) -> Published:
    items, old = _items(body), _items(before)
    claimed, was = _claimed(body), _claimed(before)

    def names(ids: Any) -> tuple[str, ...]:
        return tuple(str((items.get(id_) or old[id_])["name"]) for id_ in ids)

    return Published(
        digest,
        same,
        len(items),
        sum(id_ in claimed for id_ in items),
        names(id_ for id_ in items if id_ not in claimed),
        names(id_ for id_ in items if id_ in claimed and id_ not in was),
        names(id_ for id_ in items if id_ in was and id_ not in claimed),
        names(id_ for id_ in items if id_ not in old),
        names(id_ for id_ in old if id_ not in items),
        names(id_ for id_ in items if id_ in old and items[id_] != old[id_]),
        tuple(sorted(key for key in {*body, *before} if key not in ("items", "claims") and body.get(key) != before.get(key))),
    )


def _items(body: Body) -> dict[str, Body]:
    return {one["id"]: one for one in body["items"]}


def _claimed(body: Body) -> set[str]:
    return {claim["item"] for claim in body.get("claims", ()) if claim.get("decision", "claimed") == "claimed"}


def show(store: Store, word: str = "") -> CatalogShown:
    """The rules in force, or one item by number, id or name. Raises BadInput for an item that is not there."""
    body, catalogue = registers.rules(store), store.town.last_catalogue
    claims = {claim["item"]: claim for claim in body.get("claims", ())}
    shown = []
    for one in body["items"]:
        item = catalogue.items[one["no"]]
        shown.append(
            ItemShown(
                item.no,
                item.id,
                item.name,
                item.module,
                str(catalogue.modules.get(item.module, {}).get("name", item.module)),
                item.claimed,
                item.lead,
                str(catalogue.departments.get(item.lead, {}).get("name", item.lead)),
                _names(catalogue.departments, item.support),
                item.kinds,
                item.where,
                item.flow,
                str(catalogue.flows.get(item.flow, {}).get("name", item.flow)),
                tuple(sorted(item.every.items())),
                (one["limit"]["value"], item.unit, item.starts),
                one.get("self_fix", ""),
                tuple(catalogue.roles[role].name for role in item.finders if role in catalogue.roles),
                tuple(catalogue.roles[role].name for role in item.handlers if role in catalogue.roles),
                item.question,
                one.get("opening", ""),
                one.get("closing", ""),
                one.get("legal", {}).get("basis", ""),
                _claim(claims.get(item.id, {})),
            )
        )
    if not word:
        return CatalogShown(catalogue.digest, tuple(shown), False)
    found = [one for one in shown if word in (str(one.no), one.id, one.name)] or [one for one in shown if word in one.name]
    if not found:
        raise BadInput(_("The rules have no item {0}; yima catalog show lists them all.").format(word))
    return CatalogShown(catalogue.digest, tuple(found), len(found) == 1)


def _names(table: Mapping[str, Body], ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(table.get(id_, {}).get("name", id_)) for id_ in ids)


def _claim(claim: Body) -> tuple[str, str, str]:
    """decision, meeting, day; empty where no meeting has dealt with it."""
    return (claim.get("decision", "claimed"), claim.get("meeting", ""), claim.get("on", "")) if claim else ("", "", "")
