"""What several commands share: an open town, who acts, how to speak, a progress bar on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from yima.adapters.render import Voice
from yima.adapters.store import Store, look, open_town
from yima.adapters.store.place import find_town
from yima.cli.frame import here, pretended
from yima.core.model import Person
from yima.core.worktime import instant_of
from yima.errors import BadInput
from yima.i18n import _


def opened() -> Store:
    """The town of this call, open: `with opened() as store:`."""
    return open_town(find_town(here().town), fake_clock=pretended())


def voice(store: Store, now: int, json: bool = False) -> Voice:
    return Voice(store.town.offset, now, json)


def actor(store: Store, by: str | None) -> Person:
    """Who acts: --by, else the current person of this device (`yima use PERSON`)."""
    said = by or store.settings.get("person", "")
    if not said:
        raise BadInput(_("Nobody is set on this device; say --by PERSON, or `yima use PERSON` once."))
    return look.person_by(store, said)


def as_of_said(store: Store, text: str | None) -> int | None:
    """--as-of as an instant: a time of the town (2026-11-20T17:00), or the end of a day (2026-11-20). Raises BadInput."""
    try:
        return None if text is None else instant_of(text, store.town.offset)
    except ValueError:
        raise BadInput(_("“{0}” is no time; --as-of is a day (2026-11-20) or a time (2026-11-20T17:00).").format(text)) from None


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal for long work; None in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
