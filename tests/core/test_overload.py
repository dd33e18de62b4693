"""任务超载: what of a day's missed places is beyond its people. Held against Hall's condition, counted subset by subset."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from yima.core.model import MS_DAY, MS_HOUR, Catalogue, Object, Person, RoleOf, catalogue_of
from yima.core.overload import Place, Standing, booked, booked_last, last_days, street_order
from yima.core.town import Rules, Town
from yima.core.worktime import day_of

RAW = json.loads((Path(__file__).parents[1] / "data/catalogue.json").read_text(encoding="utf-8"))
OFFSET = 8 * MS_HOUR
DAY = day_of("2026-11-19")
PATROL, CREW = 2, 5  # two items of shops: the first is the street patrol's, the second the sanitation crew's (set in `rules`)


@cache
def rules(patrol: int = 3, crew: int = 2, third: str = "sanitation_crew") -> Catalogue:
    """Two items for shops, each with its own primary role. patrol, crew: the roles' capacities, 0 = not counted; third: item CREW's role."""
    body = json.loads(json.dumps(RAW))
    body["items"] = [one for one in body["items"] if one["no"] in (PATROL, CREW)]
    for one, role in zip(body["items"], ("street_patrol", third), strict=True):
        one.update(kinds=["shop"], trades=[], every={"shop": "P7D"}, primary={"shop": role})
    body["claims"] = [{"item": one["id"], "dept": one["lead"], "on": "2026-08-20"} for one in body["items"]]
    for role in body["roles"]:
        role["capacity"] = {"street_patrol": patrol, "sanitation_crew": crew}.get(role["id"], 0)
    body["town"] = {**body.get("town", {}), "street_start": "2026-10-12"}
    return catalogue_of(body, f"{patrol} {crew} {third}")


def town(catalogue: Catalogue, people: list[Person]) -> Town:
    return Town(
        "t", "青荷镇", OFFSET, devices={}, named={}, people={one.id: ((0, one),) for one in people}, shifts={}, years={2026: ((), ())},
        rules=[Rules(day_of("2026-10-12") * MS_DAY - OFFSET, catalogue.digest)], catalogues={catalogue.digest: catalogue},
    )  # fmt: skip


def shop(number: int, street: str = "甲路") -> Object:
    return Object(f"{number:020x}", "shop", f"店{number}", street, str(number), grid="荷花网格", trade="catering")


def somebody(id_: str, *streets: str, leave: tuple[tuple[str, str, str], ...] = ()) -> Person:
    return Person(id_, id_, dept="cg", roles=(RoleOf("street_patrol", streets=streets),), leave=leave)


def book(
    people: list[Person], missed: list[tuple[Object, int]], visited: Mapping[str, int] | None = None, catalogue: Catalogue | None = None
) -> list[Place]:
    catalogue = catalogue or rules()
    return booked(town(catalogue, people), DAY, missed, visited or {})


def beyond(places: list[Place]) -> list[int]:
    """The doors of the places that are 任务超载."""
    return [int(one.object, 16) for one in places if one.overload]


# -- the rule in examples


def test_the_first_places_of_the_street_are_on_the_people_as_many_as_they_had_room_for() -> None:
    missed = [(shop(door), PATROL) for door in (12, 9, 7, 1, 100)]
    assert beyond(book([somebody("王芳")], missed, {"王芳": 1})) == [9, 12, 100], (
        "3 places a day, 1 visited: 1 and 7 are hers, by door number"
    )
    assert beyond(book([somebody("王芳")], missed, {"王芳": 9})) == [1, 7, 9, 12, 100], (
        "who has done more than a day's work is never blamed"
    )
    assert beyond(book([somebody("王芳")], missed[:3])) == []
    assert beyond(book([somebody("王芳"), somebody("李强")], missed, {"李强": 2})) == [100], "3 and 1"


def test_an_object_counts_once_however_many_of_its_items_were_missed() -> None:
    catalogue = rules(1, third="street_patrol")
    places = book([somebody("王芳")], [(shop(1), PATROL), (shop(1), CREW), (shop(2), CREW)], catalogue=catalogue)
    assert [(one.items, one.overload) for one in places] == [((PATROL, CREW), False), ((CREW,), True)]


def test_what_is_used_for_one_role_is_not_free_for_the_other() -> None:
    both = Person("王芳", "王芳", roles=(RoleOf("street_patrol"), RoleOf("sanitation_crew")))
    missed = [(shop(1), PATROL), (shop(2), CREW), (shop(3), PATROL), (shop(4), CREW)]
    assert beyond(book([both], missed)) == [3, 4], "a day holds the smaller capacity of the two, 2, for both roles together"
    assert beyond(book([both], missed, {"王芳": 1})) == [2, 3, 4]
    assert beyond(book([both], missed, catalogue=rules(3, 0))) == [], "a role that is not counted takes no room, and is never overloaded"


def test_room_is_not_wasted_on_whom_somebody_else_could_have_relieved() -> None:
    people = [somebody("甲", "甲路"), somebody("乙", "甲路", "乙路")]
    missed = [*((shop(door, "甲路"), PATROL) for door in (1, 2, 3)), *((shop(door, "乙路"), PATROL) for door in (11, 12, 13))]
    assert beyond(book(people, missed)) == [], "乙's day is kept for 乙路, where nobody else goes"
    assert beyond(book(people, missed, {"甲": 1})) == [3], "the last of 甲路, which is walked after 乙路 (by its first character)"


def test_a_place_that_was_handed_on_is_handed_on_once() -> None:
    people = [somebody("a", "丙路", "甲路"), somebody("b", "丙路")]
    missed = [(shop(1, "丙路"), PATROL), *((shop(door, "甲路"), PATROL) for door in (2, 3))]
    assert beyond(book(people, missed, {"a": 2, "b": 1})) == [3], (
        "a has room for one, b for two: 丙路 moves from a to b for 甲路 2, not again"
    )


def test_on_leave_the_deputy_has_one_day_for_both() -> None:
    away = somebody("王芳", "甲路", leave=(("2026-11-16", "2026-11-20", "李强"),))
    missed = [*((shop(door, "甲路"), PATROL) for door in (1, 2)), *((shop(door, "乙路"), PATROL) for door in (11, 12))]
    places = book([away, somebody("李强", "乙路")], missed, {"王芳": 3})
    assert {one.people for one in places} == {("李强",)}
    assert beyond(places) == [2], "3 places a day for both streets; what 王芳 did on her leave is not his"
    helper = Person("郑静", "郑静", roles=(RoleOf("dept_leader"),))
    stand_in = somebody("王芳", leave=(("2026-11-16", "", "郑静"),))
    assert beyond(book([stand_in, helper], missed)) == [2], "who has no role with a capacity has that of the role they stand in for"


def test_a_role_not_counted_nobody_named_and_self_checks_are_no_overload() -> None:
    missed = [(shop(door), PATROL) for door in range(1, 9)]
    assert not beyond(book([somebody("王芳")], missed, {"王芳": 99}, rules(0)))
    nobody = book([], missed)
    assert len(nobody) == 8 and not beyond(nobody), "an empty cell (空格) is nobody's day"
    assert book([somebody("王芳")], [(shop(1), CREW)], {}, rules(third="shop_owner")) == []


def test_of_several_misses_of_a_place_the_last_decides_and_the_earlier_ones_took_their_room() -> None:
    here = town(rules(1), [somebody("王芳")])
    twice, once = Standing(shop(1), PATROL, "", (DAY, DAY + 7), 0), Standing(shop(2), PATROL, "", (DAY,), 0)
    days = last_days(here, [twice, once])
    assert days == {DAY, DAY + 7} and not last_days(town(rules(0), []), [twice, once])

    def marked(**visited: int) -> list[int]:
        on = {DAY: {"王芳": visited.get("first", 0)}, DAY + 7: {"王芳": visited.get("later", 0)}}
        return sorted(int(id_, 16) for id_, _item in booked_last(here, [twice, once], on))

    assert marked() == [2], "the first day held one place, and 1 stands before 2 in the street"
    assert marked(first=1) == [2], "on the first day nobody had room for 1 either, but a week later somebody had"
    assert marked(later=1) == [1, 2]


def test_a_street_is_walked_by_the_number_of_the_door() -> None:
    doors = ("2", "10", "10-1", "9号", "", "甲3")
    found = sorted((Object("a", "shop", "店", "甲路", door) for door in doors), key=street_order)
    assert [one.door for one in found] == ["", "甲3", "2", "9号", "10", "10-1"]


# -- any day, counted again


STREETS = ("甲路", "乙路", "丙路")
PEOPLE = st.lists(
    st.tuples(
        st.sets(st.sampled_from(STREETS), min_size=1).map(lambda some: tuple(sorted(some))),
        st.sets(st.sampled_from(("street_patrol", "sanitation_crew")), min_size=1).map(lambda some: tuple(sorted(some))),
        st.integers(0, 4),  # visited
    ),
    max_size=4,
)
MISSED = st.lists(st.tuples(st.sampled_from(STREETS), st.integers(1, 6), st.sampled_from((PATROL, CREW))), max_size=24, unique=True)


@given(PEOPLE, MISSED, st.integers(0, 4), st.integers(0, 4))
def test_what_is_on_the_people_is_the_most_that_their_days_could_hold(
    people: list[tuple[tuple[str, ...], tuple[str, ...], int]], missed: list[tuple[str, int, int]], patrol: int, crew: int
) -> None:
    staff = [Person(f"p{n}", f"p{n}", roles=tuple(RoleOf(role, streets=its) for role in roles)) for n, (its, roles, _) in enumerate(people)]
    visited = {f"p{n}": count for n, (_its, _roles, count) in enumerate(people)}
    objects = {(street, door): shop(10 * STREETS.index(street) + door, street) for street, door, _no in missed}
    places = book(staff, [(objects[street, door], no) for street, door, no in missed], visited, rules(patrol, crew))

    capacity = {PATROL: patrol, CREW: crew}
    role = {PATROL: "street_patrol", CREW: "sanitation_crew"}
    item = {name: no for no, name in role.items()}
    room = {}
    for n, (_its, roles, count) in enumerate(people):
        some = [capacity[item[one]] for one in roles if capacity[item[one]]]
        room[f"p{n}"] = max(0, min(some) - count) if some else 0
    wanted = sorted(missed, key=lambda one: (one[0], one[1], role[one[2]]))
    expected, on_people = [], list[frozenset[str]]()
    for street, door, no in wanted:
        crew_ = frozenset(f"p{n}" for n, (its, roles, _count) in enumerate(people) if street in its and role[no] in roles)
        counts = bool(capacity[no]) and bool(crew_)
        fits = counts and hall([*on_people, crew_], room)
        if fits:
            on_people.append(crew_)
        expected.append((objects[street, door].id, role[no], counts and not fits))
    assert [(one.object, one.role, one.overload) for one in places] == expected
    assert all(sum(one <= set(some) for one in on_people) <= sum(room[p] for p in some) for some in subsets(room)), "never more than room"


def subsets(room: Mapping[str, int]) -> list[tuple[str, ...]]:
    return [some for size in range(len(room) + 1) for some in combinations(sorted(room), size)]


def hall(crews: list[frozenset[str]], room: Mapping[str, int]) -> bool:
    """Whether every place can be somebody's: no set of people is all that more places have than there is room for."""
    return all(sum(one <= set(some) for one in crews) <= sum(room[person] for person in some) for some in subsets(room))


@given(PEOPLE, MISSED, st.randoms(use_true_random=False))
def test_the_order_in_which_rounds_are_named_changes_nothing(
    people: list[tuple[tuple[str, ...], tuple[str, ...], int]], missed: list[tuple[str, int, int]], chance: "object"
) -> None:
    staff = [Person(f"p{n}", f"p{n}", roles=tuple(RoleOf(role, streets=its) for role in roles)) for n, (its, roles, _) in enumerate(people)]
    some = [(shop(10 * STREETS.index(street) + door, street), no) for street, door, no in missed]
    other = list(some)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert book(staff, some) == book(staff, other)


def test_each_day_has_its_own_people() -> None:
    people = [somebody("王芳", leave=(("2026-11-19", "2026-11-19", "李强"),)), somebody("李强", "别处")]
    here = town(rules(), people)
    assert booked(here, DAY, [(shop(1), PATROL)], {})[0].people == ("李强",)
    assert booked(here, DAY + 1, [(shop(1), PATROL)], {})[0].people == ("王芳",)
