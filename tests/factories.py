"""Small towns for tests: founded with the shipped rules, every item claimed by its lead department. People and shops are made up.

with town(tmp_path, at("2026-11-23 09:00")) as store:
    wang = person(store, "王芳", "street_patrol")
    shop_id = shop(store, "阿婆生煎", "荷花路", "12")
    seen = visit(store, shop_id, wang, at("2026-11-23 10:00"), found=["over_door_business=三张桌"])
    step(store, shop_id, seen, "told", wang, at("2026-11-23 10:05"))
"""

import contextlib
import copy
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from yima.adapters import catalog
from yima.adapters.calendars import shipped_calendars
from yima.adapters.store import Store
from yima.adapters.store.founding import found_town
from yima.adapters.store.place import identity
from yima.core import events
from yima.core.events import Fact

CHINA = timezone(timedelta(hours=8))
LIST = ("asked", "cases", "photos")


def at(text: str) -> int:
    """ms UTC of a local instant such as "2026-11-23 14:00"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp() * 1000)


@cache
def _shipped() -> dict[str, Any]:
    body, faults = catalog.read(catalog.defaults())
    assert not faults, faults[:3]
    return body


def rules(change: Callable[[dict[str, Any]], None] | None = None, *, claimed: bool = True) -> dict[str, Any]:
    """The body of catalogue.published: the shipped rules, claimed on 2026-08-20. change: alters the body in place."""
    body = copy.deepcopy(_shipped())
    if claimed:
        body["claims"] = [{"item": one["id"], "dept": one["lead"], "meeting": "第3次联席会议", "on": "2026-08-20"} for one in body["items"]]
    if change is not None:
        change(body)
    return body


def town(
    folder: Path,
    now: int,
    *,
    name: str = "青荷镇",
    admin: str = "顾晓",
    change: Callable[[dict[str, Any]], None] | None = None,
    claimed: bool = True,
    sample: bool = True,
) -> Store:
    """A town founded in `folder` at `now`: a sample, so its key lies in its own data/. The founder is its admin and current person."""
    return found_town(
        folder, name=name, admin=admin, catalogue=rules(change, claimed=claimed), calendars=shipped_calendars(), now=now, sample=sample
    )


def founded(store: Store) -> int:
    """The instant of founding."""
    return int(json.loads(store.settings["founded"])[1])


def admin_of(store: Store) -> str:
    """The founder's id."""
    return str(store.settings["person"])


@contextlib.contextmanager
def _in(store: Store) -> Iterator[None]:
    """The transaction that is open, else one of its own."""
    if store.db.in_transaction:
        yield
    else:
        with store.transaction():
            yield


def person(store: Store, name: str, *roles: str, now: int | None = None, dept: str = "", no: str = "", **places: Any) -> str:
    """Register a person; returns the id. places: depts, grids, streets, villages, objects, from, to of every role."""
    id_ = identity(store.town_id, "person", 2, (dept, name))
    event = events.PersonRegistered(name, no, dept, tuple({"role": role, **places} for role in roles))
    with _in(store):
        store.append("person.registered", id_, event, by=admin_of(store), now=founded(store) if now is None else now)
    return id_


def shop(store: Store, name: str, street: str = "荷花路", door: str = "1", *, id: str = "", now: int | None = None, **fields: Any) -> str:
    """Register a shop (or, with kind=, another object); returns the id. Defaults: grid 荷花网格, trade catering."""
    fields = {"kind": "shop", "grid": "荷花网格", "trade": "catering" if fields.get("kind", "shop") == "shop" else "", **fields}
    id_ = id or identity(store.town_id, fields["kind"], 3, (street, door, ""))
    event = events.ObjectRegistered(name=name, street=street, door=door, **fields)
    with _in(store):
        store.append("object.registered", id_, event, by=admin_of(store), now=founded(store) if now is None else now)
    return id_


def item(store: Store, word: str | int) -> int:
    """An item's number by number, id or name."""
    found = store.town.last_catalogue.item_of(str(word))
    assert found is not None, word
    return found.no


def finding(store: Store, text: str) -> events.Finding:
    """ "over_door_business", "over_door_business=三张桌", "over_door_business!" (fixed on the spot), "=充电桩没人管" (unlisted)."""
    word, _, note = text.partition("=")
    number = item(store, word.rstrip("!")) if word else 0
    return events.Finding(number, store.next_number("finding"), note, fixed=word.endswith("!"))


def visit(
    store: Store,
    object_id: str,
    by: str,
    now: int,
    *,
    asked: Sequence[str | int] = (),
    cases: Sequence[Any] = (),
    found: Sequence[str] = (),
    **more: Any,
) -> Fact:
    """Record a visit. asked: items; cases: names of findings, or the visit facts whose first finding is meant; found: see `finding`."""
    with _in(store):
        event = events.VisitRecorded(
            store.town.last_catalogue.digest,
            asked=tuple(item(store, word) for word in asked),
            cases=tuple(name(one) for one in cases),
            findings=tuple(finding(store, text) for text in found),
            **more,
        )
        return store.append("visit.recorded", object_id, event, by=by, now=now)


def step(store: Store, object_id: str, case: Any, word: str, by: str, now: int, **more: Any) -> Fact:
    """Take a step. case: a finding's name, or the visit fact whose first finding opened it."""
    with _in(store):
        return store.append("step.taken", object_id, events.StepTaken(name(case), word, **more), by=by, now=now)


def name(case: Any) -> str:
    """A finding's name: of a visit fact its first."""
    return case if isinstance(case, str) else f"{case.hash}.0"


def case_of(store: Store, object_id: str, case: Any) -> Any:
    """The case that a finding's name (or a visit fact's first finding) leads to, as folded."""
    state = store.state(object_id)
    return state.cases[state.names[name(case)].case]
