"""A leader's list of missed rounds (漏扫清单): under which number, and which words about it count. docs/readings.md 69."""

from typing import Any
from unicodedata import normalize

from yima.core.events import Fact
from yima.core.flow.before import speaks_for
from yima.core.town import Town
from yima.core.worktime import day_of, iso_of

MISSED = "missed:"  # the clock of a list of missed rounds (漏扫清单), before its department
ListKey = tuple[str, str]  # day and clock


def number_of(day: str, dept: str) -> str:
    """What people call a list: L-1123-cg."""
    return f"L-{day[5:7]}{day[8:10]}-{dept}"


def named(word: str, today: int) -> tuple[str, str] | None:
    """(day, department) of the list that somebody means: the latest such day up to today, a local day's number; None = no such number."""
    kind, _, rest = normalize("NFKC", word).strip().partition("-")  # a Chinese input method left on: Ｌ－１１２３－ｃｇ
    head, _, dept = rest.partition("-")
    if kind.upper() != "L" or len(head) != 4 or not (head.isascii() and head.isdigit()) or not dept:
        return None
    year = int(iso_of(today)[:4])
    for day in (f"{one}-{head[:2]}-{head[2:]}" for one in range(year, year - 8, -1)):  # 29 February comes every eight years at the least
        try:
            if day_of(day) <= today:
                return day, dept.lower()
        except ValueError:
            continue
    return None


def why_not(town: Town, fact: Fact, when: int, event: Any, told: dict[ListKey, bool]) -> str:
    """Why a word about a list does not count, "" = it counts and is noted in `told`: (day, clock) -> whether it was answered."""
    key = (event.day, event.clock)
    if not event.clock.startswith(MISSED) or event.rung != "supervise":
        return "word"
    if fact.kind == "rung.raised":
        if not town.devices[fact.device].sweep:
            return "sweep"
        if key in told:
            return "count"
        told[key] = False
        return ""
    actor = town.person(fact.actor, when)
    who = actor if not event.entered_for or actor is None else speaks_for(town, actor, event.entered_for, when)
    if isinstance(who, str):
        return who
    if who is None or who.id != fact.subject:
        return "role"
    if told.get(key, True):
        return "case" if key not in told else "count"
    told[key] = True
    return ""
