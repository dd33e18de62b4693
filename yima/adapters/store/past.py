"""A town as it was: the folded tables of an earlier instant, made in memory, so that the same questions can be put to them."""

import sqlite3

from yima.adapters.store import Store, person_row
from yima.adapters.store.asof import TIMELESS, least_at
from yima.adapters.store.place import run_script
from yima.adapters.store.sql import COLUMNS, TOWN_FACTS
from yima.core import events, flow
from yima.core.events import Fact
from yima.core.model import Object
from yima.core.town import Town, fold_town
from yima.errors import BadInput
from yima.i18n import _

COPIED = {"object": "id", "matter": "object", "case_file": "object", "finding": "object"}


class Past(Store):
    """Folded rows of an earlier instant, in memory: for reading only, and without log, kept tables and plates."""

    def _initials(self, obj: Object) -> str:
        return ""


def as_of(store: Store, instant: int) -> Store:
    """The town as the facts with `when` <= instant make it (and every clock correction). The caller has made the store fresh.

    Only objects with later facts are folded anew, all of them where a town fact is later. Raises BadInput before the town's first rules.
    """
    town_facts = [Fact(*row) for row in store.db.execute(TOWN_FACTS, events.TOWN_KINDS)]
    town = fold_town(town_facts, until=instant)
    if not town.rules:
        raise BadInput(_("The town had no rules yet at that time; choose a later one for --as-of."))
    whole = any(fact.kind not in TIMELESS and store.town.when(fact) > instant for fact in town_facts)
    past = Past(store.folder, sqlite3.connect(":memory:", isolation_level=None), store.device, sample=store.sample)
    past.settings, past._town, past._id = store.settings, town, town.id
    past.db.execute("PRAGMA synchronous = OFF")
    run_script(past.db, "folded.sql")
    past.db.execute("BEGIN")
    people = [person_row(id_, versions) for id_, versions in sorted(dict(town.people).items())]
    past.db.executemany("INSERT INTO person (id, name, no, dept, roles, gone, versions) VALUES (?, ?, ?, ?, ?, ?, ?)", people)
    later = _with_later_facts(store, instant)
    for (object_id,) in store.db.execute("SELECT id FROM object ORDER BY id").fetchall():
        if whole or object_id in later:
            past._write(object_id, flow.refold(store.facts_of(object_id), town, until=instant))
        else:
            _copy(store, past, object_id)
    return past


def _with_later_facts(store: Store, instant: int) -> set[str]:
    """The subjects of facts after the instant."""
    town: Town = store.town
    found = store.db.execute(f"SELECT {COLUMNS} FROM event WHERE at >= ?", (least_at(store, instant),))
    return {fact.subject for fact in (Fact(*row) for row in found) if town.when(fact) > instant}


def _copy(store: Store, past: Store, object_id: str) -> None:
    for table, column in COPIED.items():
        found = store.db.execute(f"SELECT * FROM {table} WHERE {column} = ?", (object_id,)).fetchall()
        if found:
            past.db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(found[0]))})", found)
