"""`yima answer`: who owes it, what it means for the case, and that nothing is written where it would count for nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import admin_of, at, case_of, person, shop, step, town, visit
from yima.adapters.store import look
from yima.adapters.store.look import Hit
from yima.core.flow import lists
from yima.core.model import Person
from yima.core.results.leaders import Answered, ListAnswered
from yima.core.worktime import day_of
from yima.errors import BadInput, NotAllowed, YimaError
from yima.verbs.answer import answer, answer_list
from yima.verbs.sweep import sweep

TEN = at("2026-11-23 10:00")  # a Monday; over_door_business: 2 work_hour on the street's schedule, so due at 12:00


class Place:
    """An open case K1-0001 of the squad's; when it was swept the leader owes an answer."""

    def __init__(self, folder: Path) -> None:
        self.store = store = town(folder, at("2026-11-20 09:00"))
        self.finder = person(store, "王芳", "street_patrol", dept="ucc")
        self.handler = person(store, "周明", "cg_officer", dept="cg")
        self.leader = person(store, "陈队长", "dept_leader", dept="cg")
        self.other_leader = person(store, "赵主任", "dept_leader", dept="pingan")
        self.town_leader = person(store, "林镇长", "town_leader")
        self.shop = shop(store, "阿婆生煎", "荷花路", "12")
        self.found = visit(store, self.shop, self.finder, TEN, found=["over_door_business=三张桌"])

    def sweep(self, when: str) -> None:
        sweep(self.store, by=self.person("顾晓"), now=at(f"2026-11-{when}"))

    def person(self, name: str) -> Person:
        return look.person_by(self.store, name)

    def answer(self, how: str, when: str, by: str = "陈队长", *, text: str = "马上办", **more: Any) -> Answered:
        hit = Hit(self.shop, self.found.hash + ".0")
        return answer(self.store, hit, how, text=text, by=self.person(by), now=at(f"2026-11-{when}"), **more)

    def facts(self) -> list[tuple[str, str]]:
        return list(self.store.db.execute("SELECT kind, actor FROM event ORDER BY at"))

    def case(self) -> Any:
        return case_of(self.store, self.shop, self.found)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    here = Place(tmp_path)
    with here.store:
        yield here


def refuses(place: Place, error: type[YimaError], how: str, when: str, by: str = "陈队长", **more: Any) -> str:
    """The sentence of an answer that is refused, and the proof that nothing was written."""
    facts = place.facts()
    with pytest.raises(error) as caught:
        place.answer(how, when, by, **more)
    assert place.facts() == facts
    return str(caught.value)


def refuses_step(place: Place, name: str, by: str, when: str) -> None:
    """A step that moves nothing."""
    before = place.case()
    step(place.store, place.shop, place.found, name, by, at(f"2026-11-{when}"), reason="要等料")
    assert place.case() == before


def test_one_answer_answers_every_rung_that_this_person_owes(place: Place) -> None:
    place.sweep("23 14:01")  # accept:1 and item:1 are both over
    answered = place.answer("instruct", "23 14:30")
    assert answered.rungs == ("supervise", "supervise") and len(answered.facts) == 2 and answered.step == ""
    assert {(one.rung, one.answer, one.answered is not None) for one in place.case().rungs if one.rung == "supervise"} == {
        ("supervise", "instruct", True)
    }
    refuses(place, BadInput, "instruct", "23 14:31")


@pytest.mark.parametrize("by", ["周明", "赵主任", "林镇长", "顾晓"])
def test_who_does_not_owe_it_is_told_who_does(place: Place, by: str) -> None:
    place.sweep("23 14:01")
    assert "陈队长" in refuses(place, NotAllowed, "instruct", "23 14:30", by)


def test_the_town_leader_answers_what_was_escalated(place: Place) -> None:
    place.sweep("23 14:01")
    place.sweep("24 11:00")
    assert "林镇长" in refuses(place, NotAllowed, "instruct", "24 11:01", "赵主任")
    assert set(place.answer("instruct", "24 11:02", "林镇长").rungs) == {"escalate"}


def test_before_the_sweep_nothing_is_owed(place: Place) -> None:
    refuses(place, BadInput, "instruct", "23 14:30")


def test_reassign_names_the_holder(place: Place) -> None:
    place.sweep("23 14:01")
    refuses(place, BadInput, "reassign", "23 14:29")
    refuses(place, BadInput, "reassign", "23 14:29", to="没有这个人")
    answered = place.answer("reassign", "23 14:30", to="周明")
    assert answered.step == "reassign" and answered.case.holder == "周明"
    assert place.facts()[-1] == ("step.taken", place.leader)


def test_taking_over_is_reassigning_to_oneself(place: Place) -> None:
    place.sweep("23 14:01")
    assert place.answer("takeover", "23 14:30").case.holder == "陈队长"


def test_from_returned_the_answer_counts_though_its_clock_ends_with_the_step(place: Place) -> None:
    step(place.store, place.shop, place.found, "return", place.handler, TEN + 60_000 * 40, reason="不属本人")
    place.sweep("23 16:00")
    answered = place.answer("reassign", "23 16:01", to="周明")
    assert "supervise" in answered.rungs and answered.case.stage == "accept"
    assert all(one.answered for one in place.case().rungs if one.rung == "supervise" and one.clock == "returned:1")


def test_an_extension_in_time_moves_the_due(place: Place) -> None:
    place.sweep("23 11:59")  # accept:1 is over, the item's limit is not
    answered = place.answer("extend", "23 12:00")
    assert answered.case.due == at("2026-11-23 14:00") and answered.step == "extend"


def test_a_leaders_own_extension_counts_after_the_due_as_an_answer_to_it(place: Place) -> None:
    place.sweep("23 12:20")  # due at 12:00
    refuses_step(place, "extend", place.leader, "23 12:25")  # beside an answer what is over is not extended
    answered = place.answer("extend", "23 12:30")
    assert (answered.case.due, answered.case.colour) == (at("2026-11-23 14:00"), "blue")
    assert [one.clock for one in place.case().rungs if one.answer == "extend"] == ["item:1", "accept:1"]


def test_the_second_time_only_the_town_leader_extends(place: Place) -> None:
    place.sweep("23 12:20")
    place.answer("extend", "23 12:30", until=at("2026-11-23 13:00"))
    place.sweep("23 13:10")
    assert "镇领导" in refuses(place, BadInput, "extend", "23 13:20", until=at("2026-11-23 14:00"))


def test_an_extension_does_not_end_before_it_was_given(place: Place) -> None:
    place.sweep("23 14:01")  # one more limit would end at 14:00
    for more in ({}, {"until": at("2026-11-23 17:00")}):
        said = refuses(place, BadInput, "extend", "23 14:30", **more)
        assert "K1-0001 不能再延期" in said and "--until" not in said and "takeover" in said


def test_the_leaders_yes_to_a_request_is_a_grant(place: Place) -> None:
    step(
        place.store, place.shop, place.found, "extend", place.handler, at("2026-11-23 11:20"), reason="要等料", until=at("2026-11-23 13:30")
    )
    place.sweep("23 11:59")
    answered = place.answer("extend", "23 12:00")
    assert answered.step == "grant" and answered.case.due == at("2026-11-23 13:30")


def test_a_new_due_before_the_old_one_is_refused(place: Place) -> None:
    place.sweep("23 11:59")
    assert "--until" in refuses(place, BadInput, "extend", "23 12:00", until=at("2026-11-23 11:00"))


def test_a_request_that_waits_is_granted_or_refused_before_a_leader_extends(place: Place) -> None:
    step(place.store, place.shop, place.found, "extend", place.handler, at("2026-11-23 11:20"), reason="要等料")
    place.sweep("23 11:59")
    said = refuses(place, BadInput, "extend", "23 12:00", until=at("2026-11-23 13:00"))
    assert "还在等答复" in said and "refuse" in said


def transferred(place: Place) -> None:
    """To the safety office, while the item's limit runs on: its leader owes the answer to what the sweep raised."""
    step(place.store, place.shop, place.found, "transfer", place.leader, at("2026-11-23 11:20"), reason="不属本队", to="dept:pingan")
    place.sweep("23 12:20")


@pytest.mark.parametrize(("how", "more"), [("reassign", {"to": "周明"}), ("takeover", {}), ("extend", {})])
def test_what_was_handed_over_waits_for_the_other_department(place: Place, how: str, more: dict[str, str]) -> None:
    transferred(place)
    error = BadInput if how == "extend" else NotAllowed
    said = refuses(place, error, how, "23 12:30", **more)
    assert "已转给" in said and "接收" in said and "由部门领导" not in said
    place.answer("instruct", "23 12:31")


def test_what_is_in_dispute_waits_for_the_ruling_of_the_town_leader_who_is_named(place: Place) -> None:
    transferred(place)
    step(place.store, place.shop, place.found, "refuse", place.other_leader, at("2026-11-23 12:25"), about="transfer", reason="不归我们")
    said = refuses(place, NotAllowed, "reassign", "23 12:30", to="周明")
    assert "争议" in said and "等林镇长裁定" in said and "dispose K1-0001 reassign" in said
    step(place.store, place.shop, place.found, "reassign", place.town_leader, at("2026-11-23 12:35"), to="dept:cg")
    assert place.case().stage == "accept", "which is what the sentence says to type"


def test_nobody_is_assigned_to_what_stands_in_check(place: Place) -> None:
    place.sweep("23 14:01")
    step(place.store, place.shop, place.found, "done", place.handler, at("2026-11-23 14:10"))
    place.sweep("26 14:01")  # the check is late: its leader answers
    refuses(place, BadInput, "takeover", "26 14:30")
    place.answer("instruct", "26 14:31")


def test_what_is_referred_has_a_number_and_a_day(place: Place) -> None:
    place.sweep("23 14:01")
    refuses(place, BadInput, "refer", "23 14:30", until="2026-12-01")
    refuses(place, BadInput, "refer", "23 14:30", document="青联〔2026〕3号")
    refuses(place, BadInput, "refer", "23 14:30", document="青联〔2026〕3号", until=at("2026-12-01 09:00"))
    answered = place.answer("refer", "23 14:31", document="青联〔2026〕3号", until="2026-12-01")
    assert answered.step == "refer" and place.case().referred == ("青联〔2026〕3号", "2026-12-01", at("2026-11-23 14:31"))


def test_an_answer_needs_words(place: Place) -> None:
    place.sweep("23 14:01")
    refuses(place, BadInput, "instruct", "23 14:30", text=" ")


def test_the_centre_enters_an_answer_on_paper(place: Place) -> None:
    place.sweep("23 14:01")
    said = refuses(place, NotAllowed, "reassign", "23 14:29", "周明", to="周明", leader=place.person("陈队长"))
    assert "周明不能替陈队长代录" in said and "城运中心" in said
    answered = place.answer("reassign", "23 14:30", "顾晓", to="周明", leader=place.person("陈队长"))
    assert answered.who == "陈队长" and answered.entered_by == "顾晓" and answered.case.holder == "周明"
    assert place.facts()[-1] == ("step.taken", admin_of(place.store))


def missed(place: Place, how: str = "instruct", by: str = "赵主任", text: str = "明天补扫", **more: Any) -> ListAnswered:
    return answer_list(place.store, "2026-11-23", "pingan", how, text=text, by=place.person(by), now=at("2026-11-23 15:00"), **more)


def test_a_list_of_missed_rounds_takes_one_answer_in_words(place: Place) -> None:
    patrol = person(place.store, "李强", "street_patrol", dept="pingan", grids=["老街网格"])
    person(place.store, "李青", "street_patrol", dept="pingan")
    shop(place.store, "大众理发", "老街", "9", id="0" * 20, grid="老街网格", trade="service")
    with pytest.raises(BadInput, match="L-1123-pingan"):
        missed(place)
    place.sweep("23 14:01")
    facts = place.facts()
    for error, more in (
        (BadInput, {"how": "extend"}),
        (BadInput, {"text": " "}),
        (NotAllowed, {"by": "陈队长"}),
        (NotAllowed, {"by": "陈队长", "leader": place.person("赵主任")}),
        (NotAllowed, {"by": "李强", "leader": place.person("李强")}),
    ):
        with pytest.raises(error):
            missed(place, **more)
    assert place.facts() == facts and patrol
    answered = missed(place, by="顾晓", leader=place.person("赵主任"))
    assert (answered.number, answered.who, answered.entered_by) == ("L-1123-pingan", "赵主任", "顾晓")
    with pytest.raises(BadInput, match="明天补扫"):
        missed(place)


def test_a_lists_number_means_its_latest_day_up_to_today() -> None:
    today = day_of("2027-01-04")
    assert lists.named("L-0104-cg", today) == ("2027-01-04", "cg")
    assert lists.named(" l-1231-CG ", today) == ("2026-12-31", "cg")
    assert lists.named("L-0229-as_requested", today) == ("2024-02-29", "as_requested")
    assert [lists.named(word, today) for word in ("K1-0001", "L-0230-cg", "L-1231", "L-12311-cg", "L-")] == [None] * 5
    assert lists.named("Ｌ－１２３１－ｃｇ", today) == ("2026-12-31", "cg"), "a Chinese input method left on"
    assert lists.number_of("2026-12-31", "cg") == "L-1231-cg"


def test_the_command(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from yima.cli import main

    place.sweep("23 11:59")
    monkeypatch.setenv("YIMA_NOW", "2026-11-23T12:00")
    words = ["answer", "K1-0001", "extend", "--until", "2026-11-23T13:30", "--text", "延半小时", "--town", str(tmp_path)]
    assert main([*words, "--by", "周明"]) == 4
    assert "陈队长" in capsys.readouterr().err
    assert main([*words, "--by", "陈队长", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert set(result["fact"]) == {"device", "seq"}
    assert {"number", "object", "item", "stage", "holder", "due", "provisional", "colour"} <= set(result["case"])
    assert result["case"]["due"] == "2026-11-23T13:30:00+08:00"
    assert main(["answer", "K1-0001", "shrug", "--text", "x", "--town", str(tmp_path)]) == 2
