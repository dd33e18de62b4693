"""`yima todo`: what waits for one person, worst first, and nothing that is not theirs."""

from tests.factories import at
from tests.street import APO, HANDAN, NOODLE, Street, hit, say, who
from yima.adapters.store import Store
from yima.core.results.pages import Todo
from yima.verbs.dispose import Step, dispose
from yima.verbs.sweep import sweep
from yima.verbs.todo import places, todo


def of(store: Store, name: str, when: str = "23 10:45") -> Todo:
    return todo(store, who(store, name), at(f"2026-11-{when}"))


def numbers(found: Todo) -> list[str]:
    return [case.number for case in found.cases]


def take(store: Store, case: str, step: str, by: str, when: str, **more: str) -> None:
    dispose(store, hit(store, case), Step(step, **more), who(store, by), at(f"2026-11-{when}"))


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
    assert [(case.number, case.colour) for case in found.cases] == [("K1-0002", "red"), ("K1-0003", "yellow"), ("K1-0001", "blue")]


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
    assert [case.number for case in of(store, "陈队长", "23 12:31").owed] == ["K1-0001"]
    assert not of(store, "冯所长", "23 12:31").owed


def test_a_void_waits_for_the_centre_to_confirm_it(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    take(store, "K1-0001", "void", "陈队长", "23 10:40", reason="看错店")
    assert [case.number for case in of(store, "顾晓").confirm] == ["K1-0001"] and not of(store, "陈队长").confirm
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
