"""`yima status`: the four colours by grid, street, village, module, item, department, kind or object, now or as they were."""

from collections.abc import Callable

from yima.adapters.store import Store, boards, look
from yima.adapters.store.staff import gaps_seen, staff_at
from yima.core.results.leaders import Board


def status(
    store: Store,
    *,
    by: str = "grid",
    colour: str = "",
    as_of: int | None = None,
    now: int,
    progress: Callable[[int, int], None] | None = None,
) -> Board:
    """The board at `now`, or as of an earlier (or coming) instant. by: a word of boards.AXES; colour: which rows to show, "" = all."""
    store.fresh(progress=progress)
    past = False
    if as_of is not None and as_of < now:
        past = True
        from yima.adapters.store.past import as_of as town_as_of

        store = town_as_of(store, as_of)
    instant = now if as_of is None else as_of
    board = boards.board(store, by, instant, quiet=colour in ("green", "grey"))
    return board._replace(colour=colour, past=past, gaps=gaps_seen(staff_at(store, instant), look.places(store)))
