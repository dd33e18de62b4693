"""The bottom net (兜底): what nobody's rules foresaw, pooled by likeness, and what a joint meeting (联席会议) has said of it.

A topic is open until a decision of an administrator names it: claimed or refused takes it off the agenda, deferred leaves it there. The facts
behind it (suggestion.made, agenda.decided) belong to no object and are no town facts: they change nothing but this page.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from yima.core import duty, events
from yima.core.events import AgendaDecided, Fact
from yima.core.flow.cases import Case
from yima.core.model import Person
from yima.core.town import Town
from yima.core.worktime import day_of, period_days

KINDS = ("suggestion.made", "agenda.decided")
DECISIONS = ("claimed", "refused", "deferred")
DAYS = 90  # what a dead item is judged by: a season, so that what only comes in one is not called dead in it
ROUNDS = 100  # of an item that finds something in every 30th round, 100 rounds are silent once in thirty times (0.9667 ** 100)

# Words that stand in notes of every sort: where (the object says that), how much, and that nobody is in charge (else it were listed).
FILLERS = (
    "没有人管理", "没有人管", "没人管理", "无人管理", "无人看管", "没人负责", "无人负责", "没人清理", "无人清理", "没人处理", "无人处理",
    "没人管", "无人管", "没人收", "不知道", "归谁管", "谁来管", "谁管", "没人", "无人",
    "店门口", "店门前", "家门口", "门口", "门前", "门外", "店外", "路边", "路口", "街边", "旁边", "附近", "边上", "周边", "这里", "那里",
    "很多", "许多", "好多", "一些", "一个", "几个", "一堆", "经常", "长期", "每天", "一直", "已经",
    "的", "了", "有", "在", "又", "还", "被", "把", "和", "与", "及", "上", "里",
)  # fmt: skip
_BREAKS = re.compile("|".join(sorted(FILLERS, key=len, reverse=True)) + r"|[^\w]|[\d_]")


# -- likeness


def grams(note: str) -> frozenset[str]:
    """The pairs of neighbouring characters of a note, without fillers, digits and punctuation; single characters where it has no pair."""
    plain = unicodedata.normalize("NFKC", note).casefold()
    for pieces in (_BREAKS.split(plain), re.split(r"[\W_]", plain)):  # a note of fillers alone is taken as it stands
        found = {piece[place : place + 2] for piece in pieces for place in range(len(piece) - 1)}
        if found or (found := {piece for piece in pieces if piece}):
            return frozenset(found)
    return frozenset()


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two notes are of the same thing: more than half of their pairs are common (Dice > 1/2).

    Our default, rather strict: a decision on a pool is recorded for each finding in it, and two pools of one thing do less harm than one
    pool of two things.
    """
    return one == other or 4 * len(one & other) > len(one) + len(other)


def pools(notes: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Findings (name -> note) that are alike; each in exactly one pool. The order of the notes decides nothing.

    The shortest notes go first (then by their characters): each joins the pool whose first note it is most like, or begins one. So all of a
    pool are like its first note; likeness is not handed on from one to the next, which would end in one pool of everything. A note is
    compared only with those that share a pair with it.
    """
    same: dict[frozenset[str], list[str]] = {}
    for name, note in notes.items():
        same.setdefault(grams(note), []).append(name)
    found: dict[frozenset[str], list[str]] = {}
    holding: dict[str, list[frozenset[str]]] = {}  # pair -> the first notes that hold it
    for its in sorted(same, key=lambda its: (len(its), sorted(its))):
        common = Counter(first for gram in its for first in holding.get(gram, ()))
        near = [(-count / (len(its) + len(first)), sorted(first), first) for first, count in common.items() if alike(its, first)]
        if near:
            found[min(near)[2]] += same[its]
            continue
        found[its] = same[its]
        for gram in its:
            holding.setdefault(gram, []).append(its)
    return tuple(sorted(tuple(sorted(names)) for names in found.values()))


# -- what triage did with an unlisted finding


class Sorted(NamedTuple):
    """What the centre did. what: waiting, item (with its number), lead (with the department that leads for now), refused, void, merged."""

    what: str
    item: int = 0
    dept: str = ""


def sorted_as(case: Case, into: Case | None = None) -> Sorted:
    """What triage did with a case that was opened unlisted. into: the case that it was merged into, where that is known here."""
    if case.outcome == "void":
        return Sorted("void")
    if case.merged_into:
        return Sorted("merged") if into is None else Sorted("item", into.item) if into.item else sorted_as(into)
    if case.item:
        return Sorted("item", case.item)
    if case.outcome == "refused":
        return Sorted("refused")
    return Sorted("waiting") if case.stage == "triage" else Sorted("lead", dept=case.dept)


# -- what was said about the rules, and what meetings decided


class Suggestion(NamedTuple):
    """A complaint or an idea. id: its own, the fact's subject; when: of the device's clock, set right."""

    id: str
    fact: Fact
    text: str
    when: int


class Decided(NamedTuple):
    """The decision that stands for a topic, and the instant at which it was entered."""

    event: AgendaDecided
    when: int

    @property
    def is_final(self) -> bool:
        return bool(self.event.decision != "deferred")


def may_decide(person: Person, day: int) -> bool:
    """Whether somebody may enter what a meeting decided: administrators."""
    return any(held.role == "admin" for held in duty.roles_on(person, day))


def why_not(town: Town, fact: Fact) -> str:
    """Why a suggestion or a decision does not count, in one word; "" = it counts. The same table serves command, agenda and doctor."""
    if why := town.why_not(fact):
        return why
    event = events.decode(fact.kind, fact.body)
    if event is None:
        return "unknown"
    if fact.kind != "agenda.decided":
        return ""
    when = town.when(fact)
    person = town.person(fact.actor, when)
    if person is None or not may_decide(person, town.day(when)):
        return "role"
    return "" if event.decision in DECISIONS else "unknown"


def suggestions(town: Town, facts: Iterable[Fact]) -> tuple[Suggestion, ...]:
    """The suggestions that count, in order; of two with one id the first."""
    found: dict[str, Suggestion] = {}
    for fact in sorted(facts, key=events.order):
        if fact.kind == "suggestion.made" and not why_not(town, fact):
            text = events.decode(fact.kind, fact.body).text
            found.setdefault(fact.subject, Suggestion(fact.subject, fact, text, town.when(fact)))
    return tuple(found.values())


def decisions(town: Town, facts: Iterable[Fact], case_of: Mapping[str, str]) -> dict[str, Decided]:
    """Topic -> the decision that stands: the last in order that counts. case_of: finding -> the case's key that it leads to."""
    found = {}
    for fact in sorted(facts, key=events.order):
        if fact.kind == "agenda.decided" and not why_not(town, fact):
            decided = Decided(events.decode(fact.kind, fact.body), town.when(fact))
            found[case_of.get(fact.subject, fact.subject)] = decided
    return found


def is_open(decided: Decided | None, since: int | None = None) -> bool:
    """Whether a topic waits for a decision. since: an instant (ms); a decision before it was about something that has passed."""
    return decided is None or not decided.is_final or (since is not None and decided.when < since)


Claim = Mapping[str, Any]  # of claims.yaml or the published rules: item decision dept meeting on basis


def standing(published: Sequence[Claim], written: Sequence[Claim]) -> dict[str, tuple[Claim, bool]]:
    """Item id -> (the decision of its latest day, whether it is published). written: those of the town folder's own claims.yaml."""
    found = {claim["item"]: (claim, True) for claim in published}
    for claim in written:
        before = found.get(claim["item"])
        if before is None or (claim != before[0] and str(claim.get("on", "")) >= str(before[0].get("on", ""))):
            found[claim["item"]] = (claim, False)
    return found


def decision_of(claim: Claim) -> str:
    return str(claim.get("decision", "claimed"))


def day_of_claim(claim: Claim) -> int:
    """The day of the meeting; 0 where it is none."""
    try:
        return day_of(str(claim.get("on", "")))
    except ValueError:
        return 0


# -- dead items


class AskedOf(NamedTuple):
    """How an item is asked of one kind of object: at how many places, at how many of them somebody looked in the last 90 days."""

    item: int
    kind: str
    period: str
    places: int
    looked: int


class Dead(NamedTuple):
    """An item that costs rounds and finds nothing. rounds: that its frequency asked for in the last 90 days; looked: places looked at."""

    item: int
    rounds: int
    places: int
    looked: int


def dead_items(town: Town, asked: Iterable[AskedOf], alive: Mapping[int, int], day: int, claimed_on: Mapping[int, int]) -> tuple[Dead, ...]:
    """Claimed items that were asked for 90 days and found nothing in them: in at least 100 rounds, or because nobody looked at all.

    alive: item -> cases of the last 90 days and those still open. claimed_on: item -> the day of its last claim: a meeting that has just
    claimed it again knows it. Our default; the meeting may keep such an item, ask it less often, or give it up.
    """
    rounds, places, looked, whole = Counter[int](), Counter[int](), Counter[int](), set[int]()
    for one in asked:
        how = town.asked(one.item, one.kind)
        days = min(day - max(how.run[0][0], how.starts.get("", 0)), DAYS) if how.run else 0
        if days <= 0:
            continue
        rounds[one.item] += one.places * (days // period_days(one.period))
        places[one.item] += one.places
        looked[one.item] += one.looked
        if days == DAYS:
            whole.add(one.item)
    return tuple(
        Dead(item, rounds[item], places[item], looked[item])
        for item in sorted(whole)
        if not alive.get(item) and day - claimed_on.get(item, 0) >= DAYS and (rounds[item] >= ROUNDS or not looked[item])
    )
