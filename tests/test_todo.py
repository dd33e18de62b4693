"""`yima todo`: what waits for one person, worst first, and nothing that is not theirs."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.factories import admin_of, at, person
from tests.street import APO, CODES, HANDAN, MONDAY, NOODLE, Street, hit, say, who
from yima.adapters.store import Store, look
from yima.adapters.store.staff import gaps_seen, staff_at
from yima.core.events import ObjectRegistered, PersonLeft, PersonRegistered, PlatesPrinted, SuggestionMade
from yima.core.results.pages import Todo
from yima.verbs.dispose import Step, dispose, until_of
from yima.verbs.sweep import sweep
from yima.verbs.todo import places, todo


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """The street, with its admin as the current person, so that a test can register somebody."""
    with here.open() as opened:
        opened.set_setting("person", who(opened, "顾晓").id)
        yield opened


def of(store: Store, name: str, when: str = "23 10:45") -> Todo:
    return todo(store, who(store, name), at(f"2026-11-{when}"))


def numbers(found: Todo) -> list[str]:
    return [one.case.number for one in found.cases]


def acts(found: Todo) -> dict[str, tuple[str, ...]]:
    """Number -> what is awaited, of all cases that wait for this person."""
    return {one.case.number: one.acts for one in (*found.owed, *found.cases, *found.confirm)}


def take(store: Store, case: str, step: str, by: str, when: str, **more: Any) -> None:
    until = until_of(store, more.pop("until", None))
    dispose(store, hit(store, case), Step(step, until=until, **more), who(store, by), at(f"2026-11-{when}"))


def swept(store: Store, when: str) -> None:
    sweep(store, by=who(store, "顾晓"), now=at(f"2026-11-{when}"))


def change(store: Store, name: str, **fields: Any) -> None:
    """A change of somebody's registration, on the day of founding."""
    with store.transaction():
        store.append("person.changed", who(store, name).id, PersonRegistered(**fields), by=admin_of(store), now=at("2026-11-20 09:30"))


def away(store: Store, name: str, deputy: str) -> None:
    change(store, name, leave=({"from": "2026-11-23", "to": "2026-11-30", "deputy": who(store, deputy).id},))


def test_a_case_waits_for_the_owner_first_and_then_for_the_squad(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    assert numbers(of(store, "林秀珍", "23 10:05")) == ["K1-0001"] and not numbers(of(store, "周明", "23 10:05"))
    assert numbers(of(store, "周明")) == ["K1-0001"] and not numbers(of(store, "林秀珍")), "nobody told the owner within the quarter"


def test_before_somebody_accepts_all_who_may_see_it_and_then_its_holder_alone(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    assert numbers(of(store, "周明")) == numbers(of(store, "钱队员")) == ["K1-0001"]
    take(store, "K1-0001", "accept", "周明", "23 10:46")
    assert numbers(of(store, "周明", "23 10:50")) == ["K1-0001"] and not numbers(of(store, "钱队员", "23 10:50"))


def test_the_worst_comes_first(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")  # a working day
    say(store, APO, "3:三张桌", "王芳")  # two hours
    say(store, HANDAN, "3:两张桌", "王芳", "2026-11-23 11:00")
    found = of(store, "周明", "23 12:30")
    assert [(one.case.number, one.case.colour) for one in found.cases] == [("K1-0002", "red"), ("K1-0003", "yellow"), ("K1-0001", "blue")]


def test_a_lead_waits_for_who_may_verify_it_other_than_who_said_it(store: Store) -> None:
    say(store, APO, "3:三张桌", "李强")
    assert numbers(of(store, "王芳")) == ["K1-0001"] and not numbers(of(store, "李强"))


def test_a_done_case_waits_for_another_who_may_look(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "done", "周明", "23 11:00")
    assert numbers(of(store, "钱队员", "23 11:10")) == ["K1-0001"] and not numbers(of(store, "周明", "23 11:10"))


def test_what_is_looked_at_waits_for_who_may_close(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "done", "周明", "23 11:00")
    say(store, APO, "3!", "王芳", "2026-11-23 11:10")
    assert numbers(of(store, "钱队员", "23 11:20")) == ["K1-0001"] and not numbers(of(store, "王芳", "23 11:20"))


def test_what_is_not_among_the_items_waits_for_the_centre(store: Store) -> None:
    say(store, APO, "其他=充电桩没人管", "王芳")
    assert numbers(of(store, "顾晓")) == ["K1-0001"] and not numbers(of(store, "周明"))


def test_a_returned_case_waits_for_the_leader_and_a_transfer_for_the_other(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "return", "周明", "23 10:40", reason="不归我")
    assert numbers(of(store, "陈队长")) == ["K1-0001"]
    take(store, "K1-0001", "transfer", "陈队长", "23 10:50", reason="应由市监", to="dept:mr")
    assert numbers(of(store, "冯所长", "23 10:55")) == ["K1-0001"] and not numbers(of(store, "陈队长", "23 10:55"))


def test_a_leader_is_told_that_an_answer_is_owed(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    assert not of(store, "陈队长", "23 12:30").owed, "before the sweep nothing is owed"
    sweep(store, by=who(store, "顾晓"), now=at("2026-11-23 12:30"))
    assert [one.case.number for one in of(store, "陈队长", "23 12:31").owed] == ["K1-0001"]
    assert not of(store, "冯所长", "23 12:31").owed


def test_a_void_waits_for_the_centre_to_confirm_it(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "void", "陈队长", "23 10:40", reason="看错店")
    assert [one.case.number for one in of(store, "顾晓").confirm] == ["K1-0001"] and not of(store, "陈队长").confirm
    take(store, "K1-0001", "grant", "顾晓", "23 10:50", about="void")
    assert not of(store, "顾晓", "23 10:51").confirm


def test_rounds_are_those_of_ones_own_role_and_places(store: Store) -> None:
    rounds = [obj.name for obj, _questions, _missed in of(store, "王芳").rounds]
    assert sorted(rounds) == sorted((APO, HANDAN, NOODLE))
    assert [obj.name for obj, _questions, _missed in of(store, "林秀珍").rounds] == [APO], "an owner has one's own shop"
    assert not of(store, "周明").rounds


def test_what_was_seen_today_is_counted(store: Store) -> None:
    assert places(store, who(store, "王芳"), at("2026-11-23 10:45")) == (3, 0)
    for _ in range(5):
        say(store, NOODLE, "ok", "王芳")
    assert places(store, who(store, "王芳"), at("2026-11-23 10:45")) == (2, 1)
    assert places(store, who(store, "王芳"), at("2026-11-24 10:45"))[1] == 0, "of today"


def test_missed_rounds_are_marked(store: Store) -> None:
    late = of(store, "王芳", "30 10:00").rounds
    assert any(missed for _obj, _questions, missed in late)
    assert not any(missed for _obj, _questions, missed in of(store, "王芳", "20 17:00").rounds)


def test_nothing_to_do_is_said(here: Street) -> None:
    assert "没有" in here.run("todo", by="周明").out


# -- what is awaited, of whom


def test_each_stage_says_what_is_awaited_of_whom(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    assert acts(of(store, "林秀珍", "23 10:05")) == {"K1-0001": ("self_fix",)}
    assert acts(of(store, "周明")) == {"K1-0001": ("accept",)}
    take(store, "K1-0001", "accept", "周明", "23 10:46")
    assert acts(of(store, "周明", "23 10:47")) == {"K1-0001": ("handle",)}
    take(store, "K1-0001", "done", "周明", "23 10:50")
    assert acts(of(store, "王芳", "23 10:51")) == {"K1-0001": ("check",)}
    say(store, APO, "3!", "王芳", "2026-11-23 10:55")
    assert acts(of(store, "钱队员", "23 10:56")) == {"K1-0001": ("close",)} and not acts(of(store, "王芳", "23 10:56"))


def test_a_hazard_is_first_brought_under_control(store: Store) -> None:
    say(store, APO, "30:招牌松动", "王芳")
    handler = next(one for one in ("郑静", "周明") if acts(of(store, one)))
    assert acts(of(store, handler)) == {"K1-0001": ("control", "accept")}
    take(store, "K1-0001", "control", handler, "23 10:46")
    assert acts(of(store, handler, "23 10:47")) == {"K1-0001": ("accept",)}


def test_what_is_inside_waits_for_who_may_go_in_with_an_inspection_code(store: Store) -> None:
    person(store, "韩雪", "mr_officer", dept="mr")
    say(store, APO, "38:生熟混放", "吴敏", mode="inspection", permit="SH2026-1")
    take(store, "K1-0001", "accept", "吴敏", "24 09:00")
    take(store, "K1-0001", "done", "吴敏", "24 10:00")
    assert acts(of(store, "韩雪", "24 10:01")) == {"K1-0001": ("check",)} and not acts(of(store, "吴敏", "24 10:01"))


def test_a_request_for_more_time_waits_for_the_leader_and_the_second_for_the_town_leader(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")
    take(store, "K1-0001", "accept", "周明", "23 16:00")
    take(store, "K1-0001", "extend", "周明", "23 16:10", reason="等货车")
    assert acts(of(store, "陈队长", "23 16:11")) == {"K1-0001": ("grant_extension",)} and not acts(of(store, "林镇长", "23 16:11"))
    take(store, "K1-0001", "grant", "陈队长", "23 16:20", about="extension")
    take(store, "K1-0001", "extend", "周明", "24 11:00", reason="等货车")
    assert acts(of(store, "林镇长", "24 11:01")) == {"K1-0001": ("grant_extension",)} and not acts(of(store, "陈队长", "24 11:01"))


def test_an_objection_waits_for_the_leader_and_the_owner_sees_that_it_waits(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "accept", "周明", "23 10:46")
    take(store, "K1-0001", "contest", "林秀珍", "23 10:50", reason="没有超出门线")
    assert acts(of(store, "陈队长", "23 10:51")) == {"K1-0001": ("contest",)}
    assert acts(of(store, "林秀珍", "23 10:51")) == {"K1-0001": ("contested",)}
    take(store, "K1-0001", "refuse", "陈队长", "23 10:55", about="contest")
    assert not acts(of(store, "陈队长", "23 10:56")) and not acts(of(store, "林秀珍", "23 10:56"))


def test_an_objection_and_an_appeal_wait_also_when_the_case_is_closed(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "accept", "周明", "23 10:46")
    take(store, "K1-0001", "contest", "林秀珍", "23 10:50", reason="没有超出门线")
    take(store, "K1-0001", "done", "周明", "23 13:00")
    say(store, APO, "3!", "钱队员", "2026-11-23 13:10")
    take(store, "K1-0001", "appeal", "陈队长", "23 13:20", reason="店主不在")
    assert acts(of(store, "陈队长", "23 13:21")) == {"K1-0001": ("contest",)}
    assert acts(of(store, "林镇长", "23 13:21")) == {"K1-0001": ("appeal",)}
    take(store, "K1-0001", "uphold", "林镇长", "23 13:30", about="appeal")
    assert not acts(of(store, "林镇长", "23 13:31"))


def test_a_call_for_help_waits_for_the_department_that_was_called_until_it_answers(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")
    take(store, "K1-0001", "call", "陈队长", "23 16:00", to="dept:mr")
    found = of(store, "吴敏", "23 16:01")
    assert acts(found) == {"K1-0001": ("help",)} == acts(of(store, "冯所长", "23 16:01"))
    assert found.cases[0].due == at("2026-11-24 16:00"), "its own limit, not the case's"
    take(store, "K1-0001", "answer", "吴敏", "23 16:30", about="call", note="已查")
    assert not acts(of(store, "吴敏", "23 16:31"))


def test_what_was_referred_comes_back_three_days_before_its_date(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")
    take(store, "K1-0001", "refer", "陈队长", "23 16:30", document="青联2026-7", until="2026-11-27")
    assert not acts(of(store, "陈队长", "23 17:00"))
    assert acts(of(store, "陈队长", "24 09:00")) == {"K1-0001": ("follow",)} == acts(of(store, "陈队长", "30 09:00"))


def test_a_disputed_transfer_waits_for_the_town_leader_and_the_centre_sees_that_it_waits(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "return", "周明", "23 10:40", reason="不归我")
    take(store, "K1-0001", "transfer", "陈队长", "23 10:50", reason="应由市监", to="dept:mr")
    assert acts(of(store, "冯所长", "23 10:55")) == {"K1-0001": ("take_over",)} and not of(store, "顾晓", "23 10:55").watch
    take(store, "K1-0001", "refuse", "冯所长", "23 11:00", about="transfer")
    assert acts(of(store, "林镇长", "23 11:05")) == {"K1-0001": ("settle",)} and not acts(of(store, "冯所长", "23 11:05"))
    assert [(one.case.number, one.acts, one.who) for one in of(store, "顾晓", "23 11:05").watch] == [("K1-0001", ("settle",), ("林镇长",))]


def test_a_transfer_that_nobody_takes_and_a_lead_that_nobody_verifies_are_named_by_whom_they_wait_for(store: Store) -> None:
    say(store, APO, "3:三张桌", "李强")
    say(store, HANDAN, "3:三张桌", "王芳")
    take(store, "K1-0002", "transfer", "陈队长", "23 11:00", reason="应由市监", to="dept:mr")
    assert not of(store, "顾晓", "24 09:59").watch, "a working day is the limit of both"
    late = {one.case.number: (one.acts, one.who) for one in of(store, "顾晓", "24 15:00").watch}
    assert late["K1-0002"] == (("take_over",), ("冯所长",))
    assert late["K1-0001"][0] == ("verify",) and {"王芳", "周明"} <= set(late["K1-0001"][1]) and "李强" not in late["K1-0001"][1]
    assert not of(store, "周明", "24 15:00").watch


def test_hazards_come_first_among_the_answers_that_are_owed(store: Store) -> None:
    person(store, "卫平", "dept_leader", dept="cjb")
    say(store, APO, "3:三张桌", "王芳")
    say(store, HANDAN, "30:招牌松动", "王芳", "2026-11-23 10:30")
    swept(store, "23 12:31")
    swept(store, "24 17:00")  # nobody answered: both climb, the hazard at once
    swept(store, "25 17:00")
    owed = of(store, "林镇长", "25 17:01").owed
    assert [(one.case.number, one.acts[0]) for one in owed] == [("K1-0002", "answer_escalate"), ("K1-0001", "answer_escalate")]
    assert owed[0].due is not None and owed[0].due > at("2026-11-24 17:00")


# -- for somebody, and of the whole town


def test_the_case_of_somebody_who_has_left_waits_for_the_others_who_may_handle_it(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "told", "周明", "23 10:10")
    take(store, "K1-0001", "accept", "周明", "23 10:50")
    assert "K1-0001" not in numbers(of(store, "钱队员", "23 10:55"))
    with store.transaction():
        store.append(
            "person.left", look.person_by(store, "周明").id, PersonLeft("2026-11-23"), by=admin_of(store), now=at("2026-11-23 10:56")
        )
    assert acts(of(store, "钱队员", "24 08:30"))["K1-0001"] == ("handle",)
    assert "周明" not in of(store, "钱队员", "24 08:30").cases[0].case.handlers
    swept(store, "24 08:31")
    raised = [fact for fact in store.facts() if fact.kind == "rung.raised"]
    assert raised and look.person_by(store, "钱队员").id in raised[0].body.decode()


def test_a_deputy_has_what_waits_for_the_leader_and_is_told_for_whom(store: Store) -> None:
    away(store, "陈队长", "吴敏")
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "return", "周明", "23 10:40", reason="不归我")
    found = of(store, "吴敏")
    assert acts(found) == {"K1-0001": ("reassign",)} and found.cases[0].stands_in == "陈队长"
    assert of(store, "陈队长").cases[0].stands_in == "", "who is away keeps the own word"


def test_a_town_leader_who_is_not_in_charge_of_the_department_is_not_bothered(here: Street) -> None:
    with here.open() as store:
        store.set_setting("person", who(store, "顾晓").id)
        person(store, "邵镇长", "town_leader", dept="office")
        say(store, APO, "3:三张桌", "王芳")
        take(store, "K1-0001", "return", "周明", "23 10:40", reason="不归我")
        take(store, "K1-0001", "transfer", "陈队长", "23 10:50", reason="应由市监", to="dept:mr")
        take(store, "K1-0001", "refuse", "冯所长", "23 11:00", about="transfer")
        assert acts(of(store, "邵镇长", "23 11:05")) and acts(of(store, "林镇长", "23 11:05")), "roles.yaml names nobody: each sees it"
        rules = store.town.last_catalogue
        rules = rules._replace(town_leaders=[{"person": who(store, "邵镇长").id, "depts": ["cg"]}])
        store.town.catalogues[rules.digest] = store.town.last_catalogue = rules  # type: ignore[index]
        store.town.staffs.clear()
        assert acts(of(store, "邵镇长", "23 11:05")) and not acts(of(store, "林镇长", "23 11:05"))


def test_a_patrol_of_the_centre_neither_sorts_nor_confirms(store: Store) -> None:
    person(store, "何监督", "grid_inspector", dept="ucc")
    person(store, "田雨", "data_clerk", dept="ucc")
    say(store, APO, "其他=充电桩没人管", "王芳")
    assert acts(of(store, "顾晓")) == {"K1-0001": ("sort",)} == acts(of(store, "田雨")) and not acts(of(store, "何监督"))
    assert of(store, "何监督").topics is None and of(store, "周明").gaps is None


def test_a_long_suspension_waits_for_the_centre(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")
    take(store, "K1-0001", "suspend", "陈队长", "23 16:00", reason="等部件", until="2026-12-15")
    found = of(store, "顾晓", "23 16:10").confirm
    assert [(one.case.number, one.acts) for one in found] == [("K1-0001", ("confirm_suspension",))]
    assert found[0].due == at("2026-12-03 16:00"), "ten days count without the centre"
    take(store, "K1-0001", "grant", "顾晓", "23 16:20", about="suspension")
    assert not of(store, "顾晓", "23 16:21").confirm


def test_a_leader_sees_todays_list_of_missed_rounds(store: Store) -> None:
    assert not of(store, "陈队长", "20 16:00").missed
    found = of(store, "陈队长", "30 10:00").missed
    assert [(one.number, one.dept, one.told) for one in found] == [("L-1130-cg", "cg", False)] and found[0].places == 3
    swept(store, "30 17:30")
    assert of(store, "陈队长", "30 17:31").missed[0].told and not of(store, "冯所长", "30 17:31").missed


# -- registers and plates


def places_of(store: Store, name: str, when: str) -> list[tuple[str, str, str, int]]:
    return [(one.what, one.state, one.object.name, one.times) for one in of(store, name, when).places]


def test_a_reported_plate_waits_for_the_clerk_until_a_later_visit_says_fine(store: Store) -> None:
    say(store, APO, "ok", "王芳", plate_state="dirty")
    say(store, APO, "ok", "李强", "2026-11-23 11:00", plate_state="missing")
    say(store, HANDAN, "ok", "王芳")
    assert places_of(store, "顾晓", "23 12:00") == [("plate", "missing", APO, 2)] and not of(store, "周明", "23 12:00").places
    say(store, APO, "ok", "王芳", "2026-11-23 12:30")
    assert places_of(store, "顾晓", "23 12:40"), "who says nothing of the plate has not said that it is fine"
    say(store, APO, "ok", "王芳", "2026-11-23 13:00", plate_state="fine")
    assert not places_of(store, "顾晓", "23 13:01")


def test_a_new_plate_ends_what_was_said_of_the_old_one(store: Store) -> None:
    say(store, APO, "ok", "王芳", plate_state="covered")
    with store.transaction():
        printed = PlatesPrinted(2, "24", (("ZZ" + CODES[APO][2:], hit(store, APO).object),))
        store.append("plates.printed", "B2", printed, by=admin_of(store), now=at("2026-11-23 12:00"))
    assert not places_of(store, "顾晓", "23 12:01")
    say(store, APO, "ok", "王芳", "2026-11-23 13:00", plate_state="dirty")
    assert places_of(store, "顾晓", "23 13:01") == [("plate", "dirty", APO, 1)], "counted since the new one"


def test_a_visit_taken_back_says_nothing_of_the_plate(here: Street) -> None:
    here.run("scan", APO, "--ok", "--plate", "dirty", by="王芳")
    with here.open() as store:
        assert places_of(store, "顾晓", "23 12:00")
    assert here.run("undo", by="王芳", now="2026-11-23 10:10").code == 0
    with here.open() as store:
        assert not places_of(store, "顾晓", "23 12:00")


def test_the_second_time_shut_asks_the_clerk_until_somebody_was_in_or_a_status_says_why(store: Store) -> None:
    say(store, NOODLE, "关门", "王芳")
    say(store, NOODLE, "关门", "李强", "2026-11-23 10:20")
    assert not places_of(store, "顾晓", "23 12:00"), "within the hour it is one and the same time"
    say(store, NOODLE, "关门", "王芳", "2026-11-24 10:00")
    assert places_of(store, "顾晓", "24 12:00") == [("shut", "", NOODLE, 3)]
    with store.transaction():
        event = ObjectRegistered(status={"what": "ceased", "from": "2026-11-24", "to": "2026-11-26"})
        store.append("object.changed", hit(store, NOODLE).object, event, by=admin_of(store), now=at("2026-11-24 13:00"))
    assert not places_of(store, "顾晓", "24 14:00") and places_of(store, "顾晓", "27 09:00"), "the status has ended"
    say(store, NOODLE, "ok", "王芳", "2026-11-27 10:00")
    assert not places_of(store, "顾晓", "27 11:00")


def test_what_was_registered_from_the_street_waits_for_a_clerk(here: Street) -> None:
    assert here.run("shop", "add", "新开的店", "--street", "老街", "--door", "31", "--provisional", by="王芳").code == 0
    with here.open() as store:
        assert places_of(store, "顾晓", "23 12:00") == [("provisional", "", "新开的店", 0)]
    assert here.run("shop", "change", "新开的店", "--confirm", by="顾晓", now="2026-11-23 13:00").code == 0
    with here.open() as store:
        assert not places_of(store, "顾晓", "23 14:00")


# -- the centre's lines


def test_dues_in_a_year_that_is_not_announced_are_counted_for_the_centre(store: Store) -> None:
    say(store, NOODLE, "10:箱子", "王芳")
    found = of(store, "顾晓", "23 11:00")
    assert (found.provisional, found.years) == (0, ())
    say(store, HANDAN, "10:箱子", "王芳", "2026-12-31 17:00")
    found = todo(store, who(store, "顾晓"), at("2026-12-31 17:10"))
    assert (found.provisional, found.years) == (1, (2027,)) and of(store, "周明", "23 11:00").provisional == 0


def test_empty_cells_are_counted_as_the_matrix_counts_them(store: Store) -> None:
    now = at(MONDAY)
    assert of(store, "顾晓").gaps == len(gaps_seen(staff_at(store, now), look.places(store))) > 0
    first = min(hit(store, name).object for name in (APO, HANDAN))  # the same street and trade, and yet not the same people
    person(store, "秦朗", "fire_officer", dept="fire", objects=(first, hit(store, NOODLE).object))
    assert of(store, "顾晓").gaps == len(gaps_seen(staff_at(store, now), look.places(store)))


def test_what_waits_for_the_joint_meeting_is_counted_by_what_it_is(store: Store) -> None:
    say(store, APO, "其他=充电桩没人管", "王芳")
    with store.transaction():
        store.append("suggestion.made", "S1", SuggestionMade("字太小"), by=who(store, "王芳").id, now=at(MONDAY))
    assert of(store, "顾晓").topics == (1, 0, 0, 1)
    take(store, "K1-0001", "refuse", "顾晓", "23 10:50", reason="不归镇里")
    assert of(store, "顾晓", "23 11:00").topics == (1, 0, 0, 1), "refused by the centre it stays for the meeting"


# -- the screen and the JSON


def test_the_head_counts_by_colour_and_a_long_list_is_cut_on_the_screen_alone(here: Street) -> None:
    with here.open() as store:
        for number in range(25):
            say(store, APO, f"其他=第{number}种新事", "王芳")
    text = here.run("todo", by="顾晓", now="2026-11-23 11:00").out
    assert "蓝25" in text.splitlines()[0] and "5件" in text and text.count("K1-00") == 20 + 1, "one more in what is typed to sort it"
    made = json.loads(here.run("todo", "--json", by="顾晓", now="2026-11-23 11:00").out)
    assert made["counts"] == {"red": 0, "yellow": 0, "blue": 25} and len(made["cases"]) == 25
    assert made["cases"][0]["awaited"] == ["sort"] and made["cases"][0]["awaited_due"] == "2026-11-24T10:00:00+08:00"


def test_the_stages_own_limit_is_said_beside_the_items(here: Street) -> None:
    with here.open() as store:
        say(store, NOODLE, "10:箱子", "王芳")  # a working day; nobody told the owner, so from 14:00 on it is to be taken, within a quarter
    assert "今天15:30前" in here.run("todo", by="周明", now="2026-11-23 14:30").out
    late = here.run("todo", by="周明", now="2026-11-23 16:30").out
    assert "1小时" in late.splitlines()[1] and "剩" in late, "late to be taken, not late in all"
