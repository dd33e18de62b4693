"""The SQLite file of a town: open, found, append, fold, read. `append` is the only door to the log; a verb is one transaction.

Facts are appended and never changed; folded tables are what the core makes of them. An object is folded or stale: a fact that is the last in
order for its object folds forward, everything else marks it stale, and what is stale is folded from its first fact before it is read.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress
from operator import is_not
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, NoReturn

from yima.adapters.store import rows
from yima.adapters.store.lazy import Catalogues, People, Rosters, Years
from yima.adapters.store.place import (
    APPLICATION,
    VERSION,
    check_wall,
    connect,
    in_words,
    key_path,
    run_script,
    sampled,
    translated,
)
from yima.adapters.store.rows import Row, Stored
from yima.adapters.store.sql import (
    COLUMNS,
    FACTS_OF,
    FOLDED,
    INSERT_CASE,
    INSERT_FACT,
    INSERT_FINDING,
    INSERT_MATTER,
    INSERT_NEW_OBJECT,
    INSERT_OBJECT,
    INSERT_PLATE,
    INSERT_UNMOVED,
    ORPHANS,
    PLATE_COLUMNS,
    PLATE_KINDS,
    TOWN_FACTS,
    UPDATE_OBJECT,
)
from yima.core import events, flow
from yima.core.events import Fact
from yima.core.flow import State
from yima.core.model import Object, Person
from yima.core.plates import Plate, fold_plates
from yima.core.town import Town, Versions, fold_town
from yima.errors import BadInput, Damaged, NotAllowed
from yima.i18n import _

KEPT = 1_000  # objects in memory; a gun that scans all day must not fill it
REACH_BACK = ("catalogue.published", "calendar.published", "device.clock", "person.left")


def open_town(folder: Path, *, fake_clock: bool = False) -> "Store":
    """Open a town. Raises Damaged for what is no town of this version, NotAllowed where this user neither founded nor joined it.

    fake_clock: YIMA_NOW is set; such a clock may only write to a sample town.
    """
    path = folder / "data" / "town.db"
    with translated(path):
        db = connect(path)
        try:
            application, version = db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]
            if application != APPLICATION:
                raise Damaged(_("{0} is not a town's data file; look whether the folder is the right one.").format(path))
            if version > VERSION:
                raise Damaged(_("This town was written by a newer yima; install the newer version here too."))
            kept = dict(db.execute("SELECT name, value FROM kept_setting"))
            founded = json.loads(kept["founded"])
            store = Store(folder, db, kept["device"], sample=bool(founded[2]), fake_clock=fake_clock)
            store._settle = (founded[0], founded[1])
            store.settings = kept
            if not key_path(folder, store.device, store.sample).is_file():
                raise NotAllowed(
                    _("This town folder was neither founded nor joined by this user here; ask the admin to let this device join.")
                )
            if db.execute("SELECT number FROM folded_by").fetchone() != (flow.FOLD,):
                store.rebuild()
        except BaseException:
            db.close()
            raise
    return store


class Store:
    """An open town. `town` is the timeline, `state(id)` one object's fold; everything is read from this one file."""

    def __init__(self, folder: Path, db: sqlite3.Connection, device: str, *, sample: bool, fake_clock: bool = False) -> None:
        self.folder, self.db, self.device, self.sample, self.fake_clock = folder, db, device, sample, fake_clock
        self.path = folder / "data" / "town.db"
        self.settings: dict[str, str] = {}
        self._settle: tuple[str, int] = ("", 0)
        self._town: Town | None = None
        self._id = ""
        self._dirty = False
        self._tip: tuple[int, int, str] | None = None  # own last seq, at, hash
        self._greatest = 0
        self._stored: dict[str, Stored] = {}  # objects as they were last read or written
        self._version: Any = None  # of the file, as this connection last saw it
        self._plates_dirty = False
        self._rostered = False  # whether a role of the rules in force goes by rosters

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> Literal[False]:
        try:
            if error is not None:
                with translated(self.path):
                    raise error
        finally:
            self.db.close()
        return False

    def key_path(self) -> Path:
        """Where this device's private key lies."""
        return key_path(self.folder, self.device, self.sample)

    # -- settings, counters, chance

    def set_setting(self, name: str, value: str) -> None:
        self.settings[name] = value
        self.db.execute(
            "INSERT INTO kept_setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    def next_number(self, name: str) -> int:
        """The next of this device's running numbers ("finding", "batch"): kept, never given twice."""
        row = self.db.execute("SELECT value FROM kept_setting WHERE name = ?", (f"last_{name}",)).fetchone()
        number = int(row[0]) + 1 if row else 1
        self.set_setting(f"last_{name}", str(number))
        return number

    def random(self, size: int) -> bytes:
        if not self.sample:
            return os.urandom(size)
        name, founded = self._settle
        return sampled(name, founded, self.device, self.next_number("random"), size)

    # -- transactions and the log

    def transaction(self, what: str = "") -> "Transaction":
        """One transaction around the block. what: names a long one to whoever waits for it. Raises Unwritable when the file is busy."""
        return Transaction(self, what)

    def _made_whole(self) -> None:
        """What follows from the facts of this transaction, besides the objects that they are about."""
        if self._dirty:
            self._refold_town()
        if self._plates_dirty:
            self._refold_plates()
            self._refold_orphans()

    def _forget(self) -> None:
        """Roll back, and lose what was read or made meanwhile."""
        self._town, self._dirty, self._plates_dirty, self._stored, self._tip = None, False, False, {}, None
        self._roll_back()

    def _roll_back(self) -> None:
        if self.db.in_transaction:  # a full disk makes SQLite roll back by itself
            self.db.execute("ROLLBACK")

    def _notice(self) -> None:
        """Forget what was read before another program wrote."""
        version = self.db.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._tip, self._town, self._stored, self._version = None, None, {}, version

    def append(self, kind: str, subject: str, event: Any, *, by: str, now: int) -> Fact:
        """Append one fact of this device: the only door to the log. event: a kind's NamedTuple, or its canonical bytes.

        Inside a transaction. Raises BadInput for a clock outside 2020-2100, text that is not valid Unicode, or a body over 1 MiB.
        """
        check_wall(now)
        body = _body(event)
        earlier = self._chain_end()[1]
        fact = self._next_fact(kind, subject, body, by=by, now=now)
        self.db.execute(INSERT_FACT, fact)
        if kind in events.OBJECT_KINDS:
            self._fold_in(fact, events.decode(kind, body) if isinstance(event, bytes) else event)
        elif kind in events.TOWN_KINDS:
            if not self._dirty:  # of the rules before this transaction: new ones make every object stale themselves
                self._rostered = self.town.has_rosters
            self._dirty = True
            back = self._reaches_back(kind, subject, now, earlier, b'"leave"' in body)
            if back:
                self.db.execute("UPDATE object SET stale = 1 WHERE stale = 0")
                self._stored = {}
            self._plates_dirty |= back or kind == "person.registered"
        elif kind in PLATE_KINDS:
            self._fold_plate(fact)
        return fact

    def _reaches_back(self, kind: str, subject: str, now: int, earlier: int, has_leave: bool) -> bool:
        """Whether a town fact may change what earlier facts did anywhere: then every object is stale.

        It does not where it begins now, this device has not acted before, and no clock was ever set right. A person changes only what did not
        count because of people: those objects are stale.
        """
        if self._rostered and kind.startswith(("roster.", "person.")):
            return True  # dues of rounds move to the days that a roster names
        if kind == "roster.published":
            return False  # who is named is asked on the day; no object's state reads it
        if kind in REACH_BACK or (earlier >> 16) >= now:
            return True
        shifted = self.db.execute("SELECT value FROM town_part WHERE name = 'shifts'").fetchone()
        if shifted is not None and shifted[0] != "{}":
            return True
        if kind == "device.enrolled":
            return self.db.execute("SELECT 1 FROM event WHERE device = ? LIMIT 1", (subject,)).fetchone() is not None
        whys = ("person", "entered_for", "to", "fact", "late", "role" if has_leave else "")  # with a leave come the words of its deputy
        touched = self.db.execute("SELECT DISTINCT subject FROM unmoved WHERE why IN (?, ?, ?, ?, ?, ?) AND subject <> ''", whys).fetchall()
        self.db.executemany("UPDATE object SET stale = 1 WHERE id = ?", touched)
        for (object_id,) in touched:
            self._stored.pop(object_id, None)
        self._plates_dirty |= bool(touched)  # and what belongs to no object is looked at anew
        return False

    def append_new(self, objects: Sequence[tuple[str, Any, bytes]], *, by: str, now: int) -> None:
        """Register many objects that no fact has named yet: the same facts as `append` makes of them one by one, in bulk.

        objects: (id, event, its canonical bytes), because whoever has thousands of them has the bytes already.
        An import of 50,000 rows would spend most of its time looking for what cannot be there. A known object goes through `append`.
        """
        import msgspec

        check_wall(now)
        encode = msgspec.json.Encoder().encode  # the bytes that json makes, five times faster; its import costs too much at a scan
        self.db.execute("PRAGMA cache_size = -65536")  # the indexes of so many rows do not fit into the usual 2 MB
        town = self.town
        may: bool | None = None  # one actor, one instant, one device: what holds for the first fact holds for all

        def dumps(versions: Any) -> str:
            return encode(versions).decode()

        for start in range(0, len(objects), 1000):  # not all at once: memory that is used again is faster than new memory
            facts, made = [], []
            for subject, event, body in objects[start : start + 1000]:
                fact = self._next_fact("object.registered", subject, body, by=by, now=now)
                facts.append(fact)
                if may is None:
                    may = bool(flow.register((fact,), town))
                when = town.when(fact)
                obj = flow.object_after(None, (subject, fact.kind, event, when)) if may else None
                if obj is not None:
                    made.append(rows.register_row(obj, ((when, obj),), self._new_initials(obj.name), dumps))
            self.db.executemany(INSERT_FACT, facts)
            self.db.executemany(INSERT_NEW_OBJECT, made)

    def _chain_end(self) -> tuple[tuple[int, int, str], int]:
        """This device's last (seq, at, hash) and the greatest `at` of all, read once in a transaction."""
        if self._tip is None:
            self._tip = self.db.execute(
                "SELECT seq, at, hash FROM event WHERE device = ? ORDER BY seq DESC, at DESC LIMIT 1", (self.device,)
            ).fetchone()
            self._tip = self._tip or (0, 0, self._founding_hash())
            self._greatest = self.db.execute("SELECT at FROM event ORDER BY at DESC LIMIT 1").fetchone()[0]
        return self._tip, self._greatest

    def _next_fact(self, kind: str, subject: str, body: bytes, *, by: str, now: int) -> Fact:
        (seq, own_at, prev), greatest = self._chain_end()
        at = events.next_at(now, own_at, greatest)
        bare = Fact(self.device, seq + 1, now, at, by, kind, subject, body, prev, "")
        fact = events.sealed(self.town_id, bare)
        self._tip, self._greatest = (seq + 1, at, fact.hash), at
        return fact

    def _founding_hash(self) -> str:
        return str(self.db.execute("SELECT hash FROM event WHERE kind = 'town.founded' ORDER BY at LIMIT 1").fetchone()[0])

    @property
    def town_id(self) -> str:
        if not self._id:
            self._id = self.town.id
        return self._id

    def facts_of(self, subject: str) -> list[Fact]:
        return [Fact(*row) for row in self.db.execute(FACTS_OF, (subject,))]

    def facts(self) -> Iterator[Fact]:
        """All facts in order."""
        for row in self.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY at, device, seq, hash"):
            yield Fact(*row)

    # -- the town

    @property
    def town(self) -> Town:
        """The timeline of town facts, read lazily: a scan loads its own people, not all."""
        if self._dirty:
            self._refold_town()
        if self._town is None:
            parts = dict(self.db.execute("SELECT name, value FROM town_part WHERE name NOT IN ('years', 'rosters')"))
            self._town = rows.town_of(parts, People(self.db), Catalogues(self.db), Years(self.db), Rosters(self.db))
        return self._town

    def _refold_town(self) -> None:
        town = fold_town([Fact(*row) for row in self.db.execute(TOWN_FACTS, events.TOWN_KINDS)])
        self._town, self._dirty = town, False
        self.db.executemany(
            "INSERT INTO town_part (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            rows.town_parts(town),
        )
        self.db.execute("DELETE FROM catalogue")
        self.db.executemany(
            "INSERT INTO catalogue (digest, slim) VALUES (?, ?)",
            [(digest, rows.slim_of(catalogue)) for digest, catalogue in sorted(town.catalogues.items())],
        )
        self.db.execute("DELETE FROM person")
        self.db.executemany(
            "INSERT INTO person (id, name, no, dept, roles, gone, versions) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [person_row(id_, versions) for id_, versions in sorted(town.people.items())],
        )
        self.db.execute("DELETE FROM unmoved WHERE subject = ''")
        self.db.executemany(INSERT_UNMOVED, [(hash_, "", why) for hash_, why in sorted(town.unmoved.items())])

    # -- objects

    def _fold_in(self, fact: Fact, event: Any) -> None:
        """One more fact of an object: folded forward, or the object is stale. event: its content."""
        if fact.kind.startswith("object."):
            self._register(fact)
            return
        before, town = self._load(fact.subject), self.town
        if before is None or not flow.folds_forward(before.state, fact, event, town):
            self._stored.pop(fact.subject, None)
            if self.db.execute("UPDATE object SET stale = 1 WHERE id = ?", (fact.subject,)).rowcount == 0:
                self._write(fact.subject, flow.refold(self.facts_of(fact.subject), town))  # nobody registered it: named, moves nothing
            return
        self._write_forward(fact.subject, before.state, flow.fold(before.state, fact, event, town))

    def _register(self, fact: Fact) -> None:
        self._stored.pop(fact.subject, None)
        versions = flow.register(self.facts_of(fact.subject), self.town)
        if not versions:
            self._write(fact.subject, flow.refold(self.facts_of(fact.subject), self.town))
            return
        obj: Object = versions[-1][1]
        self.db.execute(INSERT_OBJECT, rows.register_row(obj, versions, self._initials(obj)))

    def _initials(self, obj: Object) -> str:
        row = self.db.execute("SELECT initials FROM object WHERE id = ? AND name = ?", (obj.id, obj.name)).fetchone()
        return str(row[0]) if row is not None else self._new_initials(obj.name)

    def _new_initials(self, name: str) -> str:
        from yima.adapters.store.pinyin import initials

        return initials(name)

    def _load(self, object_id: str) -> Stored | None:
        """What is stored of a folded object; None where it is stale or unknown."""
        loaded = self._stored.get(object_id)
        if loaded is None and (loaded := rows.stored_of(self.db, object_id)) is not None:
            if len(self._stored) >= KEPT:
                self._stored.clear()
            self._stored[object_id] = loaded
        return loaded

    def _write_forward(self, object_id: str, before: State, after: State) -> None:
        """The rows that one more fact has changed."""
        town = self.town
        matters, was = after.matters, before.matters.get
        touched = set(compress(matters, map(is_not, matters.values(), map(was, matters))))  # of a place's 34 matters a visit changes some
        if after.names:  # else nothing was ever found here, and there is no case
            changed = [case for key, case in after.cases.items() if case is not before.cases.get(key)]
            touched |= {(case.item, case.finding) for case in changed}
            self.db.executemany(INSERT_CASE, [rows.case_row(town, object_id, case) for case in changed])
            fresh = [rows.finding_row(object_id, name, named) for name, named in after.names.items() if before.names.get(name) != named]
            self.db.executemany(INSERT_FINDING, fresh)
        self.db.executemany(INSERT_MATTER, rows.matter_rows(after, town, object_id, touched))
        if len(after.unmoved) > len(before.unmoved):
            new = [(hash_, object_id, why) for hash_, why in after.unmoved.items() if hash_ not in before.unmoved]
            self.db.executemany(INSERT_UNMOVED, new)
        extremes = rows.extremes(rows.worst_round(self.db, object_id), after.cases.values(), town)
        self._write_extremes(object_id, after, extremes)
        self._stored[object_id] = Stored(after, extremes)

    def _write_extremes(self, object_id: str, state: State, extremes: rows.Extremes) -> None:
        self.db.execute(UPDATE_OBJECT, (*rows.state_row(state, extremes), object_id))

    def fresh(self, object_ids: Iterable[str] | None = None, progress: Callable[[int, int], None] | None = None) -> None:
        """Fold what is stale from its first fact: the named objects, or all. progress(done, of)."""
        if object_ids is None:
            stale = [row[0] for row in self.db.execute("SELECT id FROM object WHERE stale = 1 ORDER BY id")]
        else:
            stale = [
                id_
                for id_ in object_ids
                if self.db.execute("SELECT 1 FROM object WHERE id = ? AND stale = 1", (id_,)).fetchone() is not None
            ]
        if not stale:
            return
        if not self.db.in_transaction:
            with translated(self.path):
                self.db.execute("BEGIN IMMEDIATE")
                try:
                    self._fold_all(stale, progress)
                    self.db.execute("COMMIT")
                except BaseException:
                    self._roll_back()
                    raise
            return
        self._fold_all(stale, progress)

    def _fold_all(self, stale: Sequence[str], progress: Callable[[int, int], None] | None) -> None:
        town = self.town
        for number, object_id in enumerate(stale):
            self._write(object_id, flow.refold(self.facts_of(object_id), town))
            if progress is not None:
                progress(number + 1, len(stale))

    def _write(self, object_id: str, state: State) -> None:
        """All rows of one object anew."""
        self._stored.pop(object_id, None)
        matters, cases, findings, unmoved, extremes = rows.object_rows(state, self.town, object_id)
        for statement in (
            "DELETE FROM matter WHERE object = ?",
            "DELETE FROM case_file WHERE object = ?",
            "DELETE FROM finding WHERE object = ?",
            "DELETE FROM unmoved WHERE subject = ?",
        ):
            self.db.execute(statement, (object_id,))
        self.db.executemany(INSERT_UNMOVED, unmoved)
        if state.obj is None:  # facts of an object that nobody registered, or nobody who may: kept, and named as such
            self.db.execute("DELETE FROM object WHERE id = ?", (object_id,))
            return
        self.db.execute(INSERT_OBJECT, rows.register_row(state.obj, state.versions, self._initials(state.obj)))
        self.db.executemany(INSERT_MATTER, matters)
        self.db.executemany(INSERT_CASE, cases)
        self.db.executemany(INSERT_FINDING, findings)
        self._write_extremes(object_id, state, extremes)

    def state(self, object_id: str) -> State:
        """The fold of one object, fresh. An unknown object has the empty state."""
        loaded = self.stored(object_id)
        return loaded.state if loaded is not None else State()

    def stored(self, object_id: str) -> Stored | None:
        """One object as it is stored, fresh; None where it is unknown."""
        if not self.db.in_transaction:
            self._notice()
        loaded = self._load(object_id)
        if loaded is None:
            self.fresh([object_id])
            loaded = self._load(object_id)
        return loaded

    # -- plates

    def _fold_plate(self, fact: Fact) -> None:
        event = events.decode(fact.kind, fact.body)
        if event is None:
            return  # of a form that this version does not know: kept
        codes = [pair[0] for pair in event.plates] if fact.kind == "plates.printed" else [fact.subject]
        known = {code: plate for code in codes if (plate := self.plate(code)) is not None}
        found = fold_plates([fact], self.town, known)
        self.db.executemany(INSERT_PLATE, [plate for code, plate in sorted(found.items()) if plate != known.get(code)])

    def _refold_orphans(self) -> None:
        """Facts that are of no object (one that nobody registered, a leader's lists) have no row that could be stale: looked at anew."""
        for (subject,) in self.db.execute(ORPHANS).fetchall():
            self._write(subject, flow.refold(self.facts_of(subject), self.town))

    def _refold_plates(self) -> None:
        facts = [Fact(*row) for row in self.db.execute(f"SELECT {COLUMNS} FROM event WHERE kind IN (?, ?, ?) ORDER BY at", PLATE_KINDS)]
        self.db.execute("DELETE FROM plate")
        self.db.executemany(INSERT_PLATE, [plate for _code, plate in sorted(fold_plates(facts, self.town).items())])
        self._plates_dirty = False

    def plate(self, code: str) -> Plate | None:
        row = self.db.execute(f"SELECT {PLATE_COLUMNS} FROM plate WHERE code = ?", (code,)).fetchone()
        return Plate(*row) if row else None

    # -- everything again

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Drop every folded table and make it again from the facts alone."""
        self._town, self._stored = None, {}
        outer = self.db.in_transaction
        if not outer:
            self.db.execute("BEGIN IMMEDIATE")
        try:
            for table in FOLDED:
                self.db.execute(f"DROP TABLE IF EXISTS {table}")
            run_script(self.db, "folded.sql")
            run_script(self.db, "over_log.sql")
            self.db.execute("INSERT INTO folded_by (number) VALUES (?)", (flow.FOLD,))
            self._refold_town()
            self._refold_plates()
            kinds = ",".join("?" * len(events.OBJECT_KINDS))
            subjects = self.db.execute(f"SELECT DISTINCT subject FROM event WHERE kind IN ({kinds}) ORDER BY subject", events.OBJECT_KINDS)
            self._fold_all([row[0] for row in subjects.fetchall()], progress)
            if not outer:
                self.db.execute("COMMIT")
        except BaseException:
            if not outer:
                self._roll_back()
            raise


class Transaction:
    """BEGIN IMMEDIATE … COMMIT; what is raised meanwhile rolls it back whole. A class: every visit pays a third of what `contextmanager` costs."""

    def __init__(self, store: Store, what: str) -> None:
        self.store, self.what = store, what
        self.sign: Path | None = None  # the file that names it to whoever waits, once it is this one's

    def __enter__(self) -> None:
        if self.store.fake_clock and not self.store.sample:
            raise NotAllowed(_("YIMA_NOW is set, and this is no sample town; unset it, then try again."))
        try:
            self.store.db.execute("BEGIN IMMEDIATE")
            self.store._notice()
            if self.what:
                self.sign = self.store.path.with_name("busy")
                self.sign.write_text(f"{self.what} {os.getpid()}\n", encoding="utf-8")
        except BaseException as error:
            self._undo(error)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> Literal[False]:
        try:
            if error is not None:
                raise error
            self.store._made_whole()
            self.store.db.execute("COMMIT")
        except BaseException as failed:
            self._undo(failed)
        self._unsign()
        return False

    def _unsign(self) -> None:
        if self.sign is not None:
            self.sign.unlink(missing_ok=True)

    def _undo(self, error: BaseException) -> NoReturn:
        self.store._forget()
        self._unsign()
        raise (in_words(self.store.path, error) if isinstance(error, sqlite3.DatabaseError) else error) from None


def _body(event: Any) -> bytes:
    """The canonical bytes of a fact; raises BadInput for text that is not valid Unicode, or over 1 MiB."""
    try:
        body = event if isinstance(event, bytes) else events.encode(event)
    except UnicodeEncodeError:
        raise BadInput(_("The text holds characters that are no valid Unicode; type it again.")) from None
    if len(body) > events.MAX_BODY:
        raise BadInput(_("This entry is over 1 MiB; make it shorter."))
    return body


def person_row(id_: str, versions: Versions) -> Row:
    """A person's row: the last version's fields to search by, and all versions for the fold."""
    person: Person = versions[-1][1]
    return (id_, person.name, person.no, person.dept, rows.dumps([held.role for held in person.roles]), person.left, rows.dumps(versions))
