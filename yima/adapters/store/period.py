"""What a report reads of the log beside the objects' states: a period's visits, earlier scans, steps, heads, and the issued reports."""

from collections.abc import Iterator
from typing import NamedTuple

from yima.adapters.store import Store
from yima.adapters.store.asof import least_at
from yima.adapters.store.sql import COLUMNS
from yima.core import duty, events, flow
from yima.core.events import Fact, ReportIssued
from yima.core.flow import State
from yima.core.town import Town

MAY_ISSUE = ("admin", "town_leader")


class Issued(NamedTuple):
    """An issued report as its fact says. when: the instant of issuing, ms; number: "2026-W47", a correction "2026-W47 更正1"."""

    number: str
    when: int
    by: str
    report: ReportIssued


def heads(store: Store) -> dict[str, tuple[int, str]]:
    """The last (seq, hash) here of each enrolled device, by its id."""
    found = {}
    for device in sorted(store.town.devices):
        row = store.db.execute("SELECT seq, hash FROM event WHERE device = ? ORDER BY seq DESC, at DESC LIMIT 1", (device,)).fetchone()
        if row is not None:
            found[device] = (int(row[0]), str(row[1]))
    return found


def issued(store: Store, week: str = "") -> list[Issued]:
    """The issued reports that count, of one week with its corrections or of all, in order."""
    years = [week] if week else [f"{year}-W" for year in range(2020, 2102)]
    found = []
    for start in years:  # a subject of an object is hexadecimal, so this range holds nothing but reports
        for row in store.db.execute(
            f"SELECT {COLUMNS} FROM event WHERE subject >= ? AND subject < ? AND kind = 'report.issued' ORDER BY at, device, seq, hash",
            (start, start + "~"),
        ):
            fact = Fact(*row)
            event = events.decode(fact.kind, fact.body)
            if event is not None and not why_not(store.town, fact):
                found.append(Issued(fact.subject, store.town.when(fact), fact.actor, event))
    return sorted(found, key=lambda one: one.number)


def why_not(town: Town, fact: Fact) -> str:
    """Why an issue does not count, in one word; "" = it counts."""
    if why := town.why_not(fact):
        return why
    when = town.when(fact)
    person = town.person(fact.actor, when)
    held = duty.roles_on(person, town.day(when)) if person is not None else []
    return "" if any(one.role in MAY_ISSUE for one in held) else "role"


def late_facts(store: Store, report: ReportIssued) -> int:
    """How many facts with `when` up to the report's as-of are not under its heads: they came here after it was issued."""
    count = 0
    for row in store.db.execute(f"SELECT {COLUMNS} FROM event WHERE kind <> 'report.issued'"):
        fact = Fact(*row)
        head = report.heads.get(fact.device)
        if (head is None or fact.seq > head[0]) and store.town.when(fact) <= report.as_of:
            count += 1
    return count


# -- visits


def visits_between(store: Store, start: int, end: int) -> Iterator[Fact]:
    """The visit facts with `when` in [start, end), in order; what was withdrawn or moves nothing is among them."""
    for row in store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE at >= ? AND kind = 'visit.recorded' ORDER BY at, device, seq, hash", (least_at(store, start),)
    ):
        fact = Fact(*row)
        if start <= store.town.when(fact) < end:
            yield fact


def scans_before(store: Store, town: Town, state: State, object_id: str, items: set[int], day: int) -> dict[int, tuple[int, int]]:
    """The last scan before a local day that meets the round of each of these items, (day, `when`); an item without one is left out.

    Newest first, and no further than needed: `at` is never before the wall, so what stands lower in order lies on no later day.
    """
    found: dict[int, tuple[int, int]] = {}
    for row in store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND kind = 'visit.recorded' ORDER BY at DESC, device DESC, seq DESC", (object_id,)
    ):
        fact = Fact(*row)
        if items <= found.keys() and fact.at < least_at(store, town.day_start(min(one[0] for one in found.values()) + 1)):
            break
        if town.when(fact) >= town.day_start(day):
            continue
        for no, some in flow.scans(state, (fact,), town).items():
            for scan in some:
                if no in items and (no not in found or scan[0] > found[no][0]):
                    found[no] = scan
    return found


def accepted_at(store: Store, object_id: str, state: State, as_of: int) -> dict[str, int]:
    """When each case of an object was first accepted, by its key."""
    found: dict[str, int] = {}
    for row in store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND kind = 'step.taken' ORDER BY at, device, seq, hash", (object_id,)
    ):
        fact = Fact(*row)
        event = events.decode(fact.kind, fact.body)
        when = store.town.when(fact)
        if event is None or event.step != "accept" or when > as_of or fact.hash in state.unmoved:
            continue
        named = state.names.get(event.case)
        if named is not None:
            found.setdefault(named.case, when)
    return found
