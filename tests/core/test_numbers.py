"""The report's counting: percents, how rounds ended, what was due, cells without a person."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yima.core import numbers
from yima.core.duty import applies
from yima.core.duty.staff import duty, staff_on
from yima.core.flow import Matter, cases
from yima.core.flow.cases import Case
from yima.core.flow.rounds import missed_days, pauses, round_of
from yima.core.model import MS_DAY, MS_HOUR, Catalogue, Object, Person, RoleOf, catalogue_of
from yima.core.town import Rules, Town
from yima.core.worktime import day_of

RAW = json.loads((Path(__file__).parents[1] / "data/catalogue.json").read_text(encoding="utf-8"))
OFFSET = 8 * MS_HOUR
START = day_of("2026-10-12")


@cache
def rules(digest: str = "a", **every: str) -> Catalogue:
    """The test catalogue; every: periods for shops by item id."""
    body = json.loads(json.dumps(RAW))
    for item in body["items"]:
        if item["id"] in every:
            item["every"] = {"shop": every[item["id"]]}
    return catalogue_of(body, digest)


def town(*published: tuple[int, Catalogue]) -> Town:
    """A town whose catalogues are in force from the start of the given local days on."""
    return Town(
        "t", "青荷镇", OFFSET, devices={}, named={}, people={}, shifts={}, years={2026: ((), ())},
        rules=[Rules(day * MS_DAY - OFFSET, one.digest) for day, one in published],
        catalogues={one.digest: one for _day, one in published},
    )  # fmt: skip


def shop(id_: str = "0" * 20, **more: object) -> Object:
    return Object(id_, "shop", "阿婆生煎", "荷花路", "12", grid="荷花网格", trade="catering", registered=START * MS_DAY - OFFSET)._replace(
        **more
    )


# -- percents


@pytest.mark.parametrize(
    ("numerator", "denominator", "said", "why"),
    [
        (911, 972, "93.72", "天门市 2016-12: closed of those that should be"),
        (737, 972, "75.82", "天门市 2016-12: closed in time"),
        (174, 972, "17.90", "天门市 2016-12: closed late"),
        (1, 3, "33.33", "down"),
        (2, 3, "66.67", "up"),
        (1, 800, "0.13", "0.125 is half: up"),
        (3, 3, "100.00", "whole"),
        (0, 7, "0.00", "nothing of something"),
        (0, 0, None, "nothing of nothing has no percent"),
    ],
)
def test_percent_is_rounded_half_up_to_two_places(numerator: int, denominator: int, said: str | None, why: str) -> None:
    assert numbers.percent(numerator, denominator) == said, why


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    assert numbers.median([]) is None
    assert numbers.median([9, 1, 5]) == 5
    assert numbers.median([1, 4, 8, 100]) == 6


def test_a_week_is_seven_days_from_monday() -> None:
    assert numbers.days_of_week("2026-W47") == (day_of("2026-11-16"), day_of("2026-11-22"))
    assert numbers.week_of(day_of("2026-11-22")) == "2026-W47"
    assert numbers.week_of(day_of("2027-01-03")) == "2026-W53"
    for wrong in ("2026-47", "2026-W54", "W47", "2026-W4７", ""):
        with pytest.raises(ValueError):
            numbers.days_of_week(wrong)


def test_what_comes_after_as_of_is_in_no_period() -> None:
    one = numbers.period(START, START + 6, OFFSET, (START + 2) * MS_DAY - OFFSET)
    assert one.holds(one.start) and one.holds((START + 2) * MS_DAY - OFFSET)
    assert not one.holds((START + 2) * MS_DAY - OFFSET + 1)
    assert not one.holds(None)


# -- rounds

ITEM = 3  # over_door_business: P7D for shops, looked at by street_patrol daily


def ends(where: Town, obj: Object, scans: list[int], first: int, last: int, now: int, item: int = ITEM) -> list[tuple[int, str]]:
    rule = where.last_catalogue.items[item]
    walked = numbers.Walked(paused=pauses(((0, obj),)))
    found = numbers.round_ends(where, rule, obj, [(day, day * MS_DAY) for day in scans], first, last, now * MS_DAY - OFFSET, walked)
    return [(one.day - START, one.what) for one in found]


def test_a_round_ends_by_the_scan_that_meets_it_or_by_its_due_passing() -> None:
    where = town((START, rules(over_door_business="P7D")))
    # id 0: first due on day 1; scanned on day 3 and day 10, then never
    assert ends(where, shop(), [START + 3, START + 10], START, START + 30, START + 40) == [
        (1, "missed"), (3, "met"), (10, "met"), (17, "missed"), (24, "missed"),
    ]  # fmt: skip


def test_a_scan_on_the_due_day_meets_the_round_and_the_due_of_today_is_not_missed_yet() -> None:
    where = town((START, rules(over_door_business="P7D")))
    assert ends(where, shop(), [START + 1], START, START + 8, START + 8) == [(1, "met")]
    assert ends(where, shop(), [START + 1], START, START + 8, START + 9) == [(1, "met"), (8, "missed")]


def test_only_ends_within_the_days_count_and_an_earlier_scan_is_known() -> None:
    where = town((START, rules(over_door_business="P7D")))
    assert ends(where, shop(), [START + 2, START + 9, START + 16], START + 9, START + 15, START + 40) == [(9, "met")]


def test_a_second_scan_of_the_same_day_ends_nothing() -> None:
    where = town((START, rules(over_door_business="P7D")))
    assert ends(where, shop(), [START + 1, START + 1], START, START + 3, START + 9) == [(1, "met")]


def test_missed_self_checks_of_a_paused_shop_are_apart() -> None:
    no = next(one["no"] for one in RAW["items"] if one["id"] == "shop_sign_dirty_damaged")
    catalogue = rules(shop_sign_dirty_damaged="P7D")
    catalogue.items[no].primary["shop"] = "shop_owner"  # type: ignore[index]
    where = town((START, catalogue))
    closed = shop(status=("fitting_out", "2026-10-20", "2026-10-26"))
    assert ends(where, closed, [START], START, START + 20, START + 40, no) == [(0, "met"), (7, "missed"), (14, "paused")]
    rule = where.last_catalogue.items[no]
    assert all(
        one.self_check for one in numbers.round_ends(where, rule, closed, [], START, START + 20, (START + 40) * MS_DAY, numbers.Walked())
    )


PERIODS = st.sampled_from(["P1D", "P3D", "P7D", "P14D", "P1M"])


@given(
    id_=st.integers(0, 400),
    scans=st.lists(st.integers(-3, 70), max_size=6),
    published=st.lists(st.tuples(st.integers(0, 60), PERIODS), max_size=3),
    first_period=PERIODS,
    now=st.integers(1, 90),
)
def test_misses_at_the_end_are_those_of_the_round(
    id_: int, scans: list[int], published: list[tuple[int, str]], first_period: str, now: int
) -> None:
    versions = {0: first_period, **{day: each for day, each in published if day <= now}}
    where = town(*((START + day, rules(f"c{day}", over_door_business=each)) for day, each in sorted(versions.items())))
    obj, rule, instant = shop(f"{id_:020x}"), where.last_catalogue.items[ITEM], (START + now) * MS_DAY - OFFSET
    days = [START + day for day in scans if day < now]
    last = max(days, default=None)
    one = round_of(where, rule.no, obj, Matter(scanned=None if last is None else (last, last * MS_DAY)))
    assert one is not None
    found = ends(where, obj, days, START - 5, START + 200, START + now)
    after = [day for day, what in found if what == "missed" and (one.base == "grey" or day > one.anchor - START)]
    assert len(after) == len(missed_days(where, rule, obj, one, instant))


# -- what was due


def case(**more: object) -> Case:
    opened = day_of("2026-11-16") * MS_DAY - OFFSET + 9 * MS_HOUR
    one = Case(
        "f.0", "d", 1, ITEM, "", "a", "F3", "cg", "p", opened, opened, "handle", opened, opened, limit=2 * MS_HOUR, allowed=2 * MS_HOUR
    )
    return cases.start_clock(one, opened)._replace(**more)


NINE = day_of("2026-11-16") * MS_DAY - OFFSET + 9 * MS_HOUR
HOUR = MS_HOUR
PLACES = town((START, rules()))


@pytest.mark.parametrize(
    ("changed", "due", "why"),
    [
        ({}, NINE + 2 * HOUR, "an open one: its running due"),
        ({"running": None, "done": ("p", NINE), "done_due": NINE + 7}, NINE + 7, "a done one: the due at that done"),
        ({"running": None, "started": False}, None, "no limit runs"),
        ({"running": None, "used": HOUR, "closed": NINE + HOUR, "outcome": "void"}, NINE + 2 * HOUR, "one not granted stays due"),
        ({"running": None, "used": HOUR, "closed": NINE + HOUR, "outcome": "void", "void_granted": True}, None, "a granted one: neither"),
        ({"running": None, "used": HOUR, "closed": NINE + HOUR, "outcome": "merged"}, None, "a merged one is in neither"),
        ({"running": None, "used": HOUR, "closed": NINE + HOUR, "outcome": "tenant"}, None, "the occupant left before it was due"),
        ({"running": None, "used": 3 * HOUR, "closed": NINE + 3 * HOUR, "outcome": "tenant"}, NINE + 2 * HOUR, "it was late before"),
        (
            {"running": None, "used": HOUR, "ran": True, "stage": "suspended", "back": "handle", "after": (NINE + 5 * HOUR, "handle")},
            NINE + 6 * HOUR,
            "suspended: the due after the end",
        ),
    ],
)  # fmt: skip
def test_a_case_is_due_where_its_limit_ends(changed: dict[str, object], due: int | None, why: str) -> None:
    assert numbers.limit_end(PLACES, PLACES.last_catalogue, case(**changed), NINE + HOUR) == due, why


def counted(**changed: object) -> dict[str, tuple[int, int]]:
    tally, day = numbers.Tally(), day_of("2026-11-16")
    when = numbers.period(day, day + 6, OFFSET, NINE + 7 * MS_DAY)
    numbers.count_case(tally, PLACES, PLACES.last_catalogue, case(**changed), when, NINE + 7 * MS_DAY)
    return {name: (one[0], one[1]) for name, one in tally.counts.items()}


def test_done_and_not_yet_passed_is_disposed_but_not_in_time() -> None:
    done = {"running": None, "done": ("p", NINE + HOUR), "done_due": NINE + 2 * HOUR, "in_time": True, "stage": "check"}
    found = counted(**done)
    assert found["disposal_rate"] == (1, 1)
    assert found["on_time_disposal_rate"] == (0, 1)
    assert found["closing_rate"] == (0, 1)
    passed = counted(**done, looked=("q", NINE + 2 * HOUR), closed=NINE + 2 * HOUR, outcome="passed")
    assert passed["on_time_disposal_rate"] == passed["closing_rate"] == passed["on_time_closing_rate"] == (1, 1)
    assert passed["failed_check_rate"] == (0, 1)


def test_a_case_that_was_never_done_is_due_and_should_be_closed() -> None:
    found = counted()
    assert found["disposal_rate"] == found["closing_rate"] == (0, 1)


def test_closed_after_the_checks_limit_is_closed_late() -> None:
    found = counted(
        running=None, done=("p", NINE + HOUR), done_due=NINE + 2 * HOUR, in_time=True, closed=NINE + 3 * MS_DAY, outcome="passed"
    )
    assert found["closing_rate"] == (1, 1)
    assert found["on_time_closing_rate"] == (0, 1)


def test_a_void_that_waits_counts_and_one_that_is_granted_leaves_every_number_of_what_was_due() -> None:
    closed = {"running": None, "used": HOUR, "closed": NINE + HOUR, "outcome": "void"}
    assert counted(**closed)["void_rate"] == (1, 1)
    assert counted(**closed)["disposal_rate"] == (0, 1)
    assert "void_rate" not in counted(**closed, void_granted=True)


# -- 权责空白


def test_blanks_are_the_gaps_and_a_pair_with_two_of_them_counts_once() -> None:
    catalogue = rules()
    people = [
        Person("p1", "王芳", roles=(RoleOf("street_patrol", grids=("荷花网格",)),)),
        Person("p2", "周明", dept="cg", roles=(RoleOf("cg_officer"),)),
        Person("p3", "许佳", dept="cjb", roles=(RoleOf("dept_staff"),)),
    ]
    staff = staff_on(catalogue, people, day_of("2026-11-16"))
    objects = [shop(f"{number:020x}", grid="荷花网格" if number % 2 else "新塘网格") for number in range(6)]
    found, bad, pairs = numbers.blanks(staff, objects)
    empty = {(obj.id, item.no): duty(staff, item, obj).gaps for obj in objects for item in catalogue.items.values() if applies(item, obj)}
    assert all(item.claimed for item in catalogue.items.values())
    assert (bad, pairs) == (sum(bool(some) for some in empty.values()), len(empty))
    assert any(len(some) > 1 for some in empty.values()), "the leaders are missing everywhere, beside those who look and handle"
    assert sum(len(one.objects) for one in found) == sum(len(some) for some in empty.values()) > bad
    assert [len(one.objects) for one in found] == sorted((len(one.objects) for one in found), reverse=True)
