"""What people say beside the flow: contests, appeals, calls for help, referral, merging, ratings, and the word of a deputy. Readings 50-58, 64."""

from collections.abc import Iterator

import pytest

from tests.factories import at
from tests.street import APO, FOUNDED, HANDAN, Street, hit, refuses, say, take, who
from yima.adapters.store import Store
from yima.adapters.store.place import identity
from yima.core.events import PersonRegistered
from yima.core.flow.cases import Case
from yima.errors import BadInput, NotAllowed
from yima.verbs.answer import answer
from yima.verbs.sweep import sweep


@pytest.fixture
def store(here: Street) -> Iterator[Store]:
    """K1-0001: 跨门经营 (F3, due 12:00), K1-0002: 占道堆物, both at 阿婆生煎. K1-0003: 消防通道 at 邯郸小吃. All found by 王芳 on Monday at 10:00."""
    with here.open() as store:
        say(store, APO, "3:三张桌 10:两摞纸箱", "王芳")
        say(store, HANDAN, "23:堆货", "王芳")
        yield store


def stands(store: Store, case: str) -> Case:
    found = hit(store, case)
    return store.state(found.object).cases[found.case]


def test_the_owner_contests_and_the_departments_leader_answers_once(store: Store) -> None:
    refuses(store, NotAllowed, "K1-0001", "contest", "周明", reason="不是我店的桌")
    refuses(store, BadInput, "K1-0001", "contest", "林秀珍")
    before = stands(store, "K1-0001")
    take(store, "K1-0001", "contest", "林秀珍", reason="不是我店的桌")
    assert stands(store, "K1-0001")._replace(contest="", last=before.last) == before, "the case goes on as it was"
    assert "已经说过，正等答复" in refuses(store, BadInput, "K1-0001", "contest", "林秀珍", reason="真不是我店的")
    refuses(store, NotAllowed, "K1-0001", "uphold", "冯所长", about="contest")
    take(store, "K1-0001", "uphold", "陈队长", "23 11:00", about="contest")
    assert stands(store, "K1-0001").contest == "upheld"
    refuses(store, BadInput, "K1-0001", "refuse", "陈队长", "23 11:05", about="contest")
    assert "已有答复" in refuses(store, BadInput, "K1-0001", "contest", "林秀珍", "23 11:10", reason="真不是我店的")


def test_an_appeal_is_for_what_was_late_and_the_town_leader_decides(store: Store) -> None:
    assert "时限" in refuses(store, BadInput, "K1-0001", "appeal", "陈队长", "23 11:00", reason="下大雨")
    take(store, "K1-0001", "accept", "周明", "23 12:30")
    take(store, "K1-0001", "done", "周明", "23 14:30")
    take(store, "K1-0001", "appeal", "陈队长", "23 15:00", reason="下大雨")
    refuses(store, NotAllowed, "K1-0001", "uphold", "陈队长", "23 15:05", about="appeal")
    assert "正等答复" in refuses(store, BadInput, "K1-0001", "appeal", "陈队长", "23 15:05", reason="下大雨")
    take(store, "K1-0001", "uphold", "林镇长", "23 16:00", about="appeal")
    assert stands(store, "K1-0001").appeal == "upheld"


def test_a_department_is_called_to_help_and_answers_by_itself(store: Store) -> None:
    take(store, "K1-0001", "accept", "周明", "23 10:40")
    refuses(store, BadInput, "K1-0001", "call", "周明", "23 10:41", to="cg")
    take(store, "K1-0001", "call", "周明", "23 10:45", to="cjb")
    refuses(store, BadInput, "K1-0001", "call", "周明", "23 10:46", to="cjb")
    refuses(store, NotAllowed, "K1-0001", "answer", "吴敏", "23 10:50", about="call")
    take(store, "K1-0001", "answer", "郑静", "23 11:00", about="call")
    (call,) = stands(store, "K1-0001").calls
    assert (call.dept, call.answered, call.due) == ("cjb", at("2026-11-23 11:00"), at("2026-11-24 10:45"))


def test_referral_needs_a_number_and_a_day(store: Store) -> None:
    refuses(store, BadInput, "K1-0001", "refer", "陈队长", "23 10:40", until="2026-11-24")
    refuses(store, BadInput, "K1-0001", "refer", "陈队长", "23 10:40", document="联席〔2026〕7号")
    take(store, "K1-0001", "refer", "陈队长", "23 10:40", document="联席〔2026〕7号", until="2026-11-24")
    assert stands(store, "K1-0001").referred[:2] == ("联席〔2026〕7号", "2026-11-24")


def test_a_merged_case_leads_to_the_other_and_its_matter_is_open_no_more(store: Store) -> None:
    refuses(store, BadInput, "K1-0002", "merge", "王芳", to="K1-0002")
    merged = take(store, "K1-0002", "merge", "王芳", to="K1-0001")
    assert (merged.stage, merged.outcome) == ("closed", "merged")
    assert stands(store, "K1-0002").merged_into == stands(store, "K1-0001").key
    refuses(store, BadInput, "K1-0003", "merge", "王芳", "23 10:10", to="K1-0002")
    say(store, APO, "10:又是纸箱", "王芳", "2026-11-23 11:00")
    assert stands(store, "K1-0004").stage == "self_fix" and not stands(store, "K1-0004").repeat


def test_the_owner_rates_a_service_and_unrated_it_is_closed_after_the_limit(store: Store) -> None:
    with store.transaction():
        for name in ("葛晨", "潘悦"):
            said = PersonRegistered(name, dept="biz", roles=({"role": "service_agent"},))
            store.append(
                "person.registered", identity(store.town_id, "person", 2, ("biz", name)), said, by=who(store, "顾晓").id, now=at(FOUNDED)
            )
    for name, day in (("K1-0004", "23"), ("K1-0005", "24")):
        say(store, APO, "51:门前路灯不亮", "林秀珍", f"2026-11-{day} 10:00", mode="self")
        take(store, name, "accept", "葛晨", f"{day} 10:30")
        take(store, name, "done", "葛晨", f"{day} 11:00")
        if name == "K1-0004":
            refuses(store, BadInput, name, "rate", "林秀珍", "23 14:30", value=6)
            refuses(store, NotAllowed, name, "rate", "王芳", "23 14:30", value=5)
            assert take(store, name, "rate", "林秀珍", "23 15:00", value=5).outcome == "rated"
            assert stands(store, name).rating == 5
    refuses(store, BadInput, "K1-0005", "close", "潘悦", "26 10:00")
    refuses(store, NotAllowed, "K1-0005", "close", "葛晨", "30 10:00")
    assert take(store, "K1-0005", "close", "潘悦", "30 10:00").outcome == "unrated"


def on_leave(store: Store, name: str, deputy: str) -> None:
    """Two days from Monday on."""
    leave = {"from": "2026-11-23", "to": "2026-11-24", "deputy": who(store, deputy).id}
    with store.transaction():
        said = PersonRegistered(leave=(leave,))
        store.append("person.changed", who(store, name).id, said, by=who(store, "顾晓").id, now=at("2026-11-23 10:01"))


def test_while_the_leader_is_away_the_deputy_decides_and_only_then(store: Store) -> None:
    refuses(store, NotAllowed, "K1-0001", "void", "钱队员", "23 10:02", reason="误报")
    on_leave(store, "陈队长", "钱队员")
    assert take(store, "K1-0001", "void", "钱队员", "23 10:05", reason="误报").outcome == "void"
    refuses(store, NotAllowed, "K1-0002", "void", "钱队员", "25 10:05", reason="误报")
    assert take(store, "K1-0002", "void", "陈队长", "23 10:10", reason="误报").outcome == "void", "the leader keeps the own word"


def test_the_deputy_of_a_leader_on_leave_answers_the_rung(store: Store) -> None:
    on_leave(store, "陈队长", "钱队员")
    now = at("2026-11-23 15:00")
    sweep(store, by=who(store, "顾晓"), now=now)
    with pytest.raises(NotAllowed):
        answer(store, hit(store, "K1-0001"), "instruct", text="今天收回", by=who(store, "周明"), now=now)
    answered = answer(store, hit(store, "K1-0001"), "instruct", text="今天收回", by=who(store, "钱队员"), now=now)
    assert answered.case.number == "K1-0001"
    assert all(rung.answered == now for rung in stands(store, "K1-0001").rungs if rung.rung == "supervise")
