"""The burden forecast: a place's rhythm, who carries it, and a town of full size against a month walked day by day."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import pytest

from tests import bigtown
from tests.factories import rules
from tests.simulate import Place, simulate
from yima.adapters.calendars import shipped_calendars
from yima.core.burden import MONTH, Burden, advise, forecast, on_duty, rhythm
from yima.core.duty.staff import Staff, staff_on
from yima.core.model import Catalogue, Object, Person, RoleOf, catalogue_of
from yima.core.worktime import EPOCH, calendar_of, day_of

CALENDAR = calendar_of(shipped_calendars())
DAY = day_of("2026-10-12")  # a Monday


def plainly(period: str) -> float:
    return int(period[1:-1]) * (MONTH if period[-1] == "M" else 1)


# -- one place


@pytest.mark.parametrize(("periods", "visits", "apart", "why"), [
    ({"P7D": 1}, 1 / 7, {"P7D": 7}, "one item is due each week"),
    ({"P7D": 7}, 1 / 7, {"P7D": 7}, "seven are asked in one visit"),
    ({"P7D": 8}, 2 / 7, {"P7D": 7}, "the eighth needs a visit more"),
    ({"P7D": 3, "P14D": 4}, 1 / 7, {"P7D": 7, "P14D": 14}, "every other week costs no visit of its own"),
    ({"P7D": 3, "P1M": 4}, 1 / 7, {"P7D": 7, "P1M": 21}, "a month is asked from day 20 on, so on the third week"),
    ({"P7D": 3, "P1M": 16}, 1 / 7, {"P7D": 7, "P1M": 21}, "at the latest on the fourth week: four of 16 each time, and three places are full"),
    ({"P3D": 4, "P7D": 4, "P1M": 1}, 1 / 3, {"P3D": 3, "P7D": 6, "P1M": 21}, "a shipped point"),
    ({"P4D": 2, "P7D": 2}, 2 / 7, {"P4D": 3.5, "P7D": 7}, "no multiple of 4 lies in 5 to 7, so the visits move together"),
    ({"P4D": 1, "P5D": 1, "P7D": 1}, 2 / 7, {"P4D": 3.5, "P5D": 5, "P7D": 7}, "and what they then miss is asked when it is due"),
    ({"P1M": 2}, 12 / 365.25, {"P1M": 365.25 / 12}, "a month has more than 30 days"),
    ({"P1D": 15}, 3, {"P1D": 1}, "three visits on one day"),
    ({"P7D": 5, "P14D": 4}, 1 / 7, {"P7D": 7, "P14D": 14}, "two places are left each week, four in two weeks"),
    ({"P7D": 5, "P14D": 5}, (1.8 + 1) / 12.6, {"P7D": 7, "P14D": 12.6}, "the fifth has no place left: one visit more, and all come early"),
])  # fmt: skip
def test_a_place_is_visited_when_its_first_item_falls_due_and_longer_ones_come_along(
    periods: dict[str, int], visits: float, apart: dict[str, float], why: str
) -> None:
    found = rhythm(periods, 7, plainly)
    assert found.visits == pytest.approx(visits), why
    assert found.apart == pytest.approx(apart), why


WALKED = [  # (items by period, most a visit, days of duty, how far the formula may be off)
    ({"P7D": 4, "P14D": 5, "P1M": 12, "P3M": 1}, 7, "daily", 0.05),  # a shipped shop
    ({"P7D": 5, "P14D": 6, "P1M": 13, "P3M": 1}, 7, "daily", 0.05),  # a shipped restaurant
    ({"P3D": 4, "P7D": 7, "P1M": 1}, 7, "daily", 0.16),  # a shipped road: the worst that was found
    ({"P1M": 2, "P3M": 12}, 7, "daily", 0.05),  # a shipped house
    ({"P3D": 3, "P7D": 8, "P14D": 9, "P1M": 3}, 7, "daily", 0.07),
    ({"P14D": 5, "P1M": 7, "P3M": 2}, 5, "daily", 0.07),
    ({"P4D": 2, "P7D": 2, "P1M": 4}, 7, "daily", 0.05),
    ({"P1D": 2, "P7D": 3}, 7, "workdays", 0.03),
    ({"P3D": 2, "P7D": 2}, 7, "workdays", 0.03),
]


@pytest.mark.parametrize(("periods", "budget", "duty_days", "off"), WALKED)
def test_the_rhythm_of_a_place_is_that_of_a_year_walked_day_by_day(
    periods: dict[str, int], budget: int, duty_days: str, off: float
) -> None:
    every = [period for period, count in periods.items() for _ in range(count)]
    items = [
        {
            "no": no,
            "id": f"i{no}",
            "kinds": ["shop"],
            "where": "outside",
            "every": {"shop": period},
            "primary": {"shop": "r"},
            "finders": ["r"],
        }
        for no, period in enumerate(every, 1)
    ]
    made = {
        "items": items, "claims": [{"item": one["id"]} for one in items], "town": {"visit_budget": budget},
        "roles": [{"id": "r", "resource": "contract", "duty_days": duty_days}],
    }  # fmt: skip
    places = [Place(bigtown.sign(str(number)), "shop") for number in range(24)]
    walked = simulate(made, places, start=date(2025, 6, 1), count_from=date(2026, 1, 1), until=date(2027, 1, 1), is_workday=is_workday)
    length = (lambda period: on_duty(period, CALENDAR, day_of("2026-01-01"))) if duty_days == "workdays" else plainly
    found = rhythm(periods, budget, length)
    assert found.visits == pytest.approx(walked.visits["r"] / len(places) / 365, rel=off)


def is_workday(day: date) -> bool:
    return CALENDAR.is_workday(day.toordinal() - EPOCH)


# -- who carries it


def shop(number: int, grid: str = "东网格", kind: str = "shop", trade: str = "retail") -> Object:
    return Object(bigtown.sign(f"{kind} {number}"), kind, f"小店{number}", "荷花路", str(number), grid=grid, trade=trade)


def person(name: str, *roles: RoleOf, **more: Any) -> Person:
    return Person(name, name, roles=roles, **more)


def only(*numbers: int, change: Callable[[dict[str, Any]], None] | None = None) -> Catalogue:
    """The shipped rules with these items claimed."""

    def claim(body: dict[str, Any]) -> None:
        body["claims"] = [{"item": one["id"], "dept": one["lead"], "on": "2026-08-20"} for one in body["items"] if one["no"] in numbers]
        if change is not None:
            change(body)

    return catalogue_of(rules(claim), "digest")


def burden(catalogue: Catalogue, people: Iterable[Person], objects: Iterable[Object], day: int = DAY) -> tuple[Staff, Burden]:
    staff = staff_on(catalogue, people, day)
    return staff, forecast(staff, objects, CALENDAR)


def carried(found: Burden) -> dict[str, float]:
    return {one.person: round(one.visits, 4) for one in found.people}


def test_several_people_named_for_a_place_share_its_visits() -> None:
    patrol = RoleOf("street_patrol")
    _staff, found = burden(only(3), [person("王芳", patrol), person("李强", patrol)], [shop(number) for number in range(28)])
    assert carried(found) == {"王芳": 2.0, "李强": 2.0}, "28 shops a week, so four a day"
    assert [(one.places, one.questions) for one in found.people] == [(28, pytest.approx(2.0))] * 2


def test_the_narrowest_scope_carries_its_places_alone() -> None:
    people = [person("王芳", RoleOf("street_patrol")), person("李强", RoleOf("street_patrol", grids=("西网格",)))]
    _staff, found = burden(only(3), people, [*(shop(number) for number in range(7)), *(shop(number, "西网格") for number in range(7, 35))])
    assert carried(found) == {"李强": 4.0, "王芳": 1.0}


def test_a_deputy_carries_the_places_of_who_is_on_leave() -> None:
    people = [
        person("王芳", RoleOf("street_patrol"), leave=(("2026-10-10", "2026-10-20", "李强"),)),
        person("李强", RoleOf("street_patrol", grids=("西网格",))),
    ]
    objects = [shop(number) for number in range(7)]
    assert carried(burden(only(3), people, objects)[1]) == {"李强": 1.0}
    assert carried(burden(only(3), people, objects, day_of("2026-10-21"))[1]) == {"王芳": 1.0}


def test_what_nobody_is_named_for_is_the_roles_burden_and_nobodys() -> None:
    _staff, found = burden(only(3), [], [shop(number) for number in range(7)])
    assert found.people == () and [(one.role, one.people, one.visits, one.is_over) for one in found.roles] == [
        ("street_patrol", 0, pytest.approx(1.0), False)
    ]


def test_an_item_that_is_not_claimed_or_on_demand_is_no_burden() -> None:
    everybody = [person("王芳", RoleOf("street_patrol")), person("孙倩", RoleOf("grid_inspector"))]
    assert burden(only(), everybody, [shop(1)])[1].people == ()
    assert burden(only(49, 51), everybody, [shop(1)])[1].owners == ()


def test_self_checks_of_owners_are_counted_apart() -> None:
    people = [person("林秀珍", RoleOf("shop_owner", objects=(shop(1).id,)))]
    _staff, found = burden(only(24), people, [shop(1), shop(2)])
    assert found.people == found.roles == found.grids == ()
    assert [(one.role, one.places, one.visits) for one in found.owners] == [("shop_owner", 2, pytest.approx(2 / MONTH))]


def test_a_visit_also_asks_what_others_must_look_at_first_as_far_as_the_budget_holds() -> None:
    crew = person("鲁大海", RoleOf("sanitation_crew"))
    alone = burden(only(5), [crew], [shop(1)])[1].people[0]
    beside = burden(only(5, 12), [crew], [shop(1)])[1].people[0]  # 12: a patrol's each two weeks, asked of the crew from day 10 on
    assert alone.questions == pytest.approx(1 / 7)
    assert beside.visits == alone.visits and beside.questions == pytest.approx((1 + 4 / 14) / 7)
    one_each = only(5, 12, change=lambda body: body["town"].update(visit_budget=1))
    assert burden(one_each, [crew], [shop(1)])[1].people[0].questions == pytest.approx(1 / 7)
    papers = burden(only(48, 18, 24, 46), [person("孙倩", RoleOf("grid_inspector"))], [shop(1, trade="catering")])[1].people[0]
    assert papers.questions == pytest.approx(papers.visits), "what is inside a shop is asked of its owner alone"


def test_a_role_on_workdays_has_its_week_in_five_days() -> None:
    def on_workdays(body: dict[str, Any]) -> None:
        next(one for one in body["roles"] if one["id"] == "street_patrol")["duty_days"] = "workdays"
        next(one for one in body["items"] if one["no"] == 3)["every"] = {"shop": "P1D"}

    _staff, found = burden(only(3, change=on_workdays), [person("王芳", RoleOf("street_patrol"))], [shop(1)])
    assert found.people[0].visits == pytest.approx(1.0, rel=0.01), "each shop on each duty day"


def test_roles_add_up_in_one_person_and_each_counts_by_its_own_capacity() -> None:
    people = [person("吴敏", RoleOf("street_patrol"), RoleOf("grid_inspector"))]
    objects = [*(shop(number) for number in range(7 * 36)), *(shop(number, kind="point") for number in range(3 * 30))]
    found = burden(only(3, 4), people, objects)[1]
    assert found.used("吴敏") == pytest.approx(36 / 60 + 30 / 60) and found.over == ("吴敏",)
    assert not any(one.is_over for one in found.roles), "neither role alone"


def test_a_role_without_capacity_is_never_over() -> None:
    people = [person("钟秀", RoleOf("village_cadre", grids=("东网格",)))]
    found = burden(only(39), people, [shop(number, kind="house") for number in range(9000)])[1]
    assert found.people[0].visits > 250 and found.over == () and found.grids[0].capacity == 0 and not found.grids[0].is_over


def test_a_grid_shows_the_part_of_its_peoples_capacity_that_falls_to_it() -> None:
    people = [person("王芳", RoleOf("street_patrol"))]
    objects = [*(shop(number) for number in range(70)), *(shop(number, "西网格") for number in range(70, 280))]
    found = burden(only(3), people, objects)[1]
    assert [(one.grid, one.visits, one.capacity) for one in found.grids] == [
        ("东网格", pytest.approx(10), pytest.approx(15)), ("西网格", pytest.approx(30), pytest.approx(45)),
    ]  # fmt: skip


# -- what would help


def test_one_more_person_in_the_heaviest_grid_is_advised_where_that_is_enough_and_it_is() -> None:
    people = [person("王芳", RoleOf("street_patrol", grids=("东网格", "西网格")))]
    objects = [*(shop(number) for number in range(140)), *(shop(number, "西网格") for number in range(140, 490))]  # 20 and 50 a day
    staff, found = burden(only(3), people, objects)
    said = advise(staff, found, CALENDAR, "王芳")
    assert (said.role, said.grid, said.people) == ("street_patrol", "西网格", 1)
    assert (said.item, said.kind, said.period) == (3, "shop", "P14D")
    helped = burden(only(3), [*people, person("李强", RoleOf("street_patrol", grids=("西网格",)))], objects)[1]
    assert found.over == ("王芳",) and helped.over == ()


def test_where_no_grid_alone_is_enough_people_for_all_the_same_places_are_advised() -> None:
    grids = tuple(f"{number}网格" for number in range(4))
    objects = [shop(number, grids[number % 4]) for number in range(280 * 7)]  # 280 a day for a capacity of 60
    staff, found = burden(only(3), [person("王芳", RoleOf("street_patrol", grids=grids))], objects)
    said = advise(staff, found, CALENDAR, "王芳")
    assert (said.grid, said.people, said.item) == ("", 4, 0), "five share 280; no single item halves that often enough"
    crew = [person(f"巡查{number}", RoleOf("street_patrol", grids=grids)) for number in range(5)]
    assert burden(only(3), crew, objects)[1].over == () != burden(only(3), crew[:4], objects)[1].over


def test_an_item_is_advised_only_where_it_is_enough_by_itself() -> None:
    people = [person("王芳", RoleOf("street_patrol"))]
    objects = [shop(number) for number in range(7 * 70)]
    staff, found = burden(only(3, 10), people, objects)  # two items of one week: one of them alone saves no visit
    assert advise(staff, found, CALENDAR, "王芳").item == 0

    def rarer(body: dict[str, Any]) -> None:
        next(one for one in body["items"] if one["no"] == 3)["every"]["shop"] = "P14D"

    assert burden(only(3, change=rarer), people, objects)[1].over == ()


# -- a town of full size


@pytest.fixture(scope="module")
def big() -> tuple[dict[str, Any], list[Object], Burden]:
    body = rules()
    objects = bigtown.objects()
    staff = staff_on(catalogue_of(body, "digest"), bigtown.people(), DAY)
    return body, objects, forecast(staff, objects, CALENDAR)


def test_the_town_of_full_size_is_one() -> None:
    kinds = Counter(one.kind for one in bigtown.objects())
    assert (kinds["shop"], kinds["point"], kinds["house"], len(bigtown.people())) == (3000, 5000, 2000, 200)
    assert all(kinds[kind] for kind in ("road", "site", "waste_point", "stall"))
    assert {held.role for one in bigtown.people() for held in one.roles} | {"shop_owner", "house_owner"} == {
        one["id"] for one in rules()["roles"]
    }


def test_with_the_shipped_frequencies_nobody_in_a_town_of_full_size_has_more_than_they_can_do(
    big: tuple[dict[str, Any], list[Object], Burden],
) -> None:
    _body, _objects, found = big
    assert found.over == () and not any(one.is_over for one in (*found.roles, *found.grids))
    most: dict[str, float] = {}
    for one in found.people:
        most[one.role] = max(most.get(one.role, 0.0), one.visits)
    assert {role: visits for role, visits in most.items() if role != "village_cadre" and visits > 20}, "a real load, not an idle town"


def walked(body: Mapping[str, Any], objects: Iterable[Object], most: int) -> dict[str, float]:
    """Visits a day by role in October 2026, seven months after everything began, from at most about `most` places of each sort."""
    sorts: dict[tuple[str, str], list[Object]] = {}
    for one in objects:
        sorts.setdefault((one.kind, one.trade), []).append(one)
    visits: Counter[str] = Counter()
    for some in sorts.values():
        taken = some[:: max(1, len(some) // most)]
        month = simulate(
            body, [Place(one.id, one.kind, one.trade) for one in taken],
            start=date(2026, 3, 1), count_from=date(2026, 10, 1), until=date(2026, 11, 1), is_workday=is_workday,
        )  # fmt: skip
        for role, count in month.visits.items():
            visits[role] += count * len(some) / len(taken) / 31  # type: ignore[assignment]
    return dict(visits)


def test_the_forecast_is_what_a_month_of_perfect_work_makes(big: tuple[dict[str, Any], list[Object], Burden]) -> None:
    body, objects, found = big
    month = walked(body, objects, 30)
    for one in found.roles:
        assert one.visits == pytest.approx(month[one.role], rel=0.05), one.role


@pytest.mark.long
def test_the_forecast_is_what_a_month_of_perfect_work_at_every_place_makes(big: tuple[dict[str, Any], list[Object], Burden]) -> None:
    body, objects, found = big
    month = walked(body, objects, 1 << 30)
    for one in (*found.roles, *found.owners):
        assert one.visits == pytest.approx(month[one.role], rel=0.05), one.role
