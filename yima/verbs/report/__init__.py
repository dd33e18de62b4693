"""`yima report`: the weekly report of any week, computed from facts as of any instant; issued, it is numbered and frozen."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from yima.adapters.files import write_all
from yima.adapters.store import Store, period
from yima.core import duty, events, numbers
from yima.core.events import Fact, ReportIssued
from yima.core.model import Person
from yima.core.results.weekly import Changed, ColourRow, IssuedSeen, Report, ReportList
from yima.core.town import Town
from yima.core.worktime import day_of, iso_of
from yima.errors import BadInput, NotAllowed
from yima.i18n import _
from yima.verbs.report.gather import gathered
from yima.verbs.report.pages import pages

CORRECTION = "更正"  # in the number of a corrected report, the same in every language: 2026-W47 更正1
WEEKS = 13
Progress = Callable[[int, int], None] | None


def span_of(town: Town, now: int, week: str, from_: str, to: str) -> tuple[str, int, int]:
    """(number, first day, last day) of what is asked for; the default is the last whole ISO week. Raises BadInput."""
    if from_ or to:
        try:
            first, last = day_of(from_), day_of(to)
        except ValueError:
            raise BadInput(_("Give both days, written like --from 2026-11-16 --to 2026-11-22.")) from None
        if last < first:
            raise BadInput(_("--to lies before --from; give the earlier day first."))
        if first > town.day(now):
            raise BadInput(_("The days from {0} on have not begun; choose earlier ones.").format(from_))
        return f"{from_}/{to}", first, last
    week = week or numbers.week_of(town.day(now) - 7)
    try:
        first, last = numbers.days_of_week(week)
    except ValueError:
        raise BadInput(_("“{0}” is no week; write it like 2026-W47.").format(week)) from None
    if first > town.day(now):
        raise BadInput(_("The week {0} has not begun; choose an earlier one.").format(week))
    return week, first, last


def report(
    store: Store, *, now: int, week: str = "", from_: str = "", to: str = "", as_of: int | None = None, progress: Progress = None
) -> Report:
    """The report of a week or of some days as of an instant (default: now). Writes no fact."""
    number, first, last = span_of(store.town, now, week, from_, to)
    made = _made(store, number, first, last, now if as_of is None else as_of, progress)
    before = period.issued(store, number) if not from_ else []
    if not before:
        return made
    same = next((one for one in before if one.report.digest == made.digest), None)
    if same is not None:
        return made._replace(issued=same.when, number=same.number, corrects=same.report.corrects)
    return made._replace(stale=before[-1].number)


def issue(
    store: Store,
    *,
    by: Person,
    now: int,
    write: Callable[[Report], Report],
    week: str = "",
    as_of: int | None = None,
    progress: Progress = None,
) -> Report:
    """Issue the report of a week: compute it, append report.issued, and `write` its files, all or nothing.

    A week that was issued is issued again only as a numbered correction, when facts from before its as-of came late and change a figure.
    Raises NotAllowed for who may not issue, BadInput for a week that is not over or has nothing new to say.
    """
    with store.transaction("report"):
        number, first, last = span_of(store.town, now, week, "", "")
        before = period.issued(store, number)
        if as_of is None:
            as_of = before[-1].report.as_of if before else now
        if as_of < store.town.day_start(last + 1):
            raise BadInput(_("The week {0} is not over; issue it from Monday on.").format(number))
        if as_of > now:
            raise BadInput(_("--as-of lies ahead; a report can only be issued as of now or earlier."))
        _check(store, by, number, now)
        if before and not period.late_facts(store, before[-1].report):
            said = _("{0} is issued already, and nothing of its time came in since; there is nothing to correct.")
            raise BadInput(said.format(before[-1].number))
        made = _made(store, number, first, last, as_of, progress)
        if before:
            made = _correction(made, number, before)
        heads = {key: list(head) for key, head in made.heads.items()}
        event = ReportIssued(made.from_, made.to, made.as_of, heads, made.digest, figures(made), made.corrects)
        store.append("report.issued", made.number, event, by=by.id, now=now)
        return write(made._replace(issued=now))


def listed(store: Store) -> ReportList:
    """The issued reports, newest first."""
    found = [
        IssuedSeen(
            one.number,
            one.report.from_,
            one.report.to,
            one.report.as_of,
            one.when,
            str(store.town.people[one.by][-1][1].name) if store.town.people.get(one.by) else "",
            one.report.digest,
            one.report.corrects,
            tuple(one.report.figures.get("reds", ())),
        )
        for one in reversed(period.issued(store))
    ]
    return ReportList(tuple(found))


def written(made: Report, folder: Path, pages_by_format: Sequence[tuple[str, Callable[[Report], bytes]]]) -> Report:
    """Write the report's files, each whole or not at all; raises Unwritable. pages_by_format: ("html", what makes its bytes) …"""
    name = made.number.replace(" ", "-").replace("/", "--")
    paths = [str(folder / f"{name}.{form}") for form, _make in pages_by_format]
    made = made._replace(files=tuple(paths))
    write_all(folder, [(f"{name}.{form}", partial(make, made)) for form, make in pages_by_format])
    return made


# -- parts


def _made(store: Store, number: str, first: int, last: int, as_of: int, progress: Progress) -> Report:
    found = gathered(store, first, last, as_of, progress)
    made = pages(store, found, number, iso_of(first), iso_of(last), _issued_lines(store, first))
    return made._replace(digest=events.digest(events.canonical(content(made))))


def _issued_lines(store: Store, first: int) -> list[tuple[str, Any]]:
    """(week, figures) of the issued reports of the twelve weeks before, oldest first, each as last corrected."""
    found = []
    for back in range(WEEKS - 1, 0, -1):
        week = numbers.week_of(first - 7 * back)
        if issued := period.issued(store, week):
            found.append((week, issued[-1].report.figures))
    return found


def _check(store: Store, by: Person, number: str, now: int) -> None:
    town = store.town
    if not any(held.role in period.MAY_ISSUE for held in duty.roles_on(by, town.day(now))):
        raise NotAllowed(_("{0} may not issue a report; an administrator or a town leader may.").format(by.name))
    fact = Fact(store.device, 1 << 60, now, events.LAST_WALL << 16, by.id, "report.issued", number, b"{}", "", "")
    if town.why_not(fact):
        raise NotAllowed(_("This device is not enrolled for {0}; issue the report from a device that is.").format(by.name))


def _correction(made: Report, number: str, before: Sequence[period.Issued]) -> Report:
    """The corrected report with what it changes; raises BadInput where the late facts change no figure."""
    last = before[-1]
    changes = tuple(_changes(last.report.figures, figures(made)))
    if not changes:
        raise BadInput(_("{0} is issued already; what came in since changes none of its figures.").format(last.number))
    made = made._replace(number=f"{number} {CORRECTION}{len(before)}", corrects=last.number, changes=changes)
    return made._replace(digest=events.digest(events.canonical(content(made))))


def _changes(old: Any, new: Any) -> list[Changed]:
    found = []
    for part in ("reds", "whole", "grids", "modules", "numbers"):
        one, other = old.get(part, {}), new.get(part, {})
        if isinstance(other, list):
            if list(one or ()) != other:
                found.append(Changed(part, tuple(one or ()), tuple(other)))
            continue
        for key in sorted({*one, *other} if part != "numbers" else {*one}):  # what the issued report did not count yet is no change
            if list(one.get(key, ())) != list(other.get(key, ())):
                found.append(Changed(f"{part}:{key}", tuple(one.get(key, ())), tuple(other.get(key, ()))))
    return found


def figures(made: Report) -> dict[str, Any]:
    """What an issued report keeps of itself in its fact, so that trends need no file: colours, reds, the numbers' counts."""
    return {
        "reds": list(made.reds),
        "whole": _counts(made.whole),
        "grids": {row.key: _counts(row) for row in made.grids if row.key},
        "modules": {row.key: _counts(row) for row in made.modules if row.key},
        "numbers": {one.name: [one.numerator, one.denominator] for one in made.numbers},
    }


def _counts(row: ColourRow) -> list[int]:
    return list(row.counts.values())


CONTENT = Report._fields[: Report._fields.index("digest")]


def content(made: Report) -> dict[str, Any]:
    """The report as plain values without language: its digest is the SHA-256 of their canonical JSON. Instants are ms."""
    return {name: _plain(getattr(made, name)) for name in CONTENT}


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
