"""Who is named for one item at one object on one day, and which cells nobody fills (DESIGN §6, docs/readings.md 39-45)."""

from functools import cache
from typing import Any

import pytest

from tests.histories import PLACES, POINT, SHOP, small_catalogue
from yima.core.duty import OWNER, applies
from yima.core.duty.staff import Gap, Staff, duty, gaps, staff_on
from yima.core.model import Catalogue, Item, Object, Person, RoleOf, catalogue_of
from yima.core.town import Rosters
from yima.core.worktime import day_of

DAY = day_of("2026-09-07")  # a Monday
TODAY, TOMORROW = "2026-09-07", "2026-09-08"


@cache
def rules(on_roster: str = "") -> Catalogue:
    """The small catalogue; on_roster: a role whose duty days are those of the roster."""
    body = small_catalogue()
    for role in body["roles"]:
        if role["id"] == on_roster:
            role["duty_days"] = "roster"
    return catalogue_of(body, f"d{on_roster}")


def item(no: int, **more: Any) -> Item:
    return rules().items[no]._replace(**more)


def place(like: str = SHOP, **more: Any) -> Object:
    known = {key: value for key, value in PLACES[like].items() if key != "tenant"}
    return Object(**{"id": like, **known, **more})


def one(id_: str, *roles: str | RoleOf, **more: Any) -> Person:
    held = tuple(role if isinstance(role, RoleOf) else RoleOf(role) for role in roles)
    return Person(id_, id_, roles=held, **more)


def away(deputy: str = "", from_: str = TODAY, to: str = TODAY) -> tuple[tuple[str, str, str], ...]:
    return ((from_, to, deputy),)


def staff(*people: Person, rosters: Rosters | None = None, catalogue: Catalogue | None = None, day: int = DAY) -> Staff:
    return staff_on(catalogue or rules(), people, day, rosters)


def ids(people: tuple[Person, ...]) -> list[str]:
    return [person.id for person in people]


PATROL = "street_patrol"
IN_STREET, IN_GRID, IN_VILLAGE, AT_SHOP = (
    RoleOf(PATROL, streets=("学府路",)), RoleOf(PATROL, grids=("一网格",)), RoleOf(PATROL, villages=("东村",)), RoleOf(PATROL, objects=(SHOP,))
)  # fmt: skip
ELSEWHERE = RoleOf(PATROL, streets=("荷花路",))


@pytest.mark.parametrize(
    ("people", "named", "why"),
    [
        ([one("t", PATROL), one("v", IN_VILLAGE), one("g", IN_GRID), one("s", IN_STREET), one("o", AT_SHOP)], ["o"], "object before street"),
        ([one("t", PATROL), one("v", IN_VILLAGE), one("g", IN_GRID), one("s", IN_STREET)], ["s"], "the street before the grid"),
        ([one("t", PATROL), one("v", IN_VILLAGE), one("g", IN_GRID)], ["g"], "the grid before the village"),
        ([one("t", PATROL), one("v", IN_VILLAGE)], ["v"], "the village before the town"),
        ([one("t", PATROL), one("e", ELSEWHERE)], ["t"], "whoever has other places only is not named"),
        ([one("b", PATROL), one("a", PATROL)], ["a", "b"], "all of the narrowest scope, by id"),
        ([one("e", ELSEWHERE)], [], "nobody: an empty cell"),
        ([one("p", ELSEWHERE, IN_GRID)], ["p"], "one role in two places counts with the place that fits"),
        ([one("p", RoleOf(PATROL, grids=("二网格", "一网格"))), one("t", PATROL)], ["p"], "several grids in one role"),
        ([one("p", "volunteer", IN_GRID, "grid_inspector")], ["p"], "several roles and lines in one person (一人多用)"),
        ([one("p", RoleOf(PATROL, to="2026-09-06")), one("q", PATROL)], ["q"], "not who held the role until yesterday"),
        ([one("p", RoleOf(PATROL, from_=TOMORROW)), one("q", PATROL)], ["q"], "not who holds it from tomorrow"),
        ([one("p", RoleOf(PATROL, from_=TODAY, to=TODAY)), one("q", ELSEWHERE)], ["p"], "both days of a role count"),
        ([one("p", PATROL, left=TODAY)], ["p"], "on the last day still"),
        ([one("p", PATROL, left="2026-09-06")], [], "who has left is not named"),
        ([one("p", "no_such_role")], [], "a role that the rules do not know names nobody"),
        ([one("p", IN_GRID, leave=away("d")), one("d", "cg_officer")], ["d"], "on leave the deputy, whatever roles that one holds"),
        ([one("p", IN_GRID, leave=away("person:d")), one("d")], ["d"], "a deputy written as in the facts"),
        ([one("p", IN_GRID, leave=away("d")), one("d", leave=away("e")), one("e")], ["e"], "the deputy of the deputy"),
        ([one("p", PATROL, leave=away("d")), one("d", leave=away("p"))], [], "two who stand in for each other: nobody"),
        ([one("p", PATROL, leave=away("p"))], [], "nobody stands in for oneself"),
        ([one("p", PATROL, leave=away("d")), one("d", left="2026-09-06")], [], "a deputy who has left is nobody"),
        ([one("p", PATROL, leave=away("x"))], [], "a deputy whom nobody registered is nobody"),
        ([one("p", IN_GRID, leave=away()), one("t", PATROL)], ["t"], "on leave without a deputy: the next wider scope"),
        ([one("p", PATROL, leave=away("d", "2026-09-01", "")), one("d")], ["d"], "a leave without an end"),
        ([one("p", PATROL, leave=away("d", "2026-09-01", "2026-09-06")), one("d")], ["p"], "back since today"),
        ([one("p", PATROL, leave=away("d", TOMORROW, TOMORROW)), one("d")], ["p"], "away from tomorrow on"),
        ([one("p", PATROL, leave=(*away(), *away("d"))), one("d")], ["d"], "of two leaves over the day the one that names a deputy"),
        ([one("p", IN_GRID, leave=away("t")), one("t", PATROL)], ["t"], "a deputy who holds the role too is named once"),
    ],
)  # fmt: skip
def test_the_narrowest_scope_is_named_with_leave_and_deputy(people: list[Person], named: list[str], why: str) -> None:
    for order in (people, people[::-1]):
        assert ids(staff(*order).named((PATROL,), item(3), place())) == named, why


def test_who_does_not_count_this_time_leaves_it_to_the_next_scope() -> None:
    here = staff(one("g", IN_GRID), one("t", PATROL))
    assert ids(here.named((PATROL,), item(3), place(), without="g")) == ["t"]


@pytest.mark.parametrize(
    ("role", "here", "why"),
    [
        (RoleOf("volunteer", streets=("学府路",)), True, "its own street"),
        (RoleOf("village_cadre", villages=("东村",)), True, "its own village"),
        (RoleOf("village_cadre", villages=("西村",)), False, "another village"),
        (RoleOf("village_cadre"), False, "village staff without a village are named nowhere"),
        (RoleOf("shop_owner", objects=(SHOP,)), False, "owners are filled by the tenancy, never by name"),
    ],
)
def test_village_staff_and_volunteers_are_named_at_their_own_places_only(role: RoleOf, here: bool, why: str) -> None:
    assert bool(staff(one("p", role)).named((role.role,), item(22), place())) is here, why


def test_staff_of_the_lead_department_before_a_support_department() -> None:
    two = item(2, lead="cjb", support=("cg", "env"))
    lead, support = one("b", "dept_staff", dept="cjb"), one("a", RoleOf("dept_staff", grids=("一网格",)), dept="cg")
    assert ids(staff(support, lead).named(("dept_staff",), two, place())) == ["b"], "though the other one's scope is narrower"
    assert ids(staff(support).named(("dept_staff",), two, place())) == ["a"]
    assert ids(staff(one("c", RoleOf("dept_staff", depts=("env", "biz")), dept="mr")).named(("dept_staff",), two, place())) == ["c"]
    assert ids(staff(one("c", "dept_staff", dept="mr")).named(("dept_staff",), two, place())) == []


def test_answers_are_remembered_for_each_item_apart_where_departments_differ() -> None:
    here = staff(one("a", "dept_staff", dept="cjb"), one("b", "dept_staff", dept="cg"))
    assert ids(here.named(("dept_staff",), item(2, lead="cjb", support=("cg",)), place())) == ["a"]
    assert ids(here.named(("dept_staff",), item(2, lead="cg", support=("cjb",)), place())) == ["b"]


# -- the roster


@pytest.mark.parametrize(
    ("rows", "named", "why"),
    [
        ([], ["a", "b"], "no roster: all on duty"),
        ([(TODAY, "a", "", "", "")], ["a"], "whom the day's roster names"),
        ([(TOMORROW, "a", "", "", "")], ["a", "b"], "another day's roster"),
        ([(TODAY, "a", "一网格", "08:00", "12:00")], ["a"], "named for this grid"),
        ([(TODAY, "a", "二网格", "", ""), (TODAY, "b", "一网格", "", "")], ["b"], "each for a grid"),
        ([(TODAY, "a", "二网格", "", "")], ["a", "b"], "named for another grid only: here nobody is, so all"),
        ([(TODAY, "c", "", "", "")], ["a", "b"], "somebody of another scope: the scope comes first"),
        ([(TODAY, "x", "", "", "")], ["a", "b"], "somebody whom nobody knows"),
    ],
)
def test_the_roster_chooses_among_the_people_of_the_narrowest_scope(rows: list[Any], named: list[str], why: str) -> None:
    people = [one("a", IN_GRID), one("b", IN_GRID), one("c", PATROL)]
    here = staff(*people, rosters={"cg": tuple(rows)}, catalogue=rules(PATROL))
    assert ids(here.named((PATROL,), item(3), place())) == named, why


def test_a_roster_sends_people_without_places_to_grids() -> None:
    rosters = {"cg": ((TODAY, "a", "一网格", "", ""), (TODAY, "b", "二网格", "", ""))}
    here = staff(one("a", PATROL), one("b", PATROL), rosters=rosters, catalogue=rules(PATROL))
    assert [ids(here.named((PATROL,), item(3), place(grid=grid))) for grid in ("一网格", "二网格", "三网格")] == [["a"], ["b"], ["a", "b"]]


def test_the_roster_says_nothing_of_a_role_that_does_not_follow_it() -> None:
    rosters = {"cg": ((TODAY, "a", "", "", ""),)}
    for catalogue in (rules(), rules("cg_officer")):
        here = staff(one("a", PATROL), one("b", PATROL), rosters=rosters, catalogue=catalogue)
        assert ids(here.named((PATROL,), item(3), place())) == ["a", "b"]


def test_somebody_on_the_roster_and_on_leave_is_replaced_by_the_deputy_else_by_the_others() -> None:
    rosters = {"cg": ((TODAY, "a", "", "", ""),)}
    here = staff(one("a", PATROL, leave=away("d")), one("b", PATROL), one("d"), rosters=rosters, catalogue=rules(PATROL))
    assert ids(here.named((PATROL,), item(3), place())) == ["d"]
    alone = staff(one("a", PATROL, leave=away()), one("b", PATROL), rosters=rosters, catalogue=rules(PATROL))
    assert ids(alone.named((PATROL,), item(3), place())) == ["b"]


# -- leaders


def led(**dept: str) -> Catalogue:
    return rules()._replace(departments={**rules().departments, "cg": {"id": "cg", **dept}})


LEADER = RoleOf("dept_leader", depts=("cg",))


@pytest.mark.parametrize(
    ("dept", "people", "leader", "why"),
    [
        ({}, [one("b", "dept_leader", dept="cg"), one("a", LEADER)], "a", "the first of those with the role, by id"),
        ({}, [one("a", "dept_leader", dept="mr")], "", "a leader of another department"),
        ({}, [one("a", LEADER, left="2026-09-06")], "", "who has left leads nobody"),
        ({"leader": "b"}, [one("a", LEADER), one("b", dept="cg")], "b", "whom roles.yaml names, by id"),
        ({"leader": "17"}, [one("a", LEADER), one("b", no="17")], "b", "by number"),
        ({"leader": "陈立"}, [one("a", LEADER), one("b")._replace(name="陈立")], "b", "by name"),
        ({"leader": "b"}, [one("a", LEADER), one("b", left="2026-09-06")], "a", "the one named has left: who holds the role"),
        ({"leader": "x"}, [one("a", LEADER)], "a", "nobody is called so: who holds the role"),
        ({"deputy": "c"}, [one("a", LEADER, leave=away("d")), one("c"), one("d")], "d", "on leave the deputy of that leave"),
        ({"deputy": "c"}, [one("a", LEADER, leave=away()), one("c"), one("d")], "c", "else the department's deputy"),
        ({"deputy": "c"}, [one("a", LEADER, leave=away()), one("b", LEADER), one("c")], "c", "before another who holds the role"),
        ({}, [one("a", LEADER, leave=away()), one("b", LEADER)], "b", "else another who holds it"),
        ({"deputy": "c"}, [one("a", LEADER), one("c")], "a", "the deputy does not lead while the leader is here"),
        ({"deputy": "c"}, [one("a", LEADER, leave=away()), one("c", leave=away("d")), one("d")], "d", "the deputy's own deputy"),
        ({"deputy": "c"}, [one("c")], "c", "a department with a deputy alone"),
        ({"deputy": "c"}, [one("a", LEADER, leave=away()), one("c", left="2026-09-06")], "", "nobody is left"),
    ],
)
def test_a_departments_leader_and_who_stands_in(dept: dict[str, str], people: list[Person], leader: str, why: str) -> None:
    found = staff(*people, catalogue=led(**dept)).leader("cg")
    assert (found.id if found is not None else "") == leader, why


def test_the_town_leader_is_who_holds_that_role() -> None:
    here = staff(one("t", "town_leader", leave=away("u")), one("u"), one("a", "dept_leader", dept="cg"))
    found = here.leader("")
    assert found is not None and found.id == "u"
    assert staff(one("a", "dept_leader", dept="cg")).leader("") is None


@pytest.mark.parametrize(
    ("people", "named", "why"),
    [
        ([one("b", "town_leader"), one("a", "town_leader")], "b", "whom roles.yaml puts in charge of the department"),
        ([one("b"), one("a", "town_leader")], "b", "whatever role that one holds"),
        ([one("b", leave=away("d")), one("d"), one("a", "town_leader")], "d", "on leave the deputy"),
        ([one("b", leave=away()), one("a", "town_leader")], "a", "nobody stands in: the town leader"),
        ([one("a", "town_leader")], "a", "somebody who is not here is nobody"),
    ],
)
def test_the_town_leader_in_charge_of_a_department(people: list[Person], named: str, why: str) -> None:
    found = staff(*people, catalogue=rules()._replace(town_leaders=({"person": "b", "depts": ["cg"]},))).in_charge("cg")
    assert found is not None and found.id == named, why
    other = staff(one("b"), one("a", "town_leader"), catalogue=rules()._replace(town_leaders=({"person": "b", "depts": ["cg"]},)))
    assert (mine := other.in_charge("mr")) is not None and mine.id == "a", "another department's is the town leader"


def test_members_of_a_department_are_its_people_without_leaders_with_deputies() -> None:
    here = staff(
        one("b", "cg_officer", dept="cg"),
        one("a", RoleOf("dept_staff", depts=("cg", "cjb")), dept="cjb"),
        one("l", "dept_leader", dept="cg"),
        one("x", dept="cg", left="2026-09-06"),
        one("y", "cg_officer", dept="cg", leave=away("z")),
        one("z", dept="mr"),
    )
    assert ids(here.members("cg")) == ["a", "b", "z"]
    assert here.name("x") == "x" and here.name("nobody") == "", "who has left is known by name"


# -- the whole answer, and what is empty


def test_everything_about_one_item_at_one_shop() -> None:
    here = staff(
        one("p", PATROL, dept="cg"),
        one("q", RoleOf(PATROL, grids=("二网格",))),
        one("c", "cg_officer", dept="cg"),
        one("l", "dept_leader", dept="cg"),
        one("h", "patrol_3p"),
        one("o", RoleOf("shop_owner", objects=(SHOP,))),
    )
    found = duty(here, item(3, more={"legal": {"basis": "市容条例第十七条"}}), place())
    assert found.primary == ("p",)
    assert item(3).finders == ("cg_officer", "street_patrol", "patrol_3p", "shop_owner")
    assert found.asked == ("c", "p", "h", OWNER), "of each role the narrowest scope, in the order of the item"
    assert found.handlers == (OWNER, "c"), "the owner first, by tenancy and not by name"
    assert (found.leader, found.supports, found.gaps) == ("l", ("mr",), ())
    assert found.basis == "市容条例第十七条" and duty(here, item(3, more={}), place()).basis == ""


def test_a_house_and_its_owner_and_a_kind_without_a_primary_role() -> None:
    rule = item(38, kinds=("house", "point"), primary={"house": "house_owner"}, handlers=("house_owner", "mr_officer"), lead="mr")
    here = staff(one("m", "mr_officer"), one("l", "dept_leader", dept="mr"))
    house = duty(here, rule, place(kind="house"))
    assert (house.primary, house.handlers, house.gaps) == ((OWNER,), (OWNER, "m"), ())
    point = duty(here, rule, place(kind="point"))
    assert (point.primary, point.handlers, point.gaps) == ((), ("m",), ()), "a point has no owner, and nobody looks by a round"


def test_inside_a_shop_only_its_owner_and_permanent_staff_are_asked() -> None:
    here = staff(one("m", "mr_officer"), one("g", "grid_inspector"))
    assert item(38).where == "inside" and "grid_inspector" in item(38).finders
    assert duty(here, item(38), place()).asked == ("m", OWNER)
    assert duty(here, item(38, where="outside"), place()).asked == ("m", "g", OWNER)


FULL = [one("p", PATROL), one("c", "cg_officer"), one("l", "dept_leader", dept="cg")]


@pytest.mark.parametrize(
    ("gone", "changed", "empty", "why"),
    [
        ("", {}, (), "everybody is here"),
        ("p", {}, ("primary",), "nobody looks"),
        ("p", {"every": {}}, (), "an item on demand needs nobody who looks by a round"),
        ("p", {"primary": {}}, (), "a kind without a primary role neither"),
        ("p", {"primary": {"shop": "shop_owner"}}, (), "the owner always looks"),
        ("c", {}, ("handlers",), "the owner alone does not count: somebody must be there when the window is over"),
        ("c", {"handlers": ("shop_owner",)}, ("handlers",), "an item that only its owner handles"),
        ("l", {}, ("leader",), "nobody leads"),
        ("plc", {}, ("primary", "handlers", "leader"), "nobody at all"),
    ],
)
def test_what_an_empty_cell_is(gone: str, changed: dict[str, Any], empty: tuple[str, ...], why: str) -> None:
    here = staff(*(person for person in FULL if person.id not in gone))
    assert duty(here, item(3, **changed), place()).gaps == empty, why


def test_gaps_are_grouped_by_item_what_and_grid_in_the_order_of_the_rules() -> None:
    catalogue = catalogue_of(small_catalogue(items=(3, 1)), "e")
    people = [one("p", RoleOf(PATROL, grids=("一网格",))), one("c", "cg_officer"), one("l", "dept_leader", dept="cg")]
    objects = [place(id=f"{number:020x}", grid=grid) for number, grid in enumerate(("一网格", "二网格", "一网格", "二网格", ""))]
    found = gaps(staff_on(catalogue, people, DAY), objects)
    looking = [
        Gap(no, "primary", grid, ids_)
        for no in (1, 3)
        for grid, ids_ in (("二网格", (objects[1].id, objects[3].id)), ("", (objects[4].id,)))
    ]
    assert list(catalogue.items) == [1, 3] and found == looking, "cg_officer handles both; 一网格 has a patrol"


def test_an_item_that_nobody_claimed_has_no_gaps() -> None:
    catalogue = catalogue_of(small_catalogue(items=(3, 1), unclaimed=(3,)), "e")
    assert {gap.item for gap in gaps(staff_on(catalogue, [], DAY), [place()])} == {1}


def test_the_quick_search_finds_what_asking_one_by_one_finds() -> None:
    people = [
        one("p", RoleOf(PATROL, grids=("一网格",))),
        one("q", RoleOf(PATROL, objects=(f"{4:020x}",), to=TOMORROW)),
        one("o", RoleOf("shop_owner", objects=(f"{5:020x}",))),
        one("c", RoleOf("cg_officer", streets=("学府路",)), dept="cg"),
        one("v", RoleOf("grid_inspector", villages=("东村",))),
        one("s", "dept_staff", dept="cjb", leave=away("z")),
        one("l", "dept_leader", dept="cg"),
    ]
    grids, streets, villages, trades = ("一网格", "二网格"), ("学府路", "荷花路"), ("东村", "", ""), ("catering", "retail")
    shops = [
        place(id=f"{no:020x}", grid=grids[no % 2], street=streets[no // 2 % 2], village=villages[no % 3], trade=trades[no // 6])
        for no in range(12)
    ]
    objects = [*shops, place(POINT), place(POINT, id=f"{99:020x}", grid="二网格", street="")]
    here = staff(*people)
    slow: dict[tuple[int, str, str], list[str]] = {}
    for rule in rules().items.values():
        for obj in objects:
            for what in duty(staff(*people), rule, obj).gaps if applies(rule, obj) else ():
                slow.setdefault((rule.no, what, obj.grid), []).append(obj.id)
    assert {(gap.item, gap.what, gap.grid): list(gap.objects) for gap in gaps(here, objects)} == slow
    assert len({what for _no, what, _grid in slow}) == 3
