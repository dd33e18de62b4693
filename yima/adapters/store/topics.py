"""What the agenda of the joint meeting asks of the file: unlisted findings, disputed transfers, rounds and cases by item, and its own facts."""

from collections.abc import Iterable
from typing import NamedTuple

from yima.adapters.store import Store, rows
from yima.adapters.store.sql import COLUMNS
from yima.core import agenda, events
from yima.core.agenda import AskedOf
from yima.core.events import Fact
from yima.core.flow.cases import Case

OF_MEETING = f"SELECT {COLUMNS} FROM event WHERE kind IN ({','.join('?' * len(agenda.KINDS))}) ORDER BY at, device, seq, hash"
UNLISTED = (
    "SELECT c.object, c.state, (SELECT COUNT(*) FROM finding AS r WHERE r.object = f.object AND r.item = 0 AND r.case_key = c.key)"
    " FROM finding AS f JOIN case_file AS c ON c.key = f.name WHERE f.item = 0 ORDER BY c.opened, c.key"
)
DISPUTED = "SELECT object, state FROM case_file WHERE closed IS NULL AND stage = 'unclaimed' ORDER BY opened, key"
ROUNDS = (
    "SELECT m.item, o.kind, m.period, COUNT(*), SUM(COALESCE(m.scan_day > :day, 0)) FROM matter AS m JOIN object AS o ON o.id = m.object"
    " WHERE m.period <> '' AND o.retired = '' GROUP BY m.item, o.kind, m.period ORDER BY m.item, o.kind, m.period"
)
ALIVE = (
    "SELECT item, SUM(opened >= :since), SUM(closed IS NULL) FROM case_file"
    " WHERE item > 0 AND outcome NOT IN ('void', 'refused') AND (opened >= :since OR closed IS NULL) GROUP BY item"
)


class Unlisted(NamedTuple):
    """A case that was opened by an unlisted finding. reports: how many findings say it."""

    object: str
    case: Case
    reports: int


def of_meeting(store: Store) -> list[Fact]:
    """Every suggestion and every decision of a meeting, in order, whether it counts or not."""
    return [Fact(*row) for row in store.db.execute(OF_MEETING, agenda.KINDS)]


def unlisted(store: Store) -> list[Unlisted]:
    """Every case that began as a finding outside the items, the oldest first. The caller has made everything fresh."""
    return [Unlisted(object_id, rows.case_of(state), reports) for object_id, state, reports in store.db.execute(UNLISTED)]


def cases_of(store: Store, names: Iterable[str]) -> dict[str, str]:
    """Finding -> the key of the case that it leads to; one that leads to none is left out."""
    found = {}
    for name in names:
        row = store.db.execute("SELECT case_key FROM finding WHERE name = ? AND case_key <> ''", (name,)).fetchone()
        if row is not None:
            found[name] = str(row[0])
    return found


def disputed(store: Store) -> list[tuple[str, Case]]:
    """(object, case) whose hand-over the receiving leader has refused, the oldest first."""
    found = [(object_id, rows.case_of(state)) for object_id, state in store.db.execute(DISPUTED)]
    return [one for one in found if one[1].disputed]


def referred(store: Store) -> list[tuple[str, Case]]:
    """(object, open case) that a leader has referred to the joint meeting or the district (提请), the oldest first."""
    open_ones = store.db.execute("SELECT object, state FROM case_file WHERE closed IS NULL ORDER BY opened, key")
    found = ((object_id, rows.case_of(state)) for object_id, state in open_ones)
    return [one for one in found if one[1].referred is not None]


def refusals(store: Store, object_id: str) -> dict[str, str]:
    """Case key -> the reason with which triage refused it, at one object."""
    found = {}
    state = store.state(object_id)
    for fact in store.facts_of(object_id):
        if fact.kind == "step.taken" and fact.hash not in state.unmoved:
            event = events.decode(fact.kind, fact.body)
            if event.step == "refuse" and not event.about and event.case in state.names:
                found[state.names[event.case].case] = event.reason or event.note
    return found


def rounds(store: Store, day: int) -> list[AskedOf]:
    """How items are asked now, by kind of object and period. day: a place counts as looked at where its last scan lies after it."""
    return [AskedOf(*row) for row in store.db.execute(ROUNDS, {"day": day})]


def alive(store: Store, since: int) -> dict[int, tuple[int, int]]:
    """Item -> (cases opened since an instant, cases open now); refused leads and voids are none."""
    return {item: (opened, is_open) for item, opened, is_open in store.db.execute(ALIVE, {"since": since})}
