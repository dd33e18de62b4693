"""Whether rules can be computed with. A town's own files are checked long before (adapters/catalog); these are rules that came in a fact.

A period of no days has no end of dues, a schedule without hours no working time, an unknown unit no milliseconds: a fold would not end,
or fail. Such rules are of a form that this version does not know: the fact is kept and named, and moves nothing.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

UNITS = ("urgent_hour", "work_hour", "work_day", "natural_day")
MOST = 100_000  # 100,000 days are 273 years: a due stays a date
PERIOD = re.compile(r"P[1-9][0-9]{0,3}[DM]")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
LIMITED = ("return", "transfer", "call")  # branches whose limit the fold reads
WORDS = ("kinds", "trades", "support", "finders", "handlers")
TOWN = (("recheck_share", 1), ("visit_budget", 1))
SHARES = ("yellow_percent", "group_red_permille", "group_yellow_permille")


def check(body: Mapping[str, Any]) -> None:
    """Raises ValueError, KeyError, TypeError or AttributeError where the fold could not compute with these rules."""
    schedules, flows, branches = body["town"]["schedules"], body["flows"], body["branches"]
    for name in ("office", "street"):
        _hours(schedules[name])
    for one in _mappings(body):
        _limit(one, schedules)
    for item in body["items"]:
        _must(item["flow"] in flows, "flow")
        _must(all(isinstance(word, str) for name in WORDS for word in item.get(name, ())), "words")
        for period in (*item.get("every", {}).values(), *item.get("every_by_colour", {}).values()):
            _must(bool(PERIOD.fullmatch(period)), "period")
    for flow in flows.values():
        _must(bool(flow["stages"]) and all(isinstance(stage["id"], str) for stage in flow["stages"]), "stages")
        _must(isinstance(flow["closing"], Mapping), "closing")
    for name in LIMITED:
        _must(branches[name]["limit"]["kind"] == "fixed", "branches")
    _must(all(body["before"][stage]["limit"]["kind"] == "fixed" for stage in ("verify", "triage")), "before")
    answers = [rung.get("answer") for rung in body["ladder"]]
    _must(len(answers) >= 3 and all("unit" in one for one in answers if isinstance(one, Mapping)), "ladder")
    for name, least in TOWN:
        value = body["town"].get(name, least)
        _must(type(value) is int and value >= least, name)
    _must(all(_is_whole(body["town"].get("colours", {}).get(name, 1), 0) for name in SHARES), "colours")


def _must(is_so: bool, what: str) -> None:
    if not is_so:
        raise ValueError(what)


def _is_whole(value: Any, least: int) -> bool:
    return type(value) is int and least <= value <= MOST


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping inside, wherever it stands."""
    if isinstance(value, Mapping):
        yield value
        for one in value.values():
            yield from _mappings(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _mappings(one)


def _limit(one: Mapping[str, Any], schedules: Mapping[str, Any]) -> None:
    """What a mapping says of time, if it does: an amount in a unit, on a schedule; a share of another limit; how often."""
    if "unit" in one or one.get("kind") == "fixed":
        _must(_is_whole(one["value"], 1) and one["unit"] in UNITS and one.get("schedule", "office") in schedules, "limit")
    elif one.get("kind") == "share":
        _must(_is_whole(one["percent"], 0), "percent")
    if "at_most" in one and not isinstance(one["at_most"], Mapping):
        _must(_is_whole(one["at_most"], 0), "at_most")


def _hours(schedule: Mapping[str, Any]) -> None:
    """Pairs of times from early to late, with some time between them."""
    times = [time for pair in schedule["hours"] for time in pair]
    _must(bool(times) and all(len(pair) == 2 for pair in schedule["hours"]) and all(map(TIME.fullmatch, times)), "hours")
    _must(times == sorted(set(times)) and isinstance(schedule["days"], str), "hours")
