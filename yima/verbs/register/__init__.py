"""`yima import`: a ledger becomes facts. Good rows go in, bad rows go back with their reasons, a second import changes nothing."""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from yima.adapters import ledger as ledgers
from yima.adapters.ledger import Ledger, Rejected
from yima.adapters.ledger.header import TAIL, header_key
from yima.adapters.store import Store, registers
from yima.core.model import Person
from yima.core.results.office import Imported
from yima.errors import BadInput, Unwritable
from yima.i18n import _
from yima.verbs.register.objects import plan_objects
from yima.verbs.register.people import plan_people
from yima.verbs.register.plan import Plan
from yima.verbs.register.roster import plan_roster

Register = Literal["shops", "points", "people", "roster"]
CLERKS = {
    "shops": ("admin", "data_clerk"),
    "points": ("admin", "data_clerk"),
    "people": ("admin",),
    "roster": ("admin", "dept_leader"),  # a leader for the own department
}


def import_ledger(
    store: Store,
    register: Register,
    path: Path,
    by: Person,
    now: int,
    *,
    source: str = "",
    datum: str = "",
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    tick: Callable[[int, int], None] | None = None,
) -> Imported:
    """Read a ledger into the register, in one transaction.

    source: what its numbers are called, else the header word of their column. datum: of its coordinates (gcj02, wgs84, unknown).
    dry_run: work everything out and write nothing, no rejected file either. tick: (rows done, of).
    Raises NotAllowed, BadInput (an unreadable file, coordinates without a datum) or Unwritable, and then nothing has been written.
    """
    registers.check_may(store, by, now, *CLERKS[register])
    with _no_collector():
        return _imported(store, register, path, by, now, source, datum, mapping, dry_run, tick)


def _imported(
    store: Store,
    register: Register,
    path: Path,
    by: Person,
    now: int,
    source: str,
    datum: str,
    mapping: Mapping[str, str] | None,
    dry_run: bool,
    tick: Callable[[int, int], None] | None,
) -> Imported:
    ledger = ledgers.read(path, register, mapping=mapping)
    if not datum and any(row.position for row in ledger.rows):
        raise BadInput(_("The ledger has coordinates; say their datum: --datum gcj02 (most Chinese maps), wgs84 (GPS), or unknown."))
    source = source.strip() or source_word(ledger)

    def plan() -> Plan:
        if register == "roster":
            return plan_roster(store, ledger, by=by, now=now)
        if register == "people":
            return plan_people(store, ledger, source=source, by=by, now=now)
        return plan_objects(store, ledger, source=source, datum=datum, now=now, tick=tick)

    if dry_run:
        return _result(path, ledger, plan(), None, dry_run=True)
    with store.transaction("import"):
        made = plan()
        store.append_new(made.new, by=by.id, now=now)
        for kind, subject, event in made.facts:
            store.append(kind, subject, event, by=by.id, now=now)
        registers.keep_imports(store, register, source, made.said)
        registers.keep_contacts(store, made.phones)
        rejected = _rejected(ledger, made)
        written = _write_rejected(store, path, ledger, rejected) if rejected else None  # before the commit: full disk, nothing imported
    return _result(path, ledger, made, written)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Hundreds of thousands of small values are made and kept: the collector would look through them again and again for nothing."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def source_word(ledger: Ledger) -> str:
    """What the ledger's own numbers are called: the word of their column, without （必填） and the like."""
    return TAIL.sub("", header_key(ledger.headers.get("ext_id", "")))


def _rejected(ledger: Ledger, plan: Plan) -> tuple[Rejected, ...]:
    found = [*ledger.rejected, *(ledger.reject(line, reason) for line, reason in plan.rejected)]
    return tuple(sorted(found, key=lambda one: one.line))


def _write_rejected(store: Store, path: Path, ledger: Ledger, rejected: tuple[Rejected, ...]) -> Path:
    """The bad rows beside the ledger; where that folder is not ours to write, in the town's data folder."""
    beside = path.with_suffix(".rejected.csv")
    try:
        ledgers.write_rejected(beside, ledger.columns, rejected)
    except Unwritable:
        beside = store.folder / "data" / beside.name
        ledgers.write_rejected(beside, ledger.columns, rejected)
    return beside


def _result(path: Path, ledger: Ledger, plan: Plan, written: Path | None, *, dry_run: bool = False) -> Imported:
    notes = [*ledger.notes, *plan.notes]
    if ledger.unknown:
        notes.append(_("Columns that were not read: {0}.").format(_(", ").join(ledger.unknown)))
    if ledger.refused:
        notes.append(_("Columns that are never stored: {0}.").format(_(", ").join(ledger.refused)))
    rejected = _rejected(ledger, plan)
    read = len(ledger.rows) + len(ledger.rejected) + ledger.same
    if ledger.register == "roster":  # turns, and lines that were rejected whole
        read = plan.added + plan.changed + plan.same + ledger.same + len(rejected)
    return Imported(
        ledger.register,
        path.name,
        read,
        plan.added,
        plan.changed,
        plan.same + ledger.same,
        tuple((one.line, one.reason) for one in rejected),
        str(written) if written is not None else "",
        tuple(notes),
        tuple(plan.changes),
        dry_run,
    )
