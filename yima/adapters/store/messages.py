"""What a sweep raised and has not told everybody yet: kept in this device's settings, so that no kill and no full disk loses any of it.

A message goes to one receiver: its notice (PDF) is written, then the notify command is called. It stays here until both are done.
"""

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yima.adapters.store import Store
from yima.adapters.store.asof import least_at
from yima.adapters.store.boards import setting
from yima.adapters.store.sql import COLUMNS
from yima.core.events import Fact
from yima.core.model import MS_DAY

KEPT = "messages"
KEPT_FOR = 30 * MS_DAY


class Told(NamedTuple):
    """A rung that this device raised. finding: names the case, number as people were told it; to: a person's id, "" = nobody was there."""

    object: str
    finding: str
    clock: str
    rung: str
    at: int
    to: str = ""
    number: str = ""


class Row(NamedTuple):
    """One rung of a message: the object, the case by a finding's name, its number as it was said, clock, rung, and when it was raised."""

    object: str
    case: str
    number: str
    clock: str
    rung: str
    at: int


class Message(NamedTuple):
    """What one receiver is to be told. number: this device's running number; to: a person's id, "" = nobody is registered; dept: an id.

    kind: of results.notices.KINDS; at: the sweep's instant; file: the notice's, below the town folder; lists: departments of missed rounds.
    tried: how often the notify command was called in vain.
    """

    number: int
    kind: str
    to: str
    dept: str
    at: int
    file: str
    rows: tuple[Row, ...] = ()
    lists: tuple[str, ...] = ()
    written: bool = False
    sent: bool = False
    tried: int = 0


def waiting(store: Store) -> list[Message]:
    """Every message that is not written or not sent yet, in the order of raising; read from the file, because another program may send."""
    return [_message(raw) for raw in json.loads(setting(store, KEPT) or "[]")]


def keep(store: Store, messages: Sequence[Message]) -> None:
    """Inside a transaction: these are all that wait."""
    raw = [{name: value for name, value in one._asdict().items() if value not in ("", (), False, 0)} for one in messages]
    store.set_setting(KEPT, json.dumps(raw, ensure_ascii=False, separators=(",", ":")))


def change(store: Store, changed: Iterable[Message], gone: Iterable[int] = ()) -> None:
    """Inside a transaction: these messages stand so now, those numbers are told. What another sweep added meanwhile stays."""
    by_number, over = {one.number: one for one in changed}, set(gone)
    keep(store, [by_number.get(one.number, one) for one in waiting(store) if one.number not in over])


def _message(raw: dict[str, object]) -> Message:
    message = Message(**{"to": "", "dept": "", "file": "", **raw})  # type: ignore[arg-type]
    return message._replace(rows=tuple(Row(*row) for row in message.rows), lists=tuple(message.lists))


def phone_of(store: Store, person_id: str) -> str:
    """The private number that is kept here; "" = none."""
    row = store.db.execute("SELECT phone FROM kept_contact WHERE subject = ?", (person_id,)).fetchone()
    return str(row[0]) if row else ""


def steps_since(store: Store, object_id: str, instant: int) -> list[Fact]:
    """The steps at an object from an instant on, in order."""
    found = store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND at >= ? AND kind = 'step.taken' ORDER BY at, device, seq, hash",
        (object_id, least_at(store, instant)),
    )
    return [Fact(*row) for row in found]
