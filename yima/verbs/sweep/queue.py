"""Who is to be told of what a sweep raised: one message for each receiver and sort of notice, kept in the transaction that raises it."""

from collections.abc import Iterable, Sequence

from yima.adapters.render import Voice
from yima.adapters.render.notices import file_name
from yima.adapters.store import Store, boards, look, messages
from yima.adapters.store.messages import Message, Row, Told
from yima.core.flow.rungs import Due
from yima.core.model import Person
from yima.core.results.leaders import MissedList

URGENT_FIRST = ("hazard", "escalate", "supervise", "missed", "remind", "withdrawn")
Receiver = tuple[str, str, str]  # sort of notice, a person's id, and a department's id


def queue(store: Store, told: Iterable[tuple[str, str, Due, Person | None]], lists: Iterable[MissedList], now: int) -> None:
    """Inside the sweep's transaction: what it raised waits to be told. A list of missed rounds goes with the leader's 督办单, if there is one."""
    rows: dict[Receiver, list[Row]] = {}
    missed: dict[Receiver, list[str]] = {}
    for object_id, key, one, whom in told:
        case = store.state(object_id).cases[key]
        kind = "hazard" if one.rung == "escalate" and case.flow == "F4" else one.rung
        nobody = "" if one.rung == "escalate" else case.dept
        to = (kind, "", nobody) if whom is None else (kind, whom.id, whom.dept)
        rows.setdefault(to, []).append(Row(object_id, key, boards.number_of(store, case.device, case.number), one.clock, one.rung, now))
    for each in lists:
        with_it = next((to for to in rows if to[:2] == ("supervise", each.leader_id)), None)
        missed.setdefault(with_it or ("missed", each.leader_id, each.dept), []).append(each.dept)
    _add(store, rows, missed, now)


def take_back(store: Store, gone: Iterable[Told], now: int) -> None:
    """Inside a transaction: rungs proved unfounded (撤回). Who was told hears of it; what nobody was told yet is told no more."""
    rows: dict[Receiver, list[Row]] = {}
    queued = messages.waiting(store)
    for told in gone:
        row = Row(told.object, told.finding, told.number, told.clock, told.rung, told.at)
        untold = next((one for one in queued if row in one.rows and one.kind != "withdrawn" and not (one.written or one.sent)), None)
        if untold is not None:
            queued[queued.index(untold)] = untold._replace(rows=tuple(one for one in untold.rows if one != row))
        elif told.to:
            rows.setdefault(("withdrawn", told.to, _dept_of(store, told.to)), []).append(row)
    left = [one for one in queued if one.rows or one.lists]
    if left != messages.waiting(store):
        messages.keep(store, left)
    _add(store, rows, {}, now)


def _dept_of(store: Store, person_id: str) -> str:
    versions = store.town.people.get(person_id)
    return str(versions[-1][1].dept) if versions else ""


def _add(store: Store, rows: dict[Receiver, list[Row]], missed: dict[Receiver, list[str]], now: int) -> None:
    receivers = sorted({*rows, *missed}, key=lambda to: (URGENT_FIRST.index(to[0]), *to))
    if not receivers:
        return
    queued = messages.waiting(store)
    for to in receivers:
        kind, person, dept = to
        file = _free(store, queued, kind, person, dept, now)
        queued.append(
            Message(store.next_number("notice"), kind, person, dept, now, file, tuple(rows.get(to, ())), tuple(missed.get(to, ())))
        )
    messages.keep(store, queued)


def _free(store: Store, queued: Sequence[Message], kind: str, person: str, dept: str, now: int) -> str:
    """A file for the notice that no other notice has: settled here, so that a notice written twice after a kill is the same file."""
    who = look.person_name(store, person) or store.town.last_catalogue.dept_name(dept)
    taken = {one.file for one in queued}
    number = 1
    while True:
        file = file_name(kind, who, Voice(store.town.offset, now), number)
        if file not in taken and not (store.folder / file).exists():
            return file
        number += 1
