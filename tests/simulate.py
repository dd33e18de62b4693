"""A month of perfect work, day by day, as an answer that shares nothing with the forecast: no code of the rounds, none of the burden.

Written from DESIGN §7 and docs/readings.md 31-35 alone. Somebody perfect goes to a place on the last day on which something of theirs is due
there, and asks what is asked on that day: their own rounds first, then those that they may only look at, each by its due, at most
`visit_budget` items; while something of theirs is due on that day they ask again, which is one more visit. Nobody finds anything, nobody is
late. The rules are the published ones as plain data (the body of catalogue.published), a day is an ordinal of `datetime.date`.
"""

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

OWNERS = ("shop_owner", "house_owner")
Rules = Mapping[str, Any]


class Place(NamedTuple):
    """A registered object; id is its 20 hex digits."""

    id: str
    kind: str
    trade: str = ""


class Rule(NamedTuple):
    """How one item is asked at one kind of place."""

    no: int
    period: str
    primary: str
    finders: frozenset[str]  # the roles that are asked it on an ordinary visit


class Done(NamedTuple):
    """What a role has done in all the days that were counted."""

    visits: Counter[str]
    questions: Counter[str]


def simulate(
    rules: Rules, places: Iterable[Place], *, start: date, count_from: date, until: date, is_workday: Callable[[date], bool]
) -> Done:
    """Visits and questions by role from count_from up to, and without, `until`. start: the day on which everything is registered and claimed."""
    done = Done(Counter(), Counter())
    roles = {role["id"]: role for role in rules["roles"]}
    moved = {role: _to_duty(one.get("duty_days") == "workdays", is_workday) for role, one in roles.items()}
    agenda: dict[int, list[_Rounds]] = defaultdict(list)
    for place in places:
        here = _Rounds(place, _rules_for(rules, place), start.toordinal(), moved)
        if here.rules:
            agenda[here.next_due()].append(here)
    for day in range(start.toordinal(), until.toordinal()):
        for here in agenda.pop(day, ()):
            while (role := here.whose(day)) is not None:
                asked = here.visit(role, day, rules["town"]["visit_budget"], roles[role]["resource"] == "permanent")
                if day >= count_from.toordinal():
                    done.visits[role] += 1
                    done.questions[role] += asked
            agenda[here.next_due()].append(here)
    return done


class _Rounds:
    """The rounds of one place: for each rule the day on which it is due and the first one on which it is asked."""

    def __init__(self, place: Place, rules: tuple[Rule, ...], start: int, moved: Mapping[str, Callable[[int], int]]) -> None:
        self.rules, self.moved = rules, moved
        number = int(place.id, 16)
        self.due = [moved[rule.primary](start + 1 + number % nominal(rule.period)) for rule in rules]
        self.ask = [start] * len(rules)

    def next_due(self) -> int:
        return min(self.due)

    def whose(self, day: int) -> str | None:
        """A role that has something due on this day."""
        return next((rule.primary for rule, due in zip(self.rules, self.due, strict=True) if due <= day), None)

    def visit(self, role: str, day: int, budget: int, permanent: bool) -> int:
        """One visit; how many items were asked."""
        asked = [
            (rule.primary != role, self.due[place], rule.no, place)
            for place, rule in enumerate(self.rules)
            if self.ask[place] <= day and role in rule.finders
        ]
        asked.sort()
        for _other, _due, _no, place in asked[:budget]:
            rule = self.rules[place]
            if rule.primary == role or permanent:
                self.due[place] = self.moved[rule.primary](after(day, rule.period))
                self.ask[place] = day - (-2 * nominal(rule.period) // 3)
        return min(len(asked), budget)


def nominal(period: str) -> int:
    """Days for the first due and for when it is asked: P1M counts as 30, P3M as 90."""
    return int(period[1:-1]) * {"D": 1, "M": 30}[period[-1]]


@cache
def after(day: int, period: str) -> int:
    """The day plus the period; 31 January + P1M = 28 February."""
    number = int(period[1:-1])
    if period[-1] == "D":
        return day + number
    first = date.fromordinal(day)
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    return date(year, month + 1, min(first.day, calendar.monthrange(year, month + 1)[1])).toordinal()


def _to_duty(on_workdays: bool, is_workday: Callable[[date], bool]) -> Callable[[int], int]:
    """Moves a due to the next duty day of a role."""

    def move(day: int) -> int:
        while on_workdays and not is_workday(date.fromordinal(day)):
            day += 1
        return day

    return move


def _rules_for(rules: Rules, place: Place) -> tuple[Rule, ...]:
    claimed = {claim["item"] for claim in rules["claims"] if claim.get("decision", "claimed") == "claimed"}
    found = []
    for item in rules["items"]:
        every, primary = item.get("every", {}).get(place.kind), item["primary"].get(place.kind)
        narrowed = place.kind == "shop" and item.get("trades") and place.trade not in item["trades"]
        if item["id"] in claimed and place.kind in item["kinds"] and not narrowed and every and primary:
            inside = item["where"] in ("inside", "papers") and place.kind in ("shop", "stall")
            found.append(Rule(item["no"], every, primary, frozenset(role for role in item["finders"] if role in OWNERS or not inside)))
    return tuple(found)
