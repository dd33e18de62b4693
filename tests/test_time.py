"""Between facts a matter never gets better: time alone makes it yellow and red, and what it is since when never goes back (docs/readings.md 34
and 36). A suspension is no exception: it is blue from its own fact on, and its end is where yellow and red begin again.

The fold writes a colour as instants, so that it cannot get better; what is asked here is the independent evaluator, which looks anew at every
`now`, and the fold's own limits of the case as time has made it by then.
"""

from typing import Any

import pytest
from hypothesis import given, settings

from tests import evaluator, histories
from tests.histories import DAY, MINUTE, small_catalogue
from tests.test_fold import FRONT_OPEN, THREE_OPEN, as_fact, at, differences, found, instants, seen_by_fold, split, story
from yima.core import flow
from yima.core.flow import cases

RANK = evaluator.COLOURS.index  # "" (there is none) stands before grey
Key = tuple[str, int, str]
Parts = dict[str, tuple[str, int | None]]  # of case and round: colour and since when; since None = there is none


def by_evaluator(raw: list[dict[str, Any]], moments: list[int]) -> list[dict[Key, Parts]]:
    replayed = evaluator.replay(raw)
    return [
        {key: {"case": (one.case_colour, one.case_since), "round": (one.round_colour, one.round_since)} for key, one in found_.items()}
        for found_ in (evaluator.look(replayed, now) for now in moments)
    ]


def by_fold(raw: list[dict[str, Any]], moments: list[int]) -> list[dict[Key, Parts]]:
    """Not out of the stored instants of the last fact: those of the case as it stands at each `now` by itself."""
    town, objects = split([as_fact(one) for one in raw])
    states = {object_id: flow.refold(its, town) for object_id, its in objects.items()}
    seen: list[dict[Key, Parts]] = []
    for now in moments:
        seen.append({})
        for object_id, state in states.items():
            ahead = {key: cases.advance(town, town.catalogues[case.catalogue], case, now) for key, case in state.cases.items()}
            for (item, finding), one in seen_by_fold(town, object_id, state._replace(cases=ahead), now).items():
                parts = {"case": (one.case_colour, one.case_since), "round": (one.round_colour, one.round_since)}
                seen[-1][object_id, item, finding] = parts
    return seen


def better(seen: list[dict[Key, Parts]], moments: list[int]) -> list[str]:
    """Where a matter has a better colour than at the instant before, or has it since an earlier one."""
    wrong = []
    for number in range(1, len(moments)):
        before, after = seen[number - 1], seen[number]
        for key in sorted({*before, *after}):
            for part in ("case", "round"):
                (was, since), (is_, then) = before[key][part], after[key][part]
                if RANK(is_) < RANK(was) or (then or 0) < (since or 0):
                    wrong.append(f"{key} {part}: {was} since {since} at {moments[number - 1]}, {is_} since {then} at {moments[number]}")
    return wrong


@given(histories.history(22))
@settings(max_examples=10)
def test_between_facts_no_case_and_no_round_gets_better_not_even_at_the_end_of_a_suspension(
    drawn: tuple[histories.Setting, list[histories.Intention]],
) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    moments = moments[:: max(len(moments) // 16, 1)]
    for seen in (by_evaluator(raw, moments), by_fold(raw, moments)):
        assert not (wrong := better(seen, moments)), "\n".join(wrong)


SUSPENDED = (
    ("09 10:00", "patrol1", "visit", found(2)),
    ("10 10:00", "leader_cjb", "suspend", {"case": 0, "reason": "检测", "until": "2026-09-15"}),
)
TOLD = ("07 10:05", "patrol1", "told", {"case": 0})
RIPE: list[tuple[str, list[dict[str, Any]], tuple[str, ...]]] = [
    ("a case: blue, yellow, red", story(THREE_OPEN), ("blue", "yellow", "red")),
    ("a suspension: blue, then what was left", story(*SUSPENDED), ("blue", "yellow", "red")),
    (
        "a suspended repeat: blue, then yellow at once",
        story(
            ("08 10:00", "patrol1", "visit", found(2, fixed=1)),
            SUSPENDED[0],
            ("10 10:00", "leader_cjb", "suspend", {"case": 1, "reason": "检测", "until": "2026-09-15"}),
        ),
        ("blue", "yellow", "red"),
    ),
    ("told: the owner's window ends inside the limit", story(FRONT_OPEN, TOLD), ("blue", "yellow", "red")),
    ("done: the limit of the check", story(FRONT_OPEN, ("07 10:10", "patrol1", "done", {"case": 0})), ("blue", "yellow", "red")),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "colours"), [one[1:] for one in RIPE], ids=[one[0] for one in RIPE])
def test_a_case_ripens_through_these_colours_and_no_other(raw: list[dict[str, Any]], colours: tuple[str, ...]) -> None:
    """At every edge and every 97 minutes of three weeks, on the evaluator; the fold agrees at every tenth edge."""
    first = histories.last_when(raw)
    moments = sorted(
        {*(first + number * 97 * MINUTE for number in range(312)), *(edge for edge in instants(raw) if edge < first + 21 * DAY)}
    )
    seen = by_evaluator(raw, moments)
    assert not better(seen, moments)
    open_ = [key for key in seen[0] if seen[0][key]["case"][0]]
    assert len(open_) == 1
    assert tuple(dict.fromkeys(one[open_[0]]["case"][0] for one in seen)) == colours
    assert not differences(raw, *instants(raw)[::10])


def test_a_round_ripens_from_grey_and_from_green_to_yellow_and_red() -> None:
    raw = story(("09 10:00", "patrol1", "visit", {"asked": [3]}), rules=small_catalogue(recheck_share=10**9))
    moments = [histories.last_when(raw) + hour * DAY // 4 for hour in range(4 * 40)]
    seen = by_evaluator(raw, moments)
    assert not better(seen, moments)
    ways = {tuple(dict.fromkeys(one[key]["round"][0] for one in seen)) for key in seen[0]}
    assert ways >= {("green", "yellow", "red"), ("grey", "yellow", "red"), ("grey",)}, ways
    assert at("09 10:00") == moments[0]
