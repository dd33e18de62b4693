"""The evaluator itself, against cases worked out by hand from `docs/readings.md`. R15 is its line 15.

Monday 7 September 2026 is an ordinary workday; Sunday 20 September is a make-up workday, Friday 25 September and 1-7 October are off.
Item 3 (跨门经营): F3, 2 work_hour on street hours, window 30 minutes. Item 22 (门责): F1, 4 work_hour street, 1 hour.
Item 2 (店招): F1, 2 work_day office, 1 day. Item 1 (单车): F2, 2 urgent_hour from told. Item 23 (消防通道): F4, 2 work_hour street.
Item 38 (食品): F3, inside. Item 46 (证照): F6, papers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evaluator import COLOURS, Seen, evaluate, replay
from tests.histories import (
    ADMIN,
    DEVICES,
    IDS,
    POINT,
    SHOP,
    Fact,
    Intention,
    Log,
    Setting,
    as_facts,
    at_clock,
    dense,
    edges,
    history,
    last_when,
    ms,
    small_catalogue,
    town_facts,
)

Said = tuple[Any, ...]
MONDAY = "2026-09-07"


def find(item: int, mode: str = "", **more: Any) -> Said:
    """A finding; it can be named later by its place among the findings of the story."""
    return "visit", {"mode": mode, "findings": [{"item": item, **more}]}


def fine(case: int = 0, **more: Any) -> Said:
    return "visit", {"cases": [case], **more}


def again(item: int, case: int = 0, mode: str = "") -> Said:
    return "visit", {"mode": mode, "findings": [{"item": item, "again": case}]}


def step(word: str, case: int = 0, **more: Any) -> Said:
    return "step", {"case": case, "step": word, **more}


def undo(fact: int) -> Said:
    """The fact's place among what the story says."""
    return "undo", {"fact": fact}


class Told(NamedTuple):
    facts: list[Fact]
    said: list[Fact]
    names: list[str]


def tell(*story: tuple[str, str, Said], recheck_share: int = 10**9, place: str = SHOP, start: str = "") -> Told:
    """Build the log of a story: (time, who, what). "10:00" is a time on the day of the last one; K2 does not know of K1's later facts."""
    log, digest = town_facts(small_catalogue(recheck_share=recheck_share, street_start=start))
    told, day = Told(log.facts, [], []), MONDAY
    names = {"visit": "visit.recorded", "step": "step.taken", "undo": "fact.withdrawn"}
    for time, word, (kind, more) in story:
        if len(time) > 5:
            day, time = time.split(" ")
        body = dict(more)
        subject = place
        if "cases" in body:
            body["cases"] = [told.names[n] for n in body["cases"]]
        if "case" in body:
            body["case"] = told.names[body["case"]]
        if "findings" in body:
            body["findings"] = [{**f, "again": told.names[f["again"]]} if "again" in f else f for f in body["findings"]]
        if kind == "undo":
            body = {"fact": told.said[body["fact"]]["hash"]}
        if kind == "visit":
            body["catalogue"] = digest
        fact = log.say(DEVICES["K1"], IDS[word], ms(f"{day} {time}"), names[kind], subject, body)
        told.said.append(fact)
        told.names.extend(f"{fact['hash']}.{n}" for n in range(len(fact["body"].get("findings", []))))
    return told


def seen(told: Told, now: str | int, item: int, place: str = SHOP, name: str = "") -> Seen:
    instant = now if isinstance(now, int) else ms(now)
    return evaluate(told.facts, instant).get((place, item, name), Seen())


PATROL_3 = ("10:00", "patrol1", find(3))
AT = f"{MONDAY} "
DONE_22 = (("10:00", "patrol1", find(22)), ("10:20", "patrol1", step("done")))
SIGN = ("2026-09-09 10:00", "patrol1", find(2))  # a Wednesday; due Friday 10:00, accept from Wednesday 16:00

CASES: list[tuple[str, tuple[tuple[str, str, Said], ...], int, str, dict[str, Any]]] = [
    (
        "R3: a limit's end on a working clock is the earlier instant, 21:00 and not 07:00",
        (("19:00", "patrol1", find(3)),),
        3,
        AT + "19:01",
        {"due": ms(AT + "21:00"), "case_colour": "blue"},
    ),
    ("R3: a start after hours counts from 07:00", (("21:00", "patrol1", find(3)),), 3, AT + "21:01", {"due": ms("2026-09-08 09:00")}),
    (
        "R3: yellow begins where three quarters are used",
        (PATROL_3,),
        3,
        AT + "11:30",
        {"case_colour": "yellow", "case_since": ms(AT + "11:30")},
    ),
    ("R3: the due itself is in time", (PATROL_3,), 3, AT + "12:00", {"case_colour": "yellow"}),
    (
        "R6: a proxy without consent moves nothing",
        (PATROL_3, ("10:10", "patrol2", fine(mode="proxy"))),
        3,
        AT + "10:15",
        {"stage": "self_fix"},
    ),
    (
        "R6: a proxy with consent counts as the owner's alone",
        (PATROL_3, ("10:10", "patrol2", fine(mode="proxy", consent=1))),
        3,
        AT + "10:15",
        {"stage": "check", "due": ms("2026-09-08 10:10")},
    ),
    (
        "R10: a finding by no finder is a lead",
        (("10:00", "volunteer", find(3)),),
        3,
        AT + "10:00",
        {"stage": "verify", "due": ms("2026-09-08 10:00")},
    ),
    ("R10: a third party on F3 opens a lead, though a finder", (("10:00", "third", find(3)),), 3, AT + "10:00", {"stage": "verify"}),
    ("R10: on F4 there are no leads", (("10:00", "crew", find(23)),), 23, AT + "10:00", {"stage": "self_fix", "due": ms(AT + "12:00")}),
    (
        "R12: an invited finding tells the owner: the window runs",
        (("10:00", "patrol1", find(22, "invited")),),
        22,
        AT + "10:59",
        {"stage": "self_fix"},
    ),
    ("R13: the window ends at its instant", (("10:00", "patrol1", find(22, "invited")),), 22, AT + "11:00", {"stage": "accept"}),
    ("R13: not told within a quarter of the limit", (PATROL_3,), 3, AT + "10:30", {"stage": "accept", "due": ms(AT + "12:00")}),
    (
        "R13: told before the quarter, the window runs on from then",
        (PATROL_3, ("10:29", "cg1", step("told"))),
        3,
        AT + "10:58",
        {"stage": "self_fix"},
    ),
    (
        "R14: within 30 days it is a repeat",
        (("10:00", "patrol1", find(22, fixed=1)), ("2026-10-07 10:00", "patrol1", find(22))),
        22,
        "2026-10-07 10:00",
        {"case_colour": "yellow", "case_since": ms("2026-10-07 10:00")},
    ),
    (
        "R14: a minute later it is none",
        (("10:00", "patrol1", find(22, fixed=1)), ("2026-10-07 10:01", "patrol1", find(22))),
        22,
        "2026-10-07 10:01",
        {"case_colour": "blue"},
    ),
    (
        "R36: a repeat is yellow since it opened, whatever is left",
        (("10:00", "patrol1", find(22, fixed=1)), ("11:00", "patrol1", find(22))),
        22,
        AT + "14:30",
        {"case_colour": "yellow", "case_since": ms(AT + "11:00"), "due": ms(AT + "15:00")},
    ),
    (
        "R14: a void is no close",
        (("10:00", "patrol1", find(22)), ("10:05", "leader_cjb", step("void", reason="误报")), ("11:00", "patrol1", find(22))),
        22,
        AT + "11:00",
        {"stage": "self_fix", "case_colour": "blue"},
    ),
    (
        "R15: what does not count moves not even the time",
        (("10:00", "patrol1", find(22)), ("15:00", "crew", step("done")), ("10:30", "patrol1", step("done"))),
        22,
        AT + "15:00",
        {"stage": "check", "due": ms("2026-09-08 10:30")},
    ),
    (
        "R15: what counts does: the later in order is judged at 15:00",
        (
            ("10:00", "patrol1", find(22)),
            ("15:00", "cjb1", step("control")),
            ("15:00", "patrol2", step("control")),
            ("10:30", "patrol1", step("done")),
        ),
        22,
        AT + "15:00",
        {"stage": "check", "due": ms("2026-09-08 15:00")},
    ),
    (
        "R16: the reporter does not verify",
        (("10:00", "cjb1", find(2)), ("10:10", "cjb1", fine())),
        2,
        AT + "10:10",
        {"stage": "verify"},
    ),
    (
        "R16: fine refuses a lead",
        (("10:00", "volunteer", find(3)), ("10:10", "patrol1", fine())),
        3,
        AT + "10:10",
        {"outcome": "refused", "stage": "closed"},
    ),
    (
        "R16: again confirms it, and the clock starts then",
        (("10:00", "volunteer", find(3)), ("11:00", "cg1", again(3))),
        3,
        AT + "11:00",
        {"stage": "self_fix", "due": ms(AT + "13:00")},
    ),
    (
        "R18: on F3 a look by contract staff leaves it in check",
        (PATROL_3, ("10:40", "cg1", step("done")), ("10:50", "patrol2", fine())),
        3,
        AT + "10:50",
        {"stage": "check"},
    ),
    (
        "R20: and permanent staff close on that look at the desk",
        (PATROL_3, ("10:40", "cg1", step("done")), ("10:50", "patrol2", fine()), ("11:00", "cg2", step("close"))),
        3,
        AT + "11:00",
        {"stage": "closed", "outcome": "passed", "case_colour": ""},
    ),
    (
        "R20: but not who reported done",
        (PATROL_3, ("10:40", "cg1", step("done")), ("10:50", "patrol2", fine()), ("11:00", "cg1", step("close"))),
        3,
        AT + "11:00",
        {"stage": "check"},
    ),
    (
        "R20: without a look nothing closes",
        (PATROL_3, ("10:40", "cg1", step("done")), ("11:00", "cg2", step("close"))),
        3,
        AT + "11:00",
        {"stage": "check"},
    ),
    (
        "R19: fine by another who may look is the owner's done and the pass in one",
        (("10:00", "patrol1", find(22)), ("10:10", "group1", fine())),
        22,
        AT + "10:10",
        {"stage": "closed", "outcome": "passed"},
    ),
    (
        "R19: fine by a handler is done, whoever else they are",
        (("10:00", "patrol1", find(22)), ("10:10", "patrol1", fine())),
        22,
        AT + "10:10",
        {"stage": "check"},
    ),
    (
        "R20: inside a shop a look needs its mode",
        (("10:00", "mr1", find(38)), ("10:10", "owner", fine(mode="self")), ("10:20", "mr2", fine())),
        38,
        AT + "10:20",
        {"stage": "check"},
    ),
    (
        "R20: an inspection needs the 检查码",
        (("10:00", "mr1", find(38)), ("10:10", "owner", fine(mode="self")), ("10:20", "mr2", fine(mode="inspection"))),
        38,
        AT + "10:20",
        {"stage": "check"},
    ),
    (
        "R20: with it permanent staff look and close",
        (("10:00", "mr1", find(38)), ("10:10", "owner", fine(mode="self")), ("10:20", "mr2", fine(mode="inspection", permit="J"))),
        38,
        AT + "10:20",
        {"outcome": "passed"},
    ),
    (
        "R18: on F6 the owner's fine is the rating",
        (("10:00", "mr1", find(46)), ("10:10", "mr1", step("done")), ("10:20", "owner", fine(mode="self"))),
        46,
        AT + "10:20",
        {"outcome": "rated"},
    ),
    (
        "R21: after a fail at least half the limit is left",
        (PATROL_3, ("11:50", "cg1", step("done")), ("12:30", "patrol1", again(3))),
        3,
        AT + "12:30",
        {"stage": "handle", "due": ms(AT + "13:30"), "case_colour": "blue", "case_since": ms(AT + "10:00")},
    ),
    ("R21: a desk fail needs a reason", (*DONE_22, ("10:30", "patrol2", step("fail"))), 22, AT + "10:30", {"stage": "check"}),
    (
        "R23: one return for a person and case, and back by the leader",
        (
            PATROL_3,
            ("10:40", "cg1", step("return", reason="不属本人")),
            ("10:50", "leader_cg", step("send_back")),
            ("11:00", "cg1", step("return", reason="还是不属")),
        ),
        3,
        AT + "11:00",
        {"stage": "accept"},
    ),
    (
        "R23: transferred, it waits for the leader who receives it",
        (PATROL_3, ("10:40", "leader_cg", step("transfer", reason="归市监", to="dept:mr"))),
        3,
        AT + "10:40",
        {"stage": "unclaimed", "due": ms(AT + "12:00")},
    ),
    (
        "R7, R23: and then that department's people handle it",
        (
            PATROL_3,
            ("10:40", "leader_cg", step("transfer", reason="归市监", to="dept:mr")),
            ("10:45", "leader_mr", step("accept")),
            ("10:50", "cg1", step("accept")),
            ("10:55", "mr1", step("accept")),
        ),
        3,
        AT + "10:55",
        {"stage": "handle"},
    ),
    (
        "R24: a leader's own extension counts at once",
        (PATROL_3, ("11:00", "leader_cg", step("extend", reason="等材料"))),
        3,
        AT + "11:00",
        {"due": ms(AT + "14:00")},
    ),
    ("R24: a handler's waits", (PATROL_3, ("11:00", "cg1", step("extend", reason="等材料"))), 3, AT + "11:00", {"due": ms(AT + "12:00")}),
    (
        "R24: for the grant, which may come late",
        (PATROL_3, ("11:00", "cg1", step("extend", reason="等材料")), ("12:30", "leader_cg", step("grant", about="extension"))),
        3,
        AT + "12:30",
        {"due": ms(AT + "14:00")},
    ),
    (
        "R24: asked after the due it does not count",
        (PATROL_3, ("12:01", "leader_cg", step("extend", reason="等材料"))),
        3,
        AT + "12:01",
        {"due": ms(AT + "12:00"), "case_colour": "red", "case_since": ms(AT + "12:00") + 1},
    ),
    (
        "R24, R2: a day ends on the item's own clock",
        (SIGN, ("2026-09-10 10:00", "leader_cjb", step("extend", reason="等材料", until="2026-09-11"))),
        2,
        "2026-09-10 10:00",
        {"due": ms("2026-09-11 18:00")},
    ),
    (
        "R25: a suspension is blue and has no due",
        (SIGN, ("2026-09-10 10:00", "leader_cjb", step("suspend", reason="检测", until="2026-09-30"))),
        2,
        "2026-09-20 09:59",
        {"stage": "suspended", "case_colour": "blue", "case_since": ms("2026-09-10 10:00"), "due": None},
    ),
    (
        "R25: ungranted it ends after 10 days, on a make-up Sunday",
        (SIGN, ("2026-09-10 10:00", "leader_cjb", step("suspend", reason="检测", until="2026-09-30"))),
        2,
        "2026-09-20 10:00",
        {"stage": "accept", "case_colour": "blue", "case_since": ms("2026-09-10 10:00"), "due": ms("2026-09-21 10:00")},
    ),
    (
        "R25: granted it lasts to the end of its day",
        (
            SIGN,
            ("2026-09-10 10:00", "leader_cjb", step("suspend", reason="检测", until="2026-09-30")),
            ("2026-09-19 10:00", "ucc1", step("grant", about="suspension")),
        ),
        2,
        "2026-10-01 00:00",
        {"stage": "accept", "case_since": ms("2026-09-10 10:00"), "due": ms("2026-10-08 18:00")},
    ),
    (
        "R25: never for more than 30 days",
        (SIGN, ("2026-09-10 10:00", "leader_cjb", step("suspend", reason="检测", until="2026-10-11"))),
        2,
        "2026-09-10 10:00",
        {"stage": "accept"},
    ),
    (
        "R25: on F4 not without control",
        (("10:00", "patrol1", find(23)), ("10:40", "leader_pingan", step("suspend", reason="检测", until="2026-09-09"))),
        23,
        AT + "10:40",
        {"stage": "accept"},
    ),
    (
        "R25, R27: with it, yes",
        (
            ("10:00", "patrol1", find(23)),
            ("10:05", "patrol1", step("control")),
            ("10:40", "leader_pingan", step("suspend", reason="检测", until="2026-09-09")),
        ),
        23,
        AT + "10:40",
        {"stage": "suspended"},
    ),
    (
        "R26: a void closes",
        (PATROL_3, ("10:10", "leader_cg", step("void", reason="误报"))),
        3,
        AT + "10:10",
        {"stage": "closed", "outcome": "void"},
    ),
    (
        "R26: refused, it was never said",
        (
            PATROL_3,
            ("10:10", "leader_cg", step("void", reason="误报")),
            ("10:20", "patrol2", find(3, "invited")),
            ("10:25", "ucc1", step("refuse", about="void")),
        ),
        3,
        AT + "10:25",
        {"stage": "self_fix", "case_since": ms(AT + "10:00"), "due": ms(AT + "12:00")},
    ),
    (
        "R28: fixed on the spot by a finder on the payroll closes",
        (("10:00", "patrol1", find(3, fixed=1)),),
        3,
        AT + "10:00",
        {"stage": "closed", "outcome": "spot"},
    ),
    ("R28: by a third party only where the item says yes", (("10:00", "third", find(22, fixed=1)),), 22, AT + "10:00", {"outcome": "spot"}),
    (
        "R28: the owner's stands in check",
        (("10:00", "owner", find(22, "self", fixed=1)),),
        22,
        AT + "10:00",
        {"stage": "check", "due": ms("2026-09-08 10:00")},
    ),
    ("R28: on a lead it is only shown", (("10:00", "volunteer", find(3, fixed=1)),), 3, AT + "10:00", {"stage": "verify"}),
    ("R30: taken back within 30 minutes", (PATROL_3, ("10:30", "patrol1", undo(0))), 3, AT + "10:30", {"stage": ""}),
    ("R30: not later", (PATROL_3, ("10:31", "patrol1", undo(0))), 3, AT + "10:31", {"stage": "accept"}),
    (
        "R30: not after another person's step on it",
        (PATROL_3, ("10:05", "cg1", step("told")), ("10:10", "patrol1", undo(0))),
        3,
        AT + "10:10",
        {"stage": "self_fix"},
    ),
    (
        "R30: the centre may at any time",
        (PATROL_3, ("10:05", "cg1", step("told")), ("16:00", "ucc1", undo(0))),
        3,
        AT + "16:00",
        {"stage": ""},
    ),
    (
        "R30: the name of what is withdrawn leads to the next that opens",
        (PATROL_3, ("10:05", "patrol1", undo(0)), ("10:10", "patrol2", find(3)), ("10:15", "cg1", step("told", 0))),
        3,
        AT + "10:44",
        {"stage": "self_fix"},
    ),
]


@pytest.mark.parametrize(("why", "story", "item", "now", "expected"), CASES, ids=[c[0] for c in CASES])
def test_a_case_worked_out_by_hand(
    why: str, story: tuple[tuple[str, str, Said], ...], item: int, now: str, expected: dict[str, Any]
) -> None:
    told = tell(*story)
    got = seen(told, now, item)._asdict()
    assert {key: got[key] for key in expected} == expected, why


def test_red_begins_one_millisecond_after_the_due() -> None:  # R3
    told = tell(PATROL_3)
    assert seen(told, ms(AT + "12:00") + 1, 3)[2:4] == ("red", ms(AT + "12:00") + 1)


def test_the_item_clock_of_notified_items_runs_from_told_and_accept_keeps_the_stage() -> None:  # R11, R22, R29
    opened = ("10:00", "grid1", find(1))
    quarter = {"stage": "accept", "due": ms(AT + "10:30")}  # 25 % of two hours, as the item's clock does not run
    for story in ([opened], [opened, ("10:05", "bike", step("accept"))], [opened, ("10:05", "bike", step("told"))]):
        got = seen(tell(*story, place=POINT), AT + "10:05", 1, POINT)
        assert (got.stage, got.due) == (quarter["stage"], quarter["due"])
    got = seen(tell(opened, ("10:20", "cg1", step("told")), place=POINT), AT + "10:20", 1, POINT)
    assert (got.stage, got.due) == ("handle", ms(AT + "12:20"))


def test_an_unlisted_finding_is_a_matter_of_its_own_until_triage_gives_it_an_item() -> None:  # R17
    opened = ("10:00", "owner", find(0, note="树倒了"))
    told = tell(opened)
    got = seen(told, AT + "10:00", 0, name=told.names[0])
    assert (got.stage, got.due) == ("triage", ms("2026-09-08 10:00"))
    told = tell(opened, ("11:00", "ucc1", step("temporary_lead", to="dept:cg")))
    got = seen(told, AT + "11:00", 0, name=told.names[0])
    assert (got.stage, got.due) == ("accept", ms("2026-09-10 11:00"))
    told = tell(opened, ("11:00", "ucc1", step("as_item", to="item:3")))
    assert (SHOP, 0, told.names[0]) not in evaluate(told.facts, ms(AT + "11:00"))
    assert seen(told, AT + "11:00", 3)[:1] == ("self_fix",) and seen(told, AT + "11:00", 3).due == ms(AT + "13:00")
    told = tell(PATROL_3, opened, ("11:00", "ucc1", step("as_item", 1, to="item:3")))
    assert seen(told, AT + "11:00", 0, name=told.names[1])[:2] == ("closed", "merged")


def test_one_fix_on_the_spot_in_so_many_is_looked_at_again() -> None:  # R28: modulo 1 is always 0
    got = seen(tell(("10:00", "patrol1", find(3, fixed=1)), recheck_share=1), AT + "10:00", 3)
    assert (got.stage, got.due) == ("check", ms("2026-09-08 10:00"))


def test_a_round_is_grey_then_yellow_with_the_first_miss_and_red_with_the_second() -> None:  # R4, R33, R34
    first = ms("2026-09-02 00:00") + int(SHOP, 16) % 7 * 86_400_000  # start 1 September + 1 + the id's days
    told = tell(("2026-09-01 09:00", "crew", find(99)))
    missed, again_missed = first + 86_400_000, first + 8 * 86_400_000
    assert seen(told, missed - 1, 3)[4:7] == ("grey", ms("2026-09-01 00:00"), 0)
    assert seen(told, missed, 3)[4:7] == ("yellow", missed, 1)
    assert seen(told, again_missed - 1, 3)[4:7] == ("yellow", missed, 1)
    assert seen(told, again_missed, 3)[4:7] == ("red", again_missed, 2)
    assert seen(told, again_missed, 38)[4:5] == ("grey",), "a round whose primary is the owner has no yellow and no red"


def test_a_scan_by_the_primary_role_or_permanent_staff_meets_the_round() -> None:  # R32
    def asked(word: str, *items: int, **more: Any) -> tuple[str, str, Said]:
        return "2026-09-09 10:00", word, ("visit", {"asked": list(items), **more})

    for word, green in (("patrol1", True), ("cg1", True), ("grid1", False), ("third", False), ("owner", False)):
        assert (seen(tell(asked(word, 3)), "2026-09-09 10:00", 3).round_colour == "green") is green, word
    inside = [
        ("owner", {"mode": "self"}, True),
        ("mr1", {}, False),
        ("mr1", {"mode": "inspection"}, False),
        ("mr1", {"mode": "invited"}, True),
        ("mr1", {"mode": "inspection", "permit": "J"}, True),
    ]
    for word, more, green in inside:
        assert (seen(tell(asked(word, 38, **more)), "2026-09-09 10:00", 38).round_colour == "green") is green, (word, more)
    got = seen(tell(asked("patrol1", 3)), "2026-09-17 00:00", 3)  # due Wednesday the 16th, missed from the 17th
    assert got[4:7] == ("yellow", ms("2026-09-17 00:00"), 1)


def test_a_shorter_period_makes_nothing_late_at_once() -> None:  # R35
    log, digest = town_facts(small_catalogue())
    log.say(DEVICES["K1"], IDS["patrol1"], ms("2026-09-09 10:00"), "visit.recorded", SHOP, {"catalogue": digest, "asked": [2]})  # P14D
    log.publish(ms("2026-09-14 15:00"), small_catalogue(every={2: {"shop": "P3D"}}))
    for now, misses in (("2026-09-17 23:59", 0), ("2026-09-18 00:00", 1), ("2026-09-21 00:00", 2)):
        assert seen(Told(log.facts, [], []), now, 2).misses == misses, now
    log, digest = town_facts(small_catalogue())
    log.say(
        DEVICES["K1"], IDS["patrol1"], ms("2026-09-09 10:00"), "visit.recorded", SHOP, {"catalogue": digest, "asked": [3]}
    )  # P7D: due 16th
    log.publish(ms("2026-09-14 15:00"), small_catalogue(every={3: {"shop": "P3D"}}))  # 14 + 3 = 17th is later than the due that stands
    assert seen(Told(log.facts, [], []), "2026-09-17 00:00", 3).misses == 1


def test_a_new_tenant_ends_enforcement_and_service_cases_and_forgets_repeats() -> None:  # R37
    def log_of(tenant: dict[str, str]) -> Log:
        log, digest = town_facts(small_catalogue(recheck_share=10**9))
        for item, fixed in ((3, 0), (22, 1), (2, 0)):
            body = {"catalogue": digest, "findings": [{"item": item, "fixed": fixed}]}
            log.say(DEVICES["K1"], IDS["patrol1"], ms(AT + "10:00"), "visit.recorded", SHOP, dense(body))
        log.say(DEVICES["K1"], IDS["clerk"], ms(AT + "10:05"), "object.changed", SHOP, {"tenant": tenant})
        log.say(DEVICES["K1"], IDS["patrol1"], ms(AT + "10:10"), "visit.recorded", SHOP, {"catalogue": digest, "findings": [{"item": 22}]})
        return log

    changed = Told(log_of({"name": "李记", "since": "2026-09-07"}).facts, [], [])
    assert seen(changed, AT + "10:10", 3)[:2] == ("closed", "tenant")
    assert seen(changed, AT + "10:10", 2).stage == "self_fix"
    assert seen(changed, AT + "10:10", 22).case_colour == "blue"
    same = Told(log_of({"name": "王记", "since": "2026-01-01"}).facts, [], [])
    assert seen(same, AT + "10:10", 3).stage == "self_fix"
    assert seen(same, AT + "10:10", 22).case_colour == "yellow"


def test_a_clock_correction_moves_when_but_not_the_order() -> None:
    told = tell(PATROL_3)
    log = Log()
    log.facts, log.seq = told.facts, {DEVICES["K1"]: told.facts[-1]["seq"]}
    log.say(
        DEVICES["K1"],
        ADMIN,
        ms(AT + "12:00"),
        "device.clock",
        DEVICES["K1"],
        {"seq_from": told.said[0]["seq"], "seq_to": told.said[0]["seq"], "shift_ms": 60 * 60_000},
    )
    assert seen(told, AT + "12:00", 3).due == ms(AT + "13:00")
    assert last_when(told.facts) == ms(AT + "12:00")


def test_a_leader_counts_only_on_a_device_for_leaders() -> None:
    log, digest = town_facts(small_catalogue(), leaders_apart=True)
    found = log.say(
        DEVICES["K1"], IDS["patrol1"], ms(AT + "10:00"), "visit.recorded", SHOP, {"catalogue": digest, "findings": [{"item": 3}]}
    )
    body = {"case": f"{found['hash']}.0", "step": "void", "reason": "误报"}
    for device, stage in (("K2", "self_fix"), ("K1", "self_fix"), ("K3", "closed")):
        log.sync(DEVICES[device])
        log.say(DEVICES[device], IDS["leader_cg"], ms(AT + "10:05"), "step.taken", SHOP, body)
        assert seen(Told(log.facts, [], []), AT + "10:05", 3).stage == stage, device


def test_a_leaders_roster_counts_only_from_a_device_for_leaders() -> None:  # R38, R63
    log, _digest = town_facts(small_catalogue(roster_roles=("street_patrol",)), leaders_apart=True)
    body = {"from": "2026-09-01", "to": "2026-09-30", "rows": [{"day": f"2026-09-{day}", "person": IDS["patrol1"]} for day in ("01", "29")]}
    for device, misses in (("K1", 1), ("K3", 0)):  # the first due is Monday the 7th, or the 29th
        log.sync(DEVICES[device])
        log.say(DEVICES[device], IDS["leader_cjb"], ms("2026-09-02 10:00"), "roster.published", "cjb", body)
        assert seen(Told(log.facts, [], []), "2026-09-08 00:00", 3).misses == misses, device


def test_the_order_in_which_facts_arrive_changes_nothing() -> None:
    told = tell(PATROL_3, ("10:40", "cg1", step("accept")), ("11:00", "cg1", step("done")))
    now = at_clock(last_when(told.facts), "12:00")
    assert evaluate(told.facts, now) == evaluate(told.facts[::-1], now)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(history(), st.randoms(use_true_random=False), st.integers(0, 10_000))
def test_any_history_can_be_seen_at_any_edge_in_any_order(drawn: tuple[Setting, list[Intention]], chance: Any, where: int) -> None:
    facts = as_facts(*drawn)
    times = edges(facts)
    now = times[where % len(times)]
    got = evaluate(facts, now)
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert evaluate(shuffled, now) == got
    for seen_one in got.values():
        assert COLOURS.index(seen_one.colour) == max(COLOURS.index(seen_one.case_colour), COLOURS.index(seen_one.round_colour))
        assert seen_one.due is None or seen_one.stage not in ("", "closed", "suspended")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(history())
def test_a_rung_is_due_from_the_instant_that_is_foretold(drawn: tuple[Setting, list[Intention]]) -> None:  # R66
    facts = as_facts(*drawn)
    far = last_when(facts) + 90 * 86_400_000
    for place in replay(facts).places.values():
        for case in (case for case in place.opened if case.stage != "closed"):
            ahead = place.next_rung(case)
            for now in (far,) if ahead is None else (ahead - 1, ahead, ahead + 1, far):
                assert bool(place.rungs_due(case, now)) == (ahead is not None and now >= ahead), (case.name, ahead, now)


def test_what_is_due_is_told_of_any_instant() -> None:  # R65, R66
    (place,) = [place for key, place in replay(tell(PATROL_3).facts).places.items() if key == SHOP]
    (case,) = place.opened
    told = [(time, sorted(place.rungs_due(case, ms(AT + time)))) for time in ("10:52", "10:53", "11:30", "12:00", "12:01")]
    late, first = ("accept:1", "supervise"), ("item:1", "remind")
    assert told == [
        ("10:52", []),
        ("10:53", [late]),
        ("11:30", [late, first]),
        ("12:00", [late, first]),
        ("12:01", [late, first, ("item:1", "supervise")]),
    ]
    assert case.rungs == () and place.next_rung(case) == ms(f"{MONDAY} 10:52:30") + 1
