"""`yima status`: the four colours by grid, street, village, kind, module, item, department, line, resource or object, now or as they were; and
what each person has to do."""

from collections.abc import Callable

from yima.adapters.store import Store, boards
from yima.adapters.store.staff import empty_cells
from yima.core.results.leaders import Board
from yima.errors import WrongUsage
from yima.i18n import _


def status(
    store: Store,
    *,
    by: str = "grid",
    colour: str = "",
    as_of: int | None = None,
    now: int,
    progress: Callable[[int, int], None] | None = None,
) -> Board:
    """The board at `now`, or as of an earlier (or coming) instant. by: a word of boards.AXES, line, resource or person.

    colour: which rows to show, "" = all. Raises WrongUsage for a colour of people, who have none.
    """
    if by == "person" and colour:
        raise WrongUsage(_("People have no colour; ask for --by person without --colour."))
    store.fresh(progress=progress)
    past = False
    if as_of is not None and as_of < now:
        past = True
        from yima.adapters.store.past import as_of as town_as_of

        store = town_as_of(store, as_of)
    instant = now if as_of is None else as_of
    board = _board(store, by, instant, quiet=colour in ("green", "grey"))
    return board._replace(colour=colour, past=past, gaps=empty_cells(store, instant))


def _board(store: Store, by: str, instant: int, *, quiet: bool) -> Board:
    if by in boards.ORDER or by == "person":
        from yima.adapters.store import loads  # the four colours of the places do not need it

        return loads.people(store, instant) if by == "person" else loads.board(store, by, instant)
    return boards.board(store, by, instant, quiet=quiet)
