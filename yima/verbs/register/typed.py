"""What somebody types for one entry of a register: days, spans, places, and the sentences for what nobody has heard of."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from yima.adapters.ledger.days import day_text, day_with_year
from yima.adapters.store import Store, look
from yima.core.worktime import iso_of
from yima.errors import BadInput
from yima.i18n import _

SEPARATORS = re.compile(r"[、；;/，,\n]+")
TO = re.compile(r"\.\.+|至|到|~|～|—+")


def words(text: str) -> list[str]:
    """The parts of a cell or an option that names several: 荷花网格、老街网格."""
    return list(dict.fromkeys(filter(None, map(str.strip, SEPARATORS.split(text)))))


def unknown(sentence: str, word: str, known: Iterable[str]) -> str:
    """The sentence about a word that is not known, with the nearest one that is."""
    near = next(iter(get_close_matches(word, list(known), 1, 0.5)), "")
    said = sentence.format(word)
    if not near:
        return said
    perhaps = _("Perhaps {0}?").format(near)  # not inside an f-string: the collector of sentences does not look there
    return f"{said} {perhaps}" if said.isascii() else f"{said}{perhaps}"


def typed_day(text: str, today: str) -> str:
    """A typed day as ISO 8601; without a year the one nearest to today (ISO). Raises BadInput."""
    day = day_with_year(day_text(text), date.fromisoformat(today))
    if not day:
        raise BadInput(_("“{text}” is no day; write it like 2026-11-23 or 11月23日.").format(text=text))
    return day


def typed_span(text: str, today: str) -> tuple[str, str]:
    """FROM..TO as two days; one day alone is both. Raises BadInput."""
    parts = [part for part in TO.split(text) if part.strip()]
    if len(parts) not in (1, 2):
        raise BadInput(_("“{0}” is no span of days; write it like 2026-11-23..2026-11-27.").format(text))
    first, last = typed_day(parts[0], today), typed_day(parts[-1], today)
    if last < first:
        raise BadInput(_("{0} comes before {1}; write the first day first.").format(last, first))
    return first, last


def not_empty(said: Mapping[str, str], options: Mapping[str, str]) -> None:
    """Raise BadInput for an option that says nothing: a field of the register can be changed, and never emptied."""
    for name, text in said.items():
        if not text.strip():
            what = _("{0} says nothing; write what it is, or leave it out: a field can be changed, not emptied.")
            raise BadInput(what.format(options.get(name, name)))


def new_places(store: Store, said: Mapping[str, Iterable[str]]) -> list[str]:
    """Notes on grids, streets and villages that no object has yet: possible, but more often a slip of the pen. said: column -> names."""
    sentences = {
        "grid": _("No shop or point lies in the grid {0} yet; correct it if that was a slip."),
        "street": _("No shop or point lies in the street {0} yet; correct it if that was a slip."),
        "village": _("No shop or point lies in the village {0} yet; correct it if that was a slip."),
    }
    notes, everything = [], look.places(store)
    for column, names in said.items():
        known = {getattr(obj, column) for obj in everything} - {""}
        notes += [unknown(sentences[column], name, sorted(known)) for name in names if name and name not in known]
    return notes


def today_of(store: Store, now: int) -> str:
    return iso_of(store.town.day(now))
