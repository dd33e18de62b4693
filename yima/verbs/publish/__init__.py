"""`yima catalog publish`, `diff`, `log`: the rules of the town folder become a fact; what is published is what counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from yima.adapters import catalog
from yima.adapters.store import Store, look, registers
from yima.adapters.store.registers import Publication
from yima.adapters.store.staff import gaps_seen, staff_at
from yima.core import events
from yima.core.model import Person, catalogue_of
from yima.core.results.matrix import GapSeen
from yima.core.results.rules import CatalogDiff, CatalogLog, Edition, LogRow, Published
from yima.core.worktime import day_of
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.publish.compare import claimed, difference
from yima.verbs.publish.leave_out import chosen, without
from yima.verbs.publish.showing import show

__all__ = ["diff", "log", "publish", "show"]

Body = Mapping[str, Any]
LEAST = 4  # characters of a digest that name rules


def publish(store: Store, by: Person, now: int, skip: Sequence[str] = ()) -> Published:
    """Publish the town folder's three files, whole. What is the same as the rules in force is not published again.

    skip: items (number, id or name) that stay as they are in force. A claimed item that has nobody for a place it applies to refuses the
    whole publication: then the result has `gaps`, and nothing was written. Raises NotAllowed, or BadInput with the first fault's file and line.
    """
    registers.check_may(store, by, now, "admin")
    made = catalog.whole(store.folder, registers.people_words(store), registers.ever_published(store))
    before = registers.rules(store)
    left = chosen(skip, made, before)
    made = events.lean(without(made, before, [one["id"] for one in left]))
    body = events.canonical(made)
    digest = events.digest(body)
    gaps = _gaps(store, made, digest, now, {one["id"] for one in left})
    same = digest == store.town.last_catalogue.digest
    if not same and not gaps:
        with store.transaction("catalog publish"):
            store.append("catalogue.published", digest, body, by=by.id, now=now)
    return _published(store, digest, made, before, same, tuple(one["name"] for one in left), gaps)


def _gaps(store: Store, body: Body, digest: str, now: int, left: set[str]) -> tuple[GapSeen, ...]:
    """The cells that nobody would fill under these rules, apart from items that stay as they are."""
    staff = staff_at(store, now, catalogue=catalogue_of(body, digest))
    return tuple(gap for gap in gaps_seen(staff, look.places(store)) if gap.id not in left)


def _published(
    store: Store, digest: str, body: Body, before: Body, same: bool, left: tuple[str, ...], gaps: tuple[GapSeen, ...]
) -> Published:
    yes, was = claimed(body), claimed(before)
    places = look.places(store)
    return Published(
        digest,
        same,
        len(body["items"]),
        sum(one["id"] in yes for one in body["items"]),
        tuple(one["name"] for one in body["items"] if one["id"] not in yes),
        tuple(one["name"] for one in body["items"] if one["id"] in yes - was),
        tuple(one["name"] for one in before["items"] if one["id"] in was - yes),
        difference(before, body, places, _people(store)),
        left,
        gaps,
        tuple(dict.fromkeys(obj.grid for obj in places)),
    )


def _people(store: Store) -> dict[str, str]:
    return {person.id: person.name for person in look.people(store)}


# -- two editions side by side


def diff(store: Store, old: str = "", new: str = "") -> CatalogDiff:
    """Two editions of the rules. old, new: the beginning of a digest, or a day (its end); default: those in force, and the town folder's files.

    With `old` alone it is compared with the rules in force. Raises BadInput where there is no such edition, or where the files have a fault.
    """
    published = [one for one in registers.publications(store) if not one.why]
    first = _edition(store, published, old) if old else published[-1]
    second = _edition(store, published, new) if new else published[-1] if old else None
    body = second.body if second is not None else _files(store)
    return CatalogDiff(
        _seen(store, first),
        _seen(store, second) if second is not None else Edition("", None, ""),
        difference(first.body, body, look.places(store), _people(store)),
    )


def _files(store: Store) -> Body:
    body, faults = catalog.read(store.folder, registers.people_words(store), registers.ever_published(store))
    for fault in faults:
        raise BadInput(_("{0}:{1}  {2} Mend it first; yima catalog check lists all faults.").format(fault.file, fault.line, fault.what))
    return body


def _edition(store: Store, published: Sequence[Publication], word: str) -> Publication:
    found = [one for one in published if len(word) >= LEAST and one.digest.startswith(word.lower())]
    if len({one.digest for one in found}) > 1:
        raise BadInput(_("Several rules begin with {0}; give more characters of one, as in yima catalog log.").format(word))
    if not found and (day := _day(word)) is not None:
        found = [one for one in published if store.town.day(one.at) <= day]
        if not found:
            raise BadInput(_("No rules had been published by {0}; yima catalog log lists all publications.").format(word))
    if not found:
        raise BadInput(_("No rules begin with {0}; give the first characters as in yima catalog log, or a day (2026-11-20).").format(word))
    return found[-1]


def _day(word: str) -> int | None:
    try:
        return day_of(word)
    except ValueError:
        return None


def _seen(store: Store, one: Publication) -> Edition:
    return Edition(one.digest, one.at, look.person_name(store, one.by))


# -- every publication


def log(store: Store) -> CatalogLog:
    """Every publication of rules, the newest last, each with what it has other than the one before."""
    places, people = look.places(store), _people(store)
    rows: list[LogRow] = []
    before: Body | None = None
    for one in registers.publications(store):
        if one.why:  # perhaps of a form that this version does not know
            rows.append(LogRow(_seen(store, one), one.by, 0, 0, (), (), None, one.why))
            continue
        yes, was = claimed(one.body), claimed(before) if before is not None else set()
        rows.append(
            LogRow(
                _seen(store, one),
                one.by,
                len(one.body["items"]),
                len(yes),
                tuple(item["name"] for item in one.body["items"] if item["id"] in yes - was),
                tuple(item["name"] for item in (before or one.body)["items"] if item["id"] in was - yes),
                difference(before, one.body, places, people) if before is not None else None,
                "",
            )
        )
        before = one.body
    return CatalogLog(tuple(rows), store.town.last_catalogue.digest)
