"""Four colours: instants compared with `now`, the worse of two, and the colour of a group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yima.core.colour import RANK, Counts, colour_at, group_colour, since, worse, worst
from yima.core.model import COLOURS

THRESHOLDS = {"group_red_permille": 30, "group_yellow_permille": 10}


@pytest.mark.parametrize(
    ("base", "yellow", "red", "now", "colour", "turned", "why"),
    [
        ("blue", 100, 200, 99, "blue", 1, "before both"),
        ("blue", 100, 200, 100, "yellow", 100, "the first yellow instant itself"),
        ("blue", 100, 200, 199, "yellow", 100, "the last in time"),
        ("blue", 100, 200, 200, "red", 200, "the first red instant itself"),
        ("yellow", 100, 200, 150, "yellow", 1, "a repeat was yellow already: no turn"),
        ("yellow", 100, 200, 300, "red", 200, "but red is one"),
        ("green", None, None, 10**15, "green", 1, "never"),
        ("green", 100, None, 10**15, "yellow", 100, "never red"),
        ("blue", 200, 200, 200, "red", 200, "both at once: the worse"),
        ("blue", None, 200, 250, "red", 200, "red without yellow"),
        ("grey", 100, 200, 100, "yellow", 100, "a round not yet scanned"),
    ],
)
def test_a_colour_is_a_comparison_with_now(
    base: str, yellow: int | None, red: int | None, now: int, colour: str, turned: int, why: str
) -> None:
    assert colour_at(base, yellow, red, now) == colour, why
    assert since(1, yellow, red, base, now) == turned, why


def test_the_order_is_grey_green_blue_yellow_red() -> None:
    assert sorted(COLOURS, key=RANK.__getitem__) == ["grey", "green", "blue", "yellow", "red"]
    assert worse("blue", "green") == worse("green", "blue") == "blue"
    assert worst([]) == "grey"
    assert worst(["green", "yellow", "blue"]) == "yellow"


@given(st.sampled_from(COLOURS[:4]), st.none() | st.integers(0, 50), st.none() | st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_time_alone_never_makes_a_colour_better(base: str, yellow: int | None, red: int | None, now: int, later: int) -> None:
    first, second = sorted((now, later))
    assert RANK[colour_at(base, yellow, red, first)] <= RANK[colour_at(base, yellow, red, second)]


@pytest.mark.parametrize(
    ("counts", "colour", "town", "why"),
    [
        (Counts(), "grey", "grey", "nothing there"),
        (Counts(grey=9), "grey", "grey", "all grey"),
        (Counts(green=1, grey=8), "green", "green", "one scanned"),
        (Counts(red=29, green=971), "yellow", "yellow", "2.9 % red is below 3 %"),
        (Counts(red=30, green=970), "red", "red", "3 % itself"),
        (Counts(red=1, yellow=8, green=991), "green", "green", "0.9 % red or yellow is below 1 %"),
        (Counts(red=1, yellow=9, green=990), "yellow", "yellow", "1 % red or yellow together"),
        (Counts(red=1, green=9999, hazard=True), "red", "green", "an overdue hazard, whatever the share; the town goes by share alone"),
        (Counts(blue=1, green=9999, unanswered=True), "red", "green", "a 督查 past its answer limit"),
        (Counts(red=1, blue=99, grey=900), "green", "green", "grey objects are among all"),
        (Counts(blue=3), "green", "green", "what is being handled in time is no alarm"),
    ],
)
def test_a_group_goes_by_shares_and_by_what_may_not_wait(counts: Counts, colour: str, town: str, why: str) -> None:
    assert group_colour(counts, THRESHOLDS) == colour, why
    assert group_colour(counts, THRESHOLDS, town=True) == town, why


def test_thresholds_are_town_data() -> None:
    assert group_colour(Counts(red=50, green=950), {"group_red_permille": 60, "group_yellow_permille": 51}) == "green"
    assert group_colour(Counts(red=50, green=950), {}) == "red"
