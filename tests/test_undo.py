"""`yima undo`: one's own last entry for 30 minutes, anybody's by the centre with a reason; what is taken back is as if never said."""

import pytest

from tests.factories import at
from tests.street import APO, HANDAN, Street, hit, say, who
from yima.adapters.store import Store
from yima.core.results.pages import Undone
from yima.errors import BadInput, NotAllowed, YimaError
from yima.verbs.dispose import Step, dispose
from yima.verbs.undo import undo


def back(store: Store, by: str, when: str, name: str = "", reason: str = "") -> Undone:
    return undo(store, who(store, by), at(f"2026-11-{when}"), fact_name=name, reason=reason)


def refuses(store: Store, error: type[YimaError], by: str, when: str, name: str = "", reason: str = "") -> str:
    before = store.db.execute("SELECT COUNT(*) FROM event").fetchone()
    with pytest.raises(error) as caught:
        back(store, by, when, name, reason)
    assert store.db.execute("SELECT COUNT(*) FROM event").fetchone() == before, "something was written"
    return str(caught.value)


def rows(store: Store) -> list[object]:
    """What is folded of the street, without its log."""
    store.fresh()
    return [
        store.db.execute(statement).fetchall()
        for statement in (
            "SELECT object, item, open, closed, scan_day, due_day, round_base, round_yellow, case_base, case_yellow FROM matter ORDER BY 1, 2",
            "SELECT key, stage, closed FROM case_file ORDER BY 1",
            "SELECT id, base, since, yellow_at, red_at FROM object ORDER BY 1",
        )
    ]


def test_undo_takes_back_within_30_minutes(store: Store) -> None:
    before = rows(store)
    say(store, APO, "3:三张桌", "王芳")
    assert rows(store) != before
    assert back(store, "王芳", "23 10:30").kind == "visit.recorded"
    assert rows(store) == before, "as if it had never been said"


def test_after_30_minutes_only_the_centre_takes_it_back(store: Store) -> None:
    seq = say(store, APO, "3:三张桌", "王芳").fact.seq
    assert f"K1-{seq}" in refuses(store, NotAllowed, "王芳", "23 10:30:01"), "the sentence says how the centre does it"
    refuses(store, NotAllowed, "周明", "23 10:31", f"K1-{seq}", "看错店")
    refuses(store, BadInput, "顾晓", "23 10:31", f"K1-{seq}")  # not without a reason
    assert back(store, "顾晓", "23 18:00", f"K1-{seq}", "看错店").kind == "visit.recorded"
    assert not store.state(hit(store, APO).object).cases


def test_a_step_is_taken_back_like_a_visit(store: Store) -> None:
    case = say(store, APO, "3:三张桌", "王芳").opened[0]
    dispose(store, hit(store, case.number), Step("told"), who(store, "王芳"), at("2026-11-23 10:05"))
    assert back(store, "王芳", "23 10:06").kind == "step.taken"
    assert store.state(hit(store, APO).object).cases[case.key].told is None


def test_only_the_last_entry_and_only_once(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    say(store, HANDAN, "ok", "王芳", "2026-11-23 10:01")
    assert back(store, "王芳", "23 10:02").object.name == HANDAN
    refuses(store, BadInput, "王芳", "23 10:03")  # the one before is not the last


def test_once_somebody_else_has_acted_on_it_it_stays(store: Store) -> None:
    case = say(store, APO, "3:三张桌", "王芳").opened[0]
    dispose(store, hit(store, case.number), Step("told"), who(store, "周明"), at("2026-11-23 10:05"))
    refuses(store, NotAllowed, "王芳", "23 10:06")
    assert back(store, "周明", "23 10:07") and back(store, "王芳", "23 10:08"), "and goes once that is taken back too"


def test_another_report_of_the_same_matter_keeps_the_case(store: Store) -> None:
    first = say(store, APO, "3:三张桌", "王芳").opened[0]
    say(store, APO, "跨门经营=又一张", "钱队员", "2026-11-23 10:10")
    seq = store.db.execute("SELECT seq FROM event WHERE hash = ?", (first.key.split(".")[0],)).fetchone()[0]
    back(store, "顾晓", "23 10:20", f"K1-{seq}", "看错")
    cases = [case for case in store.state(hit(store, APO).object).cases.values() if case.closed is None]
    assert len(cases) == 1 and cases[0].number == 2 and cases[0].opener == who(store, "钱队员").id
    assert hit(store, "K1-0001").case == cases[0].key, "the number on paper still leads there"


def test_somebody_elses_entry_is_not_mine_to_take_back(store: Store) -> None:
    seq = say(store, APO, "3:三张桌", "王芳").fact.seq
    refuses(store, NotAllowed, "李强", "23 10:05", f"K1-{seq}", "不对")
    refuses(store, BadInput, "李强", "23 10:05")  # nothing of one's own


def test_a_withdrawal_is_never_withdrawn(store: Store) -> None:
    say(store, APO, "3:三张桌", "王芳")
    back(store, "王芳", "23 10:05")
    seq = store.db.execute("SELECT MAX(seq) FROM event").fetchone()[0]
    refuses(store, BadInput, "顾晓", "23 10:06", f"K1-{seq}", "其实对的")


def test_what_is_not_a_visit_or_a_step_is_answered_by_a_new_fact(store: Store) -> None:
    for seq in (1, 2, 30, 40):  # the founding, the rules, a person, a shop
        refuses(store, BadInput, "顾晓", "23 10:00", f"K1-{seq}", "重来")


def test_it_stays_in_the_log_marked(here: Street) -> None:
    here.run("scan", APO, "-f", "3")
    here.run("undo", now="2026-11-23 10:05")
    said = here.run("log", APO).out
    assert "已撤回" in said or "撤回" in said
    assert "没有在办" in here.run("dispose", APO).err
