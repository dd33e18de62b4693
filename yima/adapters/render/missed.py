"""A list of missed rounds (漏扫清单) on one page: the places with who is to go, and which of them are 任务超载."""

from datetime import date
from typing import Any

from yima.adapters import render
from yima.adapters.render import Voice, clean, join
from yima.adapters.render.street import GAP, object_json
from yima.core.results.leaders import MissedPage, MissedRow
from yima.core.worktime import iso_of
from yima.i18n import _

SHOWN = 3  # items and people named in a line; the JSON has all


def page_text(result: MissedPage, voice: Voice) -> str:
    said = [_("List of missed rounds {0}").format(clean(result.number)), clean(result.dept_name), clean(result.leader)]
    lines = [GAP.join(part for part in said if part), *_known(result, voice)]
    if result.past:
        lines.append(_("What stands missed is always computed as of now; the places of an earlier day's list are not kept."))
        lines.append(_("Today's list: yima show {0}").format(_today(result, voice)))
    elif not result.rows:
        lines.append(_("Nothing stands missed now."))
    else:
        lines += [_counted(result), render.table(_line(row, voice) for row in result.rows)]
    return "\n".join(lines)


def _known(result: MissedPage, voice: Voice) -> list[str]:
    """When the leader was told, and what was answered."""
    if not result.leader:
        return [_("{0} has no leader: register one").format(clean(result.dept_name))]
    if result.told is None:
        return [_("Not told yet; on workdays the sweep tells it.")] if result.rows else []
    told = _("Told {0}").format(render.clock(result.told, voice))
    if result.answered is not None:
        return [told + GAP + _("answered {0}: {1}").format(render.clock(result.answered, voice), clean(result.text))]
    return [told + GAP + _("not answered (no answer is owed; yima answer {0} instruct --text TEXT)").format(result.number)]


def _today(result: MissedPage, voice: Voice) -> str:
    return f"L-{render.local(voice.now, voice):%m%d}-{result.dept}"


def _counted(result: MissedPage) -> str:
    if not result.overload:
        return _("{0} places missed").format(len(result.rows))
    said = _("{0} places missed, {1} of them work overload: more than the people had room for that day")
    return said.format(len(result.rows), result.overload)


def _line(row: MissedRow, voice: Voice) -> tuple[str, ...]:
    marks = [_("work overload")] if row.overload else []
    marks += [_("since the last scan {0} visits found it shut").format(row.shut)] if row.shut else []
    return (
        row.object.place,
        row.object.name,
        _("missed since {0}, {1} times").format(_day(row.day, voice), row.misses),
        join(row.items[:SHOWN]) + (_(" … {0} items").format(len(row.items)) if len(row.items) > SHOWN else ""),
        join(row.who[:SHOWN]) + (_(" … {0} people").format(len(row.who)) if len(row.who) > SHOWN else "") or _("nobody"),
        GAP.join(marks),
    )


def _day(day: int, voice: Voice) -> str:
    """11-20, with the year where it is another."""
    found = date.fromisoformat(iso_of(day))
    return found.strftime("%m-%d" if found.year == render.local(voice.now, voice).year else "%Y-%m-%d")


def page_json(result: MissedPage, voice: Voice) -> dict[str, Any]:
    """rows, places and overload are null where nobody keeps them: of an earlier day."""
    return {
        "list": result.number,
        "day": result.day,
        "as_of": render.iso(voice.now, voice),
        "dept": result.dept,
        "dept_name": result.dept_name,
        "leader": result.leader,
        "told": render.iso(result.told, voice),
        "answered": render.iso(result.answered, voice),
        "answer": result.answer,
        "text": result.text,
        "places": None if result.past else len(result.rows),
        "overload": None if result.past else result.overload,
        "rows": None if result.past else [_row_json(row) for row in result.rows],
    }


def _row_json(row: MissedRow) -> dict[str, Any]:
    return {
        "object": object_json(row.object),
        "people": list(row.who),
        "items": list(row.items),
        "since": iso_of(row.day),
        "misses": row.misses,
        "overload": row.overload,
        "shut": row.shut,
    }


TABLE = {"MissedPage": (page_text, page_json)}
