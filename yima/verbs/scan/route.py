"""`yima todo --route`: a day's walk on paper (巡查单): what a scan at each place would ask, with the codes to be scanned from the sheet."""

from collections import Counter
from pathlib import Path

from yima.adapters.paper import notices, payload_of
from yima.adapters.render import Voice
from yima.adapters.render.cards import walk_fields
from yima.adapters.render.notices import file_name
from yima.adapters.store import Store
from yima.adapters.store.look import DuePlace, Hit, code_of
from yima.adapters.store.walk import due_for
from yima.core import duty
from yima.core.model import Person
from yima.core.overload import street_order
from yima.core.results.cards import Carded, Stop, Walk
from yima.errors import BadInput
from yima.i18n import _
from yima.verbs.scan import How, ask

MOST = 200  # places of one sheet where no role says what a day holds


def route(store: Store, by: Person, now: int, path: Path | None = None) -> Carded:
    """Print this person's walk of the day and read its codes back. Nothing is recorded. path: else data/outbox/DAY/.

    Raises BadInput where no round is due for the person; what paper.notices raises, and then there is no file.
    """
    walk = walk_of(store, by, now)
    if not walk.stops:
        raise BadInput(_("No round is due for {0} today, so there is nothing to print; yima todo shows what else waits.").format(by.name))
    prefix = store.town.last_catalogue.url_prefix
    payloads = [payload_of(stop.object.code, prefix) for stop in walk.stops if stop.object.code]
    voice = Voice(store.town.offset, now)
    made = notices.issue(
        walk_fields(walk, voice, [notices.code_drawn(payload) for payload in payloads]),
        store.folder,
        path,
        lambda number: file_name("route", by.name, voice, number),
        timestamp=now // 1000,
        template="route.typ",
        payloads=payloads,
    )
    places = tuple(stop.object for stop in walk.stops)
    shown = notices.shown(made.path, store.folder)
    return Carded("route", by.name, str(made.path), shown, made.pages, len(payloads), places, walk.left, made.lacking)


def walk_of(store: Store, by: Person, now: int) -> Walk:
    """The places of the day in the order of the walk: streets with more places first, each from its lowest number up.

    As many as a day of the person's roles holds (`capacity` in roles.yaml); what was missed already comes before what is due.
    """
    store.fresh()
    due: dict[str, list[DuePlace]] = {}
    for place in due_for(store, by, now):
        due.setdefault(place.object.id, []).append(place)
    ordered = _in_order([places[0] for places in due.values()])
    kept = {place.object.id for place in sorted(ordered, key=lambda one: not _missed(due[one.object.id]))[: _room(store, by, now)]}
    stops = [_stop(store, by, now, due[place.object.id]) for place in _in_order([one for one in ordered if one.object.id in kept])]
    catalogue = store.town.last_catalogue
    return Walk(store.town.name, by.name, catalogue.dept_name(by.dept), now, tuple(stops), len(ordered) - len(stops))


def _room(store: Store, by: Person, now: int) -> int:
    """How many places the person's day holds: the roomiest of the roles held."""
    roles = store.town.last_catalogue.roles
    return max((roles[held.role].capacity for held in duty.roles_on(by, store.town.day(now)) if held.role in roles), default=0) or MOST


def _in_order(places: list[DuePlace]) -> list[DuePlace]:
    count = Counter(place.object.street for place in places)
    return sorted(places, key=lambda place: (-count[place.object.street], *street_order(place.object)))


def _missed(places: list[DuePlace]) -> int:
    return sum(place.missed for place in places)


def _stop(store: Store, by: Person, now: int, places: list[DuePlace]) -> Stop:
    object_id = places[0].object.id
    asked = ask(store, Hit(object_id, code=code_of(store, object_id)), by, now, How())
    return Stop(asked.object, asked.questions, asked.cases, _missed(places))
