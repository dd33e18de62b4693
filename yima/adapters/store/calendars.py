"""What the commands of the calendar ask of the file: who published a year, and which objects may hold an open case."""

from yima.adapters.store import Store
from yima.adapters.store.sql import COLUMNS
from yima.core import events
from yima.core.events import Fact


def published(store: Store, year: int) -> Fact | None:
    """The fact that gave a year the table which counts; None where nobody has announced it."""
    found = store.db.execute(
        f"SELECT {COLUMNS} FROM event WHERE subject = ? AND kind = 'calendar.published' ORDER BY at DESC, device DESC, seq DESC, hash DESC",
        (str(year),),
    ).fetchall()
    table = store.town.years.get(year)
    for fact in (Fact(*row) for row in found):
        event = events.decode(fact.kind, fact.body)
        counts = store.db.execute("SELECT 1 FROM unmoved WHERE hash = ?", (fact.hash,)).fetchone() is None
        if counts and event is not None and table is not None and [[*event.off], [*event.work]] == [[*part] for part in table]:
            return fact
    return None


def stale_with_visits(store: Store) -> list[str]:
    """Objects that are to be folded anew and where somebody has been: without a visit there is no case."""
    return [
        id_
        for (id_,) in store.db.execute(
            "SELECT id FROM object WHERE stale = 1"
            " AND EXISTS (SELECT 1 FROM event WHERE subject = object.id AND kind = 'visit.recorded') ORDER BY id"
        )
    ]
