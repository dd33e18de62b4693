"""Who somebody is for one item at one object, and what they may do there. Who is named for it: test_staff.py."""

from functools import cache
from typing import Any

import pytest

from tests.histories import IDS, PEOPLE, PLACES, POINT, SHOP, small_catalogue
from yima.core import duty
from yima.core.duty import Who
from yima.core.model import Catalogue, Item, Object, Person, catalogue_of
from yima.core.town import role_of
from yima.core.worktime import day_of

DAY = day_of("2026-09-07")


@cache
def rules() -> Catalogue:
    return catalogue_of(small_catalogue(), "d")


def item(no: int, **more: Any) -> Item:
    return rules().items[no]._replace(**more)


def place(id_: str = SHOP, **more: Any) -> Object:
    known = {key: value for key, value in PLACES[id_].items() if key != "tenant"}
    return Object(id=id_, **{**known, **more})


def person(word: str) -> Person:
    dept, roles = PEOPLE[word]
    return Person(IDS[word], word, dept=dept, roles=tuple(role_of(raw) for raw in roles))


def held(*roles: dict[str, Any], dept: str = "", id_: str = "p", **more: Any) -> Person:
    return Person(id_, id_, dept=dept, roles=tuple(role_of(raw) for raw in roles), **more)


def who(word: str, no: int, object_id: str = SHOP, **more: Any) -> Who:
    return duty.who(rules(), person(word), item(no), place(object_id), DAY, **more)


# -- standing


@pytest.mark.parametrize(
    ("word", "no", "finder", "handler", "owner", "resource", "why"),
    [
        ("patrol1", 3, True, False, False, "contract", "a patrol finds 跨门经营"),
        ("cg1", 3, True, True, False, "permanent", "the officer finds and handles"),
        ("third", 3, True, False, False, "third_party", "third parties report"),
        ("owner", 3, True, False, True, "social", "the owner, by the role that names this shop; the item names owners as finders"),
        ("stranger", 3, False, False, False, "social", "the owner of another shop is nobody here"),
        ("volunteer", 2, False, False, False, "social", "volunteers are no finders of 店招"),
        ("cjb1", 2, False, True, False, "permanent", "dept_staff of the lead department"),
        ("pingan1", 2, False, False, False, "permanent", "dept_staff of a department without part in it"),
        ("leader_cg", 3, False, False, False, "permanent", "a leader neither finds nor handles"),
    ],
)
def test_standing_is_by_role(word: str, no: int, finder: bool, handler: bool, owner: bool, resource: str, why: str) -> None:
    one = who(word, no)
    assert (one.finder, one.handler, one.owner, one.resource) == (finder, handler, owner, resource), why
    assert one.permanent is (resource == "permanent"), why


@pytest.mark.parametrize(
    ("role", "here", "why"),
    [
        ({"role": "self_gov_group", "streets": ["学府路"]}, True, "its street"),
        ({"role": "self_gov_group", "grids": ["一网格"]}, True, "its grid"),
        ({"role": "self_gov_group", "villages": ["东村"]}, True, "its village"),
        ({"role": "self_gov_group", "objects": [SHOP]}, True, "the shop itself"),
        ({"role": "self_gov_group", "streets": ["荷花路"]}, False, "another street"),
        ({"role": "self_gov_group"}, False, "no place at all"),
        ({"role": "street_patrol", "streets": ["荷花路"]}, True, "scope decides who is asked; what counts is by role"),
        ({"role": "street_patrol", "from": "2026-09-08"}, False, "from tomorrow"),
        ({"role": "street_patrol", "to": "2026-09-06"}, False, "until yesterday"),
        ({"role": "street_patrol", "from": "2026-09-07", "to": "2026-09-07"}, True, "both days count"),
    ],
)
def test_own_places_and_days_of_a_role(role: dict[str, Any], here: bool, why: str) -> None:
    assert duty.has_role(rules(), held(role), (role["role"],), item(22), place(), DAY) is here, why


@pytest.mark.parametrize(("kind", "owner"), [("shop", True), ("stall", True), ("house", False), ("point", False)])
def test_a_shop_owner_owns_shops_and_stalls_only(kind: str, owner: bool) -> None:
    assert duty.is_owner(person("owner"), place(kind=kind), DAY) is owner


def test_after_a_transfer_the_departments_people_handle_and_the_holder_always_does() -> None:
    assert not who("mr1", 3).handler and who("mr1", 3, case_dept="mr").handler
    assert who("cg1", 3).handler and not who("cg1", 3, case_dept="mr").handler
    assert who("volunteer", 3, holder=IDS["volunteer"]).handler


def test_whom_somebody_leads() -> None:
    assert who("leader_pingan", 3).leads == ("pingan", "biz")
    assert who("leader_cg", 3).leads == ("cg",), "without depts the person's own"
    assert who("cg1", 3).leads == ()
    assert who("town_leader", 3).town_leader and who("ucc1", 3).centre and not who("cg1", 3).centre


def test_resources_are_never_mixed_owner_roles_apart() -> None:
    both = held({"role": "shop_owner", "objects": [SHOP]}, {"role": "cg_officer"})
    assert duty.resource_of(rules(), both, DAY) == "permanent"
    assert duty.resource_of(rules(), held({"role": "cg_officer", "to": "2026-09-06"}), DAY) == ""


def test_an_object_has_an_owner_for_an_item_whose_handlers_name_a_fitting_role() -> None:
    assert duty.has_owner(item(3), place()) and not duty.has_owner(item(1), place(POINT))
    assert not duty.has_owner(item(3), place(kind="point"))


# -- looking and closing

LOOKS = [  # item, flow of it, who, done by, mode, permit, may look
    (3, "F3", "patrol1", "cg1", "", "", True, "contract staff look on F3"),
    (3, "F3", "third", "cg1", "", "", False, "third parties do not"),
    (3, "F3", "cg1", "cg1", "", "", False, "not who reported done"),
    (3, "F3", "cg1", "cg2", "", "", True, "a colleague may"),
    (3, "F3", "owner", "cg1", "", "", False, "never the owner"),
    (3, "F3", "pingan1", "cg1", "", "", False, "neither finder nor handler"),
    (38, "F3", "mr1", "mr2", "", "", False, "inside a shop, on patrol"),
    (38, "F3", "mr1", "mr2", "inspection", "", False, "an inspection without 检查码"),
    (38, "F3", "mr1", "mr2", "inspection", "J-1", True, "an inspection with one"),
    (38, "F3", "mr1", "mr2", "invited", "", True, "invited"),
    (38, "F3", "grid1", "mr2", "inspection", "J-1", False, "网格员 may not inspect (国办发〔2024〕54号)"),
    (38, "F3", "grid1", "mr2", "invited", "", True, "but may be invited"),
    (22, "F1", "patrol1", "patrol2", "", "", True, "a self-fix item"),
    (1, "F2", "third", "bike", "", "", None, "third parties where flow and item both say so"),
]


@pytest.mark.parametrize(("no", "flow", "word", "done_by", "mode", "permit", "may", "why"), LOOKS, ids=[one[-1] for one in LOOKS])
def test_who_may_look(no: int, flow: str, word: str, done_by: str, mode: str, permit: str, may: bool | None, why: str) -> None:
    assert item(no).flow == flow
    one = who(word, no, SHOP if no != 1 else POINT)
    answers = [
        duty.may_look(rules(), item(no, third_party_may_close=says), place(SHOP if no != 1 else POINT), one, IDS[done_by], mode, permit)
        for says in (False, True)
    ]
    assert answers == ([False, True] if may is None else [may, may]), why


@pytest.mark.parametrize(
    ("one", "may", "why"),
    [
        (Who("a", permanent=True, may_close_enforcement=True), True, "permanent with the right"),
        (Who("a", permanent=False, may_close_enforcement=True), False, "not permanent"),
        (Who("a", permanent=True), False, "without the right"),
        (Who("b", permanent=True, may_close_enforcement=True), False, "who reported done"),
        (Who("a", permanent=True, may_close_enforcement=True, owner=True), False, "the owner"),
        (Who("a", permanent=True, may_close_enforcement=True, for_somebody=True), False, "entered for somebody"),
    ],
)
def test_who_may_close_enforcement(one: Who, may: bool, why: str) -> None:
    assert duty.may_close_enforcement(one, "b") is may, why


@pytest.mark.parametrize("flow", ["F3", "F5"])
def test_what_was_entered_for_somebody_is_never_a_look_on_enforcement(flow: str) -> None:
    one = Who("a", finder=True, permanent=True, resource="permanent", may_close_enforcement=True)
    assert duty.may_look(rules(), item(3, flow=flow), place(), one, "b", "", "")
    assert not duty.may_look(rules(), item(3, flow=flow), place(), one._replace(for_somebody=True), "b", "", "")


def test_on_f5_only_who_may_close_enforcement_looks() -> None:
    one = Who("a", finder=True, permanent=True, resource="permanent")
    assert not duty.may_look(rules(), item(3, flow="F5"), place(), one, "b", "", "")


@pytest.mark.parametrize(
    ("where", "kind", "protected"),
    [("outside", "shop", False), ("inside", "shop", True), ("papers", "stall", True), ("inside", "point", False), ("ask", "shop", False)],
)
def test_inside_and_papers_of_shops_and_stalls_are_protected(where: str, kind: str, protected: bool) -> None:
    assert duty.protected(item(3, where=where), place(kind=kind)) is protected


@pytest.mark.parametrize(
    ("kinds", "trades", "kind", "trade", "applies", "why"),
    [
        (("shop",), (), "shop", "retail", True, "every trade"),
        (("shop",), ("catering",), "shop", "retail", False, "another trade"),
        (("shop",), ("catering",), "shop", "catering", True, "this trade"),
        (("shop",), (), "stall", "", False, "a stall is asked at its market"),
        (("point", "shop"), ("catering",), "point", "", True, "trades are for shops"),
    ],
)
def test_which_objects_an_item_concerns(kinds: Any, trades: Any, kind: str, trade: str, applies: bool, why: str) -> None:
    assert duty.applies(item(3, kinds=kinds, trades=trades), place(kind=kind, trade=trade)) is applies, why
