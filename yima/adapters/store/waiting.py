"""What waits for somebody, out of the file: open cases with their objects, closed ones with a question, places that a clerk must look into."""

from collections.abc import Iterator
from typing import NamedTuple

from yima.adapters.store import Store, look, rows, topics
from yima.adapters.store.sql import COLUMNS
from yima.core import agenda, events
from yima.core.events import Fact
from yima.core.flow.cases import Case
from yima.core.model import MS_HOUR, Object
from yima.core.overload import street_order
from yima.core.results.pages import Topics
from yima.core.worktime import day_of

OPEN = (
    "SELECT c.object, c.state, o.versions, m.case_red FROM case_file AS c CROSS JOIN object AS o ON o.id = c.object"
    " LEFT JOIN matter AS m ON m.object = c.object AND m.item = c.item AND m.open = c.key WHERE c.closed IS NULL ORDER BY c.opened, c.key"
)
# Written as the index case_asked is (folded.sql), so that the closed cases of many years are not read.
ASKED = (
    "SELECT c.object, c.state, o.versions, NULL FROM case_file AS c CROSS JOIN object AS o ON o.id = c.object"
    " WHERE c.closed IS NOT NULL AND (c.outcome = 'void' OR instr(c.state, '\"asked\"')) ORDER BY c.opened, c.key"
)
PLATE_SAID = "instr(body, CAST('\"plate_state\":' AS BLOB))"  # as in the index event_of_plate (over_log.sql)
PLATE_VISITS = f"SELECT {COLUMNS} FROM event WHERE kind = 'visit.recorded' AND {PLATE_SAID} ORDER BY at, device, seq, hash"
NEWEST_PLATES = "SELECT object, MAX(MAX(last_printed, COALESCE(bound, 0))) FROM plate WHERE object <> '' AND voided = '' GROUP BY object"
SHUT = (
    "SELECT o.versions FROM object AS o WHERE o.retired = '' AND o.visit_hash <> '' AND EXISTS (SELECT 1 FROM event AS e"
    " WHERE e.subject = o.id AND e.at >= ((o.visit_at - :shift) << 16) AND e.hash = o.visit_hash"
    ' AND instr(e.body, CAST(\'"closed":"shut"\' AS BLOB))) ORDER BY o.street, CAST(o.door AS INTEGER), o.door, o.name, o.id'
)
PROVISIONAL = (
    "SELECT versions FROM object WHERE retired = '' AND instr(versions, ',true,') ORDER BY street, CAST(door AS INTEGER), door, name, id"
)
UNLISTED = (
    "SELECT c.key, CASE c.outcome WHEN 'void' THEN c.state ELSE '' END FROM finding AS f CROSS JOIN case_file AS c ON c.key = f.name"
    " WHERE f.item = 0"
)
RUN = 20  # visits of one place that are looked at: a place that is shut longer is shut often enough


class CaseAt(NamedTuple):
    """A case with its object. red_at: from when on it is red, as stored: the first instant after its due; None = no limit runs."""

    id: str
    case: Case
    object: Object
    red_at: int | None = None


class PlateReport(NamedTuple):
    """What was said of an object's plate since it was last printed or bound. state, by: the last word (missing dirty covered), and whose."""

    object: Object
    state: str
    times: int
    last: int
    by: str


class ShutRun(NamedTuple):
    """A place that was found shut on several visits running."""

    object: Object
    times: int
    last: int


def open_cases(store: Store) -> Iterator[CaseAt]:
    """Every open case, oldest first. The caller has made everything fresh."""
    return _cases(store, OPEN)


def asked_after_close(store: Store) -> Iterator[CaseAt]:
    """Closed cases of which somebody still has to say a word: voids not granted, 申辩 and 申诉 not answered."""
    for one in _cases(store, ASKED):
        if (one.case.outcome == "void" and not one.case.void_granted) or "asked" in (one.case.contest, one.case.appeal):
            yield one


def _cases(store: Store, statement: str) -> Iterator[CaseAt]:
    for object_id, state, versions, red_at in store.db.execute(statement):
        yield CaseAt(object_id, rows.case_of(state), rows.last_of(versions), red_at)


# -- places


def plates_reported(store: Store) -> list[PlateReport]:
    """Objects whose plate was reported missing, dirty or covered; a plate printed again or bound ends it, and so does a visit that says fine.

    Reading 78.
    """
    newest = dict(store.db.execute(NEWEST_PLATES).fetchall())
    found: dict[str, tuple[str, int, int, str]] = {}
    for row in store.db.execute(PLATE_VISITS).fetchall():
        fact = Fact(*row)
        event, when = events.decode(fact.kind, fact.body), store.town.when(fact)
        if event is None or when < newest.get(fact.subject, 0) or look.unmoved_of(store, (fact.hash,)):
            continue
        if event.plate_state in ("missing", "dirty", "covered"):
            times = found[fact.subject][1] + 1 if fact.subject in found else 1
            found[fact.subject] = (event.plate_state, times, when, fact.actor)
        else:
            found.pop(fact.subject, None)
    seen = ((look.store_object(store, object_id), said) for object_id, said in found.items())
    reports = [PlateReport(obj, *said) for obj, said in seen if obj is not None and not obj.retired]
    return sorted(reports, key=lambda one: street_order(one.object))


def shut_running(store: Store, day: int) -> list[ShutRun]:
    """Places found shut on the last two visits or more, an hour or more between the first and the last, while no status explains it."""
    shifts = max((shift for some in store.town.shifts.values() for _first, _last_seq, shift in some), default=0)
    found = []
    for (versions,) in store.db.execute(SHUT, {"shift": max(shifts, 0)}).fetchall():
        obj = rows.last_of(versions)
        if _pauses(obj, day):
            continue
        whens: list[int] = []
        for fact in look.visits_of(store, obj.id, RUN):
            event = events.decode(fact.kind, fact.body)
            if event is None or look.unmoved_of(store, (fact.hash,)):
                continue
            if event.closed != "shut":
                break
            whens.append(store.town.when(fact))
        if whens and max(whens) - min(whens) > MS_HOUR:
            found.append(ShutRun(obj, len(whens), max(whens)))
    return found


def _pauses(obj: Object, day: int) -> bool:
    """Whether a status of the object (歇业, 装修, 空置) covers the day."""
    what, from_, to = obj.status
    return bool(what) and (not from_ or day_of(from_) <= day) and (not to or day <= day_of(to))


def provisional(store: Store) -> list[Object]:
    """Objects that somebody registered from the street, and no clerk has confirmed."""
    return [obj for (versions,) in store.db.execute(PROVISIONAL) if (obj := rows.last_of(versions)).provisional]


# -- the agenda


def agenda_topics(store: Store, disputed: int) -> Topics:
    """How much the next joint meeting has to decide, by what it is. disputed: transfers in dispute, which the caller has counted.

    Findings are not pooled here, and dead items not looked for: that is the agenda's own page.
    """
    town, facts = store.town, topics.of_meeting(store)
    decided = agenda.decisions(town, facts, topics.cases_of(store, {fact.subject for fact in facts}))
    findings = sum(
        agenda.is_open(decided.get(key)) for key, state in store.db.execute(UNLISTED) if not state or not rows.case_of(state).void_granted
    )
    items = sum(not item.claimed for item in town.last_catalogue.items.values())
    suggested = sum(agenda.is_open(decided.get(one.id)) for one in agenda.suggestions(town, facts))
    return Topics(findings, items, disputed, suggested)
