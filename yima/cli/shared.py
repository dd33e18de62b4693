"""What several commands share: an open town, who acts, how to speak, a progress bar on a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from yima.adapters.render import Voice
from yima.adapters.store import Store, look, open_town
from yima.adapters.store.place import find_town
from yima.cli.frame import here, now, pretended
from yima.core.events import FIRST_WALL
from yima.core.model import Person
from yima.core.worktime import instant_of
from yima.errors import BadInput
from yima.i18n import _

SLACK_MS = 600_000  # two offices' clocks may differ by so much without anybody being told


def opened() -> Store:
    """The town of this call, open: `with opened() as store:`. A clock that stands before the last record is said once, and hinders nothing."""
    instant = now()
    store = open_town(find_town(here().town), fake_clock=pretended())
    last = look.last_fact(store)
    if FIRST_WALL <= instant < last.wall - SLACK_MS and instant < store.town.when(last) - SLACK_MS:  # what was set right is no news
        from yima.adapters.render import local

        said = voice(store, instant)
        device = store.town.devices.get(last.device)
        text = _(
            "yima: The clock of this computer says {0}, and the last record ({1}) is of {2}: set the clock right, or look with yima doctor."
        )
        times = [local(ms, said).strftime("%Y-%m-%d %H:%M") for ms in (instant, store.town.when(last))]
        print(text.format(times[0], device.letters if device is not None else last.device[:4], times[1]), file=sys.stderr)
    return store


def voice(store: Store, now: int, json: bool = False) -> Voice:
    return Voice(store.town.offset, now, json)


def actor(store: Store, by: str | None) -> Person:
    """Who acts: --by, else the current person of this device (`yima use PERSON`)."""
    if by is not None and not by.strip():
        raise BadInput(_("--by is empty; write the person's name, or leave --by out."))
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
