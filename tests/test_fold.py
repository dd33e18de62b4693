"""The fold against the independent evaluator: stage, colour, since, due, misses, the words beside the flow (readings 50-57) and the rungs
of the ladder with the instant of the next one (65-68) of every matter, at and around every stored instant.

Monday 7 September 2026 is an ordinary workday; Sunday the 20th is a make-up workday, Friday the 25th is off.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import evaluator, histories
from tests.histories import DEVICES, IDS, POINT, SHOP, campaign, day_text, ms, small_catalogue
from tests.test_evaluator import CASES, tell
from yima.core import events, flow
from yima.core.colour import colour_at, since, worse
from yima.core.events import Fact
from yima.core.flow import Matter, State, cases
from yima.core.flow.rounds import missed_days, pauses
from yima.core.flow.rungs import next_rung_at
from yima.core.town import Town, fold_town

Seen = evaluator.Seen
Words = evaluator.Words
Ladder = evaluator.Ladder
Rung = evaluator.Rung


def as_fact(raw: dict[str, Any]) -> Fact:
    return Fact(
        raw["device"],
        raw["seq"],
        raw["wall"],
        raw["at"],
        raw["actor"],
        raw["kind"],
        raw["subject"],
        events.canonical(raw["body"]),
        raw["prev"],
        raw["hash"],
    )


def split(facts: list[Fact]) -> tuple[Town, dict[str, list[Fact]]]:
    town = fold_town([fact for fact in facts if fact.kind in events.TOWN_KINDS])
    objects: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind in events.OBJECT_KINDS:
            objects.setdefault(fact.subject, []).append(fact)
    return town, objects


def words_of(case: Any) -> Words:
    """What was said of a case beside the flow, in the evaluator's words."""
    calls = tuple(sorted((call.dept, call.due) for call in case.calls if not call.answered))
    return Words(case.contest, case.appeal, calls, case.rating or 0, bool(case.merged_into), bool(case.referred))


def ladder_of(town: Town, name: str, case: Any) -> Ladder:
    """The case's rungs and when the next one becomes due, in the evaluator's words. Of a withdrawn rung no due is told."""

    def told(rung: Any) -> Rung:
        if rung.withdrawn:
            return Rung(rung.clock, rung.rung, rung.at, None, None, rung.answered, rung.answer, True)
        return Rung(rung.clock, rung.rung, rung.at, rung.due, rung.answer_due, rung.answered, rung.answer, False)

    rungs = sorted({told(rung) for rung in case.rungs}, key=str)
    return Ladder(name, tuple(rungs), next_rung_at(town, town.catalogues[case.catalogue], case))


def seen_by_fold(town: Town, object_id: str, state: State, now: int) -> dict[tuple[int, str], Seen]:
    """What the fold says of every matter at `now`, in the evaluator's words."""
    its_rounds = flow.rounds(state, town)
    found = {}
    keys = {*state.matters, *((no, "") for no in its_rounds), *((case.item, case.finding) for case in state.cases.values())}
    for key in keys:
        matter = state.matters.get(key, Matter())
        own = [case for case in state.cases.values() if (case.item, case.finding) == key]
        case = state.cases.get(matter.open) or (own[-1] if own else None)
        if key[0] == 0 and not own:
            continue  # sorted to an item: the case has left this matter
        stage = outcome = case_colour = ""
        case_since = due = None
        if case is not None:
            catalogue = town.catalogues[case.catalogue]
            ahead = cases.advance(town, catalogue, case, now)
            stage, outcome = ahead.stage, ahead.outcome
            turns = cases.turns_of(town, catalogue, case)
            if turns is not None:
                case_colour = colour_at(turns.base, turns.yellow_at, turns.red_at, now)
                case_since = since(turns.since, turns.yellow_at, turns.red_at, turns.base, now)
                if ahead.stage != "suspended":
                    due = cases.running_due(town, catalogue, ahead)
        round_colour, round_since, missed = "", None, 0
        one = its_rounds.get(key[0]) if not key[1] else None
        if one is not None:
            round_colour = colour_at(one.base, one.yellow_at, one.red_at, now)
            round_since = since(matter.scanned[1] if one.since is None else one.since, one.yellow_at, one.red_at, one.base, now)
            missed = len(missed_days(town, town.last_catalogue.items[key[0]], state.obj, one, now, pauses(state.versions)))
        colour = worse(case_colour or "grey", round_colour or "grey") if case_colour or round_colour else ""
        words = sorted((name, words_of(one)) for name, one in state.cases.items() if (one.item, one.finding) == key)
        said = tuple((name, word) for name, word in words if word != Words())
        ladders = sorted(ladder_of(town, name, one) for name, one in state.cases.items() if (one.item, one.finding) == key)
        climbs = tuple(one for one in ladders if one[1:] != ((), None))
        found[key] = Seen(stage, outcome, case_colour, case_since, round_colour, round_since, missed, colour, due, said, climbs)
    return found


def differences(raw: list[dict[str, Any]], *moments: int) -> list[str]:
    """Where fold and evaluator disagree at the first of these instants at which they do."""
    town, objects = split([as_fact(one) for one in raw])
    states = {object_id: flow.refold(its, town) for object_id, its in objects.items()}
    replayed = evaluator.replay(raw)
    for now in moments:
        theirs = evaluator.look(replayed, now)
        found = []
        for object_id, state in states.items():
            ours = seen_by_fold(town, object_id, state, now)
            expected = {key[1:]: seen for key, seen in theirs.items() if key[0] == object_id}
            for key in sorted({*ours, *expected}):
                if ours.get(key, Seen()) != expected.get(key, Seen()):
                    found.append(f"{object_id} {key} at {now}\n  fold      {ours.get(key)}\n  evaluator {expected.get(key)}")
        if found:
            return found
    return []


def instants(raw: list[dict[str, Any]]) -> list[int]:
    """Every instant that the fold stores with a millisecond around it, those of cases also with a minute, and both sides of some midnights."""
    facts = [as_fact(one) for one in raw]
    town, objects = split(facts)
    last = histories.last_when(raw)
    stored, midnights = {last}, set[int]()  # of cases; of rounds, which turn at no other time of day
    for its in objects.values():
        state = flow.refold(its, town)
        for case in state.cases.values():
            turns = cases.turns_of(town, town.catalogues[case.catalogue], case)
            stored |= {one for one in (*(turns or ())[1:], case.stage_due, case.after[0] if case.after else None) if isinstance(one, int)}
        for one in flow.rounds(state, town).values():
            midnights |= {turn for turn in (one.yellow_at, one.red_at) if turn is not None}
    around = {instant + by for instant in stored for by in (-60_000, -1, 0, 1, 60_000)}
    around |= {instant + by for instant in midnights for by in (-1, 0, 1)}
    around |= {ms(f"{day_text(last, n)} 00:00") + by for n in (1, 4, 9, 16, 35) for by in (-1, 0)}
    return sorted(instant for instant in around if instant >= last)


@given(histories.history(22))
@settings(max_examples=50)
def test_fold_and_evaluator_agree_on_every_matter_at_every_edge(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    assert not (found := differences(raw, *moments[:: max(len(moments) // 12, 1)])), "\n".join(found)


Line = tuple[str, str, str, dict[str, Any]]  # when, who, word, body; the word: one of KINDS, else that of a step
KINDS = {
    "visit": "visit.recorded",
    "undo": "fact.withdrawn",
    "clock": "device.clock",
    "changed": "object.changed",
    "roster": "roster.published",
    "left": "person.left",
    "person": "person.changed",
    "enrolled": "device.enrolled",
    "raised": "rung.raised",
    "answered": "rung.answered",
}


def story(
    *lines: Line, rules: dict[str, Any] | None = None, later: tuple[str, dict[str, Any]] | None = None, place: str = SHOP
) -> list[dict[str, Any]]:
    """A log made by hand on K1, or on the device that a body names with `device`. later: (when, rules) published after the lines.

    when: "07 10:00" in September 2026, or a whole date. In a body `here` is the object (else `place`), `about_whom` a person, `dept` a
    roster's department; cases, case and a number in `to` are findings by their place in the story.
    """
    log, digest = histories.town_facts(rules or small_catalogue(recheck_share=10**9))
    names: list[str] = []
    said: list[dict[str, Any]] = []
    for when, who, word, more in lines:
        body = dict(more)
        subject, device = body.pop("here", place), DEVICES[body.pop("device", "K1")]
        for key in ("cases", "case"):
            if key in body:
                body[key] = [names[number] for number in body[key]] if key == "cases" else names[body[key]]
        if isinstance(body.get("to"), int):
            body["to"] = f"case:{names[body['to']]}"
        if word == "undo":
            body["fact"] = said[body["fact"]]["hash"]
        elif word == "clock":
            subject = DEVICES["K1"]
        elif word == "enrolled":
            subject = DEVICES[body["letters"]]
        elif word == "roster":
            subject = body.pop("dept")
        elif word in ("left", "person"):
            subject = IDS[body.pop("about_whom")]
        elif word == "visit":
            body["catalogue"] = digest
        elif word not in KINDS:
            body["step"] = word
        log.sync(device)
        fact = log.say(device, IDS[who], at(when), KINDS.get(word, "step.taken"), subject, body)
        said.append(fact)
        names += [f"{fact['hash']}.{number}" for number in range(len(body.get("findings", ())))]
    if later:
        log.publish(at(later[0]), later[1])
    return log.facts


def at(when: str) -> int:
    return ms(when if len(when) > 8 else f"2026-09-{when}")


def with_primary(no: int, role: str) -> dict[str, Any]:
    body = small_catalogue()
    next(item for item in body["items"] if item["no"] == no)["primary"] = {"shop": role}
    return body


def found(no: int, **more: Any) -> dict[str, Any]:
    return {"findings": [{"item": no, **more}]}


THREE = [(f"07 1{2 * n + 1}:00", leader, "transfer", {"case": 0, "to": f"dept:{to}", "reason": "职责"}) for n, (leader, to) in enumerate(
    [("leader_pingan", "cg"), ("leader_cg", "cjb"), ("leader_cjb", "mr")])]  # fmt: skip
TWO_ACCEPTED = [("07 12:00", "leader_cg", "accept", {"case": 0}), ("07 14:00", "leader_cjb", "accept", {"case": 0})]
STORIES: list[tuple[str, list[dict[str, Any]]]] = [
    *((why, tell(*said).facts) for why, said, _item, _now, _seen in CASES),
    (
        "R13: the window ends with the limit where that is shorter",
        story(
            ("07 10:00", "patrol1", "visit", found(22)),
            ("07 10:05", "patrol1", "told", {"case": 0}),
            rules=small_catalogue(limits={22: {"value": 1}}),
        ),
    ),
    (
        "R20: permanent, but without may_close_enforcement",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 10:05", "cg1", "visit", {"cases": [0]}),
            ("07 12:40", "cg1", "done", {"case": 0}),
            ("07 12:50", "patrol1", "visit", {"cases": [0]}),
            ("07 12:55", "leader_cg", "close", {"case": 0}),
        ),
    ),
    (
        "R20: the look passed, then the desk closes without the right",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 11:00", "cg1", "accept", {"case": 0}),
            ("07 11:10", "cg1", "done", {"case": 0}),
            ("07 11:20", "patrol1", "visit", {"cases": [0]}),
            ("07 11:30", "leader_cg", "close", {"case": 0}),
        ),
    ),
    ("R23: a third transfer", story(("07 10:00", "pingan1", "visit", found(23)), *sorted(THREE + TWO_ACCEPTED))),
    (
        "R24: never beyond what the law allows",
        story(
            ("07 10:00", "grid1", "visit", found(1)),
            ("07 10:10", "cg1", "told", {"case": 0}),
            ("07 10:20", "leader_cg", "extend", {"case": 0, "reason": "车多"}),
            place=POINT,
        ),
    ),
    ("R28: a self-government group's fix on the spot is looked at", story(("07 10:00", "group1", "visit", found(22, fixed=1)))),
    ("R30: somebody else's is not taken back", story(("07 10:00", "patrol1", "visit", found(3)), ("07 10:10", "cg1", "undo", {"fact": 0}))),
    (
        "of two clock corrections the last counts",
        story(
            ("07 10:00", "patrol1", "visit", found(3)),
            ("07 10:10", "admin", "clock", {"seq_from": 30, "seq_to": 99, "shift_ms": 1_800_000}),
            ("07 10:20", "admin", "clock", {"seq_from": 30, "seq_to": 99, "shift_ms": -3_600_000}),
        ),
    ),
    ("R33: a round starts with its claim", story(rules=small_catalogue(unclaimed=(22,)), later=("07 10:00", small_catalogue()))),
    (
        "R33: a due moves to the next duty day",
        story(("18 10:00", "mr1", "visit", {"asked": [38], "mode": "invited"}), rules=with_primary(38, "mr_officer")),
    ),
    ("R33: a first due moves to the next duty day", story(("28 10:00", "patrol1", "visit", {}), rules=with_primary(3, "cg_officer"))),
    ("R33: a due of seven days in the holidays", story(("24 10:00", "cg1", "visit", {"asked": [3]}), rules=with_primary(3, "cg_officer"))),
]


def rung(when: str, what: str, case: int = 0, who: str = "ucc1", **more: Any) -> Line:
    """what: "item:1 supervise"."""
    clock, word = what.split()
    return when, who, "raised", {"case": case, "clock": clock, "rung": word, **more}


def reply(when: str, who: str, what: str, answer: str = "instruct", case: int = 0, **more: Any) -> Line:
    clock, word = what.split()
    return when, who, "answered", {"case": case, "clock": clock, "rung": word, "answer": answer, **more}


Check = tuple[str, int, dict[str, Any]]  # now, item, what is seen then: fields of Seen, of Words, and of `climbed`
Pinned = tuple[str, list[dict[str, Any]], list[Check]]
THREE_OPEN: Line = ("07 10:00", "patrol1", "visit", found(3))  # self_fix until 10:30, due 12:00 (street hours)
FRONT_OPEN: Line = ("07 10:00", "patrol1", "visit", found(22))  # due 14:00; check: one work day
SIGN_OPEN: Line = ("09 10:00", "patrol1", "visit", found(2))  # due Friday 10:00
LICENCE_DONE: tuple[Line, ...] = (
    ("07 10:00", "mr1", "visit", found(46)),
    ("07 10:10", "mr1", "done", {"case": 0}),
)  # to be rated until Thursday 10:10
TAKEN: tuple[Line, ...] = (THREE_OPEN, ("07 10:40", "cg1", "accept", {"case": 0}))
WHY: dict[str, Any] = {"case": 0, "reason": "情况说明"}
DONE_LATE: tuple[Line, ...] = (FRONT_OPEN, ("07 14:01", "patrol1", "done", {"case": 0}))
MEETING: dict[str, Any] = {"case": 0, "document": "会〔2026〕3号", "until": "2026-09-10"}
REMINDED: tuple[Line, ...] = (*TAKEN, rung("07 11:30", "item:1 remind"))
LATE: tuple[Line, ...] = (*REMINDED, rung("07 12:01", "item:1 supervise"))  # its answer is due at 18:00
EXTENDING: tuple[Line, ...] = (*LATE, reply("07 12:10", "leader_cg", "item:1 supervise", "extend"))
ACCEPT_LATE = at("2026-09-07 10:52:30") + 1  # a quarter of the 90 minutes that are left at 10:30
HAZARD_LATE: tuple[Line, ...] = (
    ("07 10:00", "patrol1", "visit", found(23)),
    ("07 10:40", "pingan1", "accept", {"case": 0}),
    rung("07 11:30", "item:1 remind"),
    rung("07 12:01", "item:1 supervise"),
)
HAZARD_LATE_TOO: tuple[Line, ...] = tuple(
    (when, who, word, {**more, "case": 1} if "case" in more else more) for when, who, word, more in HAZARD_LATE
)
FIRST_3 = 2 + int(SHOP, 16) % 7  # the first due day of item 3 in September 2026, every 7 days


def asked(when: str, who: str, *items: int, **more: Any) -> Line:
    return when, who, "visit", {"asked": list(items), **more}


def status(when: str, what: str, first: str = "", last: str = "") -> Line:
    days = {"from": first and f"2026-09-{first}", "to": last and f"2026-09-{last}"}
    return when, "clerk", "changed", {"status": {"what": what, **days}}


def roster(when: str, who: str, first: int, last: int, *rows: tuple[int, str], dept: str = "cjb") -> Line:
    days = [{"day": f"2026-09-{day:02}", "person": IDS[word]} for day, word in rows]
    return when, who, "roster", {"dept": dept, "from": f"2026-09-{first:02}", "to": f"2026-09-{last:02}", "rows": days}


def missed(item: int, *days: int) -> list[Check]:
    """The round's misses, one more from each of these days of September 2026 on, and none before."""
    last = [(f"{day - 1:02} 23:59", item, {"misses": n}) for n, day in enumerate(days)]
    return [*last, *((f"{day:02} 00:00", item, {"misses": n + 1}) for n, day in enumerate(days))]


ROSTERS = small_catalogue(roster_roles=("street_patrol",))
SELF_CHECKS = small_catalogue(every={46: {"shop": "P7D"}})
DUTY = ((10, "patrol1"), (12, "patrol2"), (19, "patrol1"))
SCAN_3 = asked("09 10:00", "patrol1", 3)
SCAN_46 = asked("09 10:00", "owner", 46, mode="self")


def flood(first: int, last: int, every: str, *items: int) -> dict[str, Any]:
    return campaign(f"2026-09-{first:02}", f"2026-09-{last:02}", items or (3,), every)


def campaigns(*some: dict[str, Any], **more: Any) -> dict[str, Any]:
    return small_catalogue(campaigns=list(some), **more)


def away(who: str, *leaves: tuple[str, str, str]) -> Line:
    """leaves: first and last day of September 2026 ("" = open), deputy."""
    said = [{"from": f"2026-09-{first}", "to": last and f"2026-09-{last}", "deputy": IDS.get(deputy, "")} for first, last, deputy in leaves]
    return "07 08:30", "admin", "person", {"about_whom": who, "leave": said}


def climbed(seen: Seen) -> dict[str, Any]:
    """What the checks read of a matter's one case that climbs."""
    ladder = seen.ladders[-1] if seen.ladders else Ladder("")
    valid = {f"{one.clock} {one.rung}": one for one in ladder.rungs if not one.withdrawn}
    return {
        "stands": sorted(valid),
        "raised_at": {what: one.at for what, one in valid.items()},
        "owed": {what: one.answer_due for what, one in valid.items() if one.answer_due is not None and one.answered is None},
        "answers": {what: one.answer for what, one in valid.items() if one.answered is not None},
        "withdrawn": sorted(f"{one.clock} {one.rung}" for one in ladder.rungs if one.withdrawn),
        "next": ladder.next,
    }


PINNED: list[Pinned] = [
    (
        "R50: a contest that counts moves the case: what comes after it in order is judged at 15:00",
        story(FRONT_OPEN, ("07 15:00", "owner", "contest", WHY), ("07 10:30", "patrol1", "done", {"case": 0})),
        [("07 15:00", 22, {"stage": "check", "due": at("08 15:00"), "contest": "asked"})],
    ),
    (
        "R50: one that does not count moves not even the time",
        story(FRONT_OPEN, ("07 15:00", "patrol2", "contest", WHY), ("07 10:30", "patrol1", "done", {"case": 0})),
        [("07 15:00", 22, {"stage": "check", "due": at("08 10:30"), "contest": ""})],
    ),
    (
        "R50: none of the words changes stage, clock or colour",
        story(*TAKEN, ("07 10:50", "owner", "contest", WHY), ("07 10:55", "leader_cg", "refer", MEETING)),
        [("07 11:29", 3, {"stage": "handle", "case_colour": "blue", "due": at("07 12:00"), "contest": "asked", "referred": True})],
    ),
    ("R51: a contest needs a reason", story(THREE_OPEN, ("07 10:05", "owner", "contest", {"case": 0})), [("07 10:05", 3, {"contest": ""})]),
    (
        "R51: by the owner alone, also entered by the centre",
        story(
            *[THREE_OPEN, ("07 10:05", "stranger", "contest", WHY), ("07 10:06", "ucc1", "contest", WHY)],
            ("07 10:07", "cg1", "contest", {**WHY, "entered_for": "owner"}),
            ("07 10:31", "ucc1", "contest", {**WHY, "entered_for": "owner"}),
        ),
        [("07 10:31", 3, {"stage": "accept", "contest": "asked"})],
    ),
    (
        "R51: not of a lead",
        story(("07 10:00", "volunteer", "visit", found(3)), ("07 10:05", "owner", "contest", WHY)),
        [("07 10:05", 3, {"stage": "verify", "contest": ""})],
    ),
    (
        "R51: not in triage",
        story(
            *[("07 10:00", "patrol1", "visit", found(0, note="树倒了")), ("07 10:05", "owner", "contest", WHY)],
            ("07 10:10", "ucc1", "as_item", {"case": 0, "to": "item:3"}),
        ),
        [("07 10:10", 3, {"stage": "self_fix", "contest": ""})],
    ),
    (
        "R51: the case's leader answers, nobody else, and first a contest",
        story(
            *[THREE_OPEN, ("07 10:04", "leader_cg", "uphold", {"case": 0, "about": "contest"}), ("07 10:05", "owner", "contest", WHY)],
            *[("07 10:06", who, "uphold", {"case": 0, "about": "contest"}) for who in ("town_leader", "leader_mr", "ucc1", "cg1")],
        ),
        [("07 10:06", 3, {"contest": "asked"})],
    ),
    (
        "R51: once in a case, also when it was answered",
        story(
            *[THREE_OPEN, ("07 10:05", "owner", "contest", WHY), ("07 10:10", "leader_cg", "uphold", {"case": 0, "about": "contest"})],
            ("07 10:15", "owner", "contest", WHY),
        ),
        [("07 10:15", 3, {"contest": "upheld"})],
    ),
    (
        "R51: about what must be said",
        story(
            *TAKEN, ("07 10:45", "owner", "contest", WHY), *[("07 10:50", "leader_cg", word, {"case": 0}) for word in ("uphold", "refuse")]
        ),
        [("07 10:50", 3, {"contest": "asked"})],
    ),
    (
        "R51: also when it is closed; the first answer is final; once in a case",
        story(
            *[FRONT_OPEN, ("07 10:05", "owner", "contest", WHY), ("07 10:10", "patrol1", "done", {"case": 0})],
            ("07 10:20", "patrol2", "visit", {"cases": [0]}),
            ("08 10:00", "leader_cjb", "refuse", {"case": 0, "about": "contest"}),
            *[("08 10:05", "leader_cjb", "uphold", {"case": 0, "about": "contest"}), ("08 10:10", "owner", "contest", WHY)],
        ),
        [("08 10:10", 22, {"stage": "closed", "outcome": "passed", "contest": "refused"})],
    ),
    (
        "R58: what is said of an earlier, closed case does not bring back its close: the later one makes a repeat",
        story(
            *[FRONT_OPEN, ("07 10:05", "owner", "contest", WHY), ("07 10:10", "patrol1", "done", {"case": 0})],
            ("07 10:20", "patrol2", "visit", {"cases": [0]}),
            *[("20 10:00", "patrol1", "visit", found(22)), ("20 10:10", "patrol1", "done", {"case": 1})],
            *[("20 10:20", "patrol2", "visit", {"cases": [1]}), ("21 10:00", "leader_cjb", "uphold", {"case": 0, "about": "contest"})],
            ("2026-10-15 10:00", "patrol1", "visit", found(22)),
        ),
        [("2026-10-15 10:00", 22, {"case_colour": "yellow"})],
    ),
    (
        "R51: a contest of a closed case says nothing",
        story(FRONT_OPEN, ("07 10:10", "group1", "visit", {"cases": [0]}), ("07 10:20", "owner", "contest", WHY)),
        [("07 10:20", 22, {"contest": ""})],
    ),
    (
        "R51, R23: after a transfer the leader of the department that accepted answers",
        story(
            *[THREE_OPEN, ("07 10:35", "owner", "contest", WHY), ("07 10:40", "leader_cg", "transfer", {**WHY, "to": "dept:mr"})],
            ("07 10:45", "leader_mr", "accept", {"case": 0}),
            ("07 10:50", "leader_cg", "refuse", {"case": 0, "about": "contest"}),
            ("07 10:55", "leader_mr", "uphold", {"case": 0, "about": "contest"}),
        ),
        [("07 10:55", 3, {"stage": "accept", "contest": "upheld"})],
    ),
    (
        "R52: at the due nothing was missed",
        story(*TAKEN, ("07 12:00", "leader_cg", "appeal", WHY)),
        [("07 12:00", 3, {"appeal": "", "case_colour": "yellow"})],
    ),
    (
        "R52: after it, yes; the due and the red stay",
        story(*TAKEN, ("07 12:01", "leader_cg", "appeal", WHY)),
        [("07 12:01", 3, {"appeal": "asked", "case_colour": "red", "case_since": at("07 12:00") + 1, "due": at("07 12:00")})],
    ),
    (
        "R52: by the case's leader, with a reason",
        story(
            *[*TAKEN, ("07 12:01", "leader_cg", "appeal", {"case": 0})],
            *[("07 12:02", who, "appeal", WHY) for who in ("town_leader", "leader_mr", "cg1", "ucc1", "owner")],
        ),
        [("07 12:02", 3, {"appeal": ""})],
    ),
    (
        "R52: answered by a town leader, the first answer is final, and it is once in a case",
        story(
            *[*TAKEN, ("07 12:01", "leader_cg", "appeal", WHY), ("07 12:02", "leader_cg", "uphold", {"case": 0, "about": "appeal"})],
            *[("07 12:03", "town_leader", word, {"case": 0, "about": "appeal"}) for word in ("refuse", "uphold")],
            ("07 12:04", "leader_cg", "appeal", WHY),
        ),
        [("07 12:04", 3, {"appeal": "refused"})],
    ),
    (
        "R52: in check it is the done that counts: in time",
        story(FRONT_OPEN, ("07 14:00", "patrol1", "done", {"case": 0}), ("08 15:00", "leader_cjb", "appeal", WHY)),
        [("08 15:00", 22, {"stage": "check", "appeal": "", "case_colour": "red"})],
    ),
    (
        "R52: or not in time",
        story(*DONE_LATE, ("07 14:02", "leader_cjb", "appeal", WHY)),
        [("07 14:02", 22, {"stage": "check", "appeal": "asked", "case_colour": "blue"})],
    ),
    (
        "R52: closed, and answered there",
        story(
            *[*DONE_LATE, ("07 14:30", "patrol2", "visit", {"cases": [0]}), ("09 10:00", "leader_cjb", "appeal", WHY)],
            ("09 11:00", "town_leader", "uphold", {"case": 0, "about": "appeal"}),
        ),
        [("09 11:00", 22, {"stage": "closed", "outcome": "passed", "appeal": "upheld"})],
    ),
    (
        "R52, R19: the owner's done and the pass in one, too late",
        story(FRONT_OPEN, ("07 14:01", "group1", "visit", {"cases": [0]}), ("07 14:02", "leader_cjb", "appeal", WHY)),
        [("07 14:02", 22, {"outcome": "passed", "appeal": "asked"})],
    ),
    (
        "R52: closed without a done has missed none",
        story(FRONT_OPEN, ("07 14:01", "leader_cjb", "void", WHY), ("07 14:02", "leader_cjb", "appeal", WHY)),
        [("07 14:02", 22, {"outcome": "void", "appeal": ""})],
    ),
    (
        "R52: nor has one that is suspended",
        story(
            SIGN_OPEN,
            ("10 10:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"}),
            ("14 23:59", "leader_cjb", "appeal", WHY),
        ),
        [("14 23:59", 2, {"stage": "suspended", "appeal": ""})],
    ),
    (
        "R52: it goes on at 00:00 and is late one office day later",
        story(
            SIGN_OPEN,
            ("10 10:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"}),
            ("15 18:01", "leader_cjb", "appeal", WHY),
        ),
        [("15 18:01", 2, {"stage": "accept", "appeal": "asked", "due": at("15 18:00")})],
    ),
    (
        "R52: not of a lead, however long it waits",
        story(("07 10:00", "volunteer", "visit", found(3)), ("09 10:00", "leader_cg", "appeal", WHY)),
        [("09 10:00", 3, {"stage": "verify", "appeal": ""})],
    ),
    (
        "R52, R21: where the clock never started nothing was missed",
        story(
            *[("07 10:00", "grid1", "visit", found(1)), ("08 10:00", "cg1", "done", {"case": 0}), ("09 10:00", "leader_cg", "appeal", WHY)],
        ),
        [("09 10:00", 1, {"stage": "check", "appeal": ""})],
    ),
    (
        "R53: a call is due one office day after it; it changes nothing else",
        story(*TAKEN, ("07 18:30", "cg1", "call", {"case": 0, "to": "dept:mr"})),
        [("07 18:30", 3, {"stage": "handle", "calls": [("mr", "08 18:00")]})],
    ),
    (
        "R53: one unanswered call of a department, not the case's own, and of the catalogue",
        story(
            *[*TAKEN, ("07 10:41", "leader_cg", "call", {"case": 0, "to": "dept:mr"})],
            *[("07 10:42", "cg1", "call", {"case": 0, "to": to}) for to in ("dept:mr", "dept:cg", "dept:nobody", "mr", "")],
        ),
        [("07 10:42", 3, {"calls": [("mr", "08 10:41")]})],
    ),
    (
        "R53: not from self_fix, and not by anybody",
        story(
            *[THREE_OPEN, ("07 10:05", "cg1", "call", {"case": 0, "to": "dept:mr"})],
            *[("07 10:40", who, "call", {"case": 0, "to": "dept:mr"}) for who in ("patrol1", "town_leader", "owner", "leader_mr")],
        ),
        [("07 10:40", 3, {"stage": "accept", "calls": []})],
    ),
    (
        "R53: answered, another may follow; the answer comes in any open stage",
        story(
            *[*TAKEN, ("07 10:41", "cg1", "call", {"case": 0, "to": "dept:mr"})],
            ("07 10:42", "mr1", "answer", {"case": 0, "about": "call"}),
            ("07 10:43", "cg1", "call", {"case": 0, "to": "dept:mr"}),
            ("07 10:44", "cg1", "call", {"case": 0, "to": "dept:fire"}),
            ("07 10:50", "cg1", "done", {"case": 0}),
            ("07 10:55", "fire1", "answer", {"case": 0, "about": "call"}),
        ),
        [("07 10:55", 3, {"stage": "check", "calls": [("mr", "08 10:43")]})],
    ),
    (
        "R53: by a person of that department, about the call",
        story(
            *[
                *TAKEN,
                ("07 10:41", "cg1", "call", {"case": 0, "to": "dept:mr"}),
                ("07 10:42", "cjb1", "answer", {"case": 0, "about": "call"}),
            ],
            ("07 10:43", "mr1", "answer", {"case": 0}),
            ("07 10:44", "town_leader", "answer", {"case": 0, "about": "call"}),
        ),
        [("07 10:44", 3, {"calls": [("mr", "08 10:41")]})],
    ),
    (
        "R53: one answer for all the departments of the person",
        story(
            *[*TAKEN, *[("07 10:41", "cg1", "call", {"case": 0, "to": f"dept:{dept}"}) for dept in ("mr", "cjb", "pingan")]],
            ("07 10:42", "cjb2", "answer", {"case": 0, "about": "call"}),
        ),
        [("07 10:42", 3, {"calls": [("mr", "08 10:41")]})],
    ),
    (
        "R53: a closed case is not answered any more",
        story(
            *[*TAKEN, ("07 10:41", "cg1", "call", {"case": 0, "to": "dept:mr"}), ("07 10:42", "leader_cg", "void", WHY)],
            ("07 10:43", "mr1", "answer", {"case": 0, "about": "call"}),
        ),
        [("07 10:43", 3, {"outcome": "void", "calls": [("mr", "08 10:41")]})],
    ),
    (
        "R54: a number and a day",
        story(
            *[
                *TAKEN,
                ("07 10:41", "leader_cg", "refer", {**MEETING, "document": ""}),
                ("07 10:42", "town_leader", "refer", {**MEETING, "until": ""}),
            ],
            *[("07 10:43", "leader_cg", "refer", {**MEETING, "until": at("10 10:00")}), ("07 10:44", "cg1", "refer", MEETING)],
        ),
        [("07 10:44", 3, {"referred": False})],
    ),
    (
        "R54: by a leader, also where it waits to be given out again",
        story(*TAKEN, ("07 10:41", "cg1", "return", WHY), ("07 10:42", "town_leader", "refer", MEETING)),
        [("07 10:42", 3, {"stage": "returned", "referred": True})],
    ),
    (
        "R54: or to be taken; there the leader is the old one",
        story(
            *[THREE_OPEN, ("07 10:40", "leader_cg", "transfer", {**WHY, "to": "dept:mr"}), ("07 10:41", "leader_mr", "refer", MEETING)],
            ("07 10:42", "leader_cg", "refer", {**MEETING, "until": "2026-09-01"}),
        ),
        [("07 10:42", 3, {"stage": "unclaimed", "referred": True})],
    ),
    (
        "R54: not from self_fix and not from check",
        story(
            *[FRONT_OPEN, ("07 10:05", "leader_cjb", "refer", MEETING), ("07 10:10", "patrol1", "done", {"case": 0})],
            ("07 10:15", "town_leader", "refer", MEETING),
        ),
        [("07 10:15", 22, {"stage": "check", "referred": False})],
    ),
    (
        "R56: into another open case of the object; the matter has none open, and the next is no repeat",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol1", "visit", found(22)), ("07 10:02", "patrol2", "merge", {"case": 0, "to": 1})],
            ("07 10:03", "patrol1", "visit", found(3)),
        ),
        [("07 10:03", 3, {"stage": "self_fix", "case_colour": "blue", "due": at("07 12:03")}), ("07 10:03", 22, {"stage": "self_fix"})],
    ),
    (
        "R56: what was closed before is remembered",
        story(
            *[("07 09:00", "patrol1", "visit", found(3, fixed=1)), THREE_OPEN, ("07 10:01", "patrol1", "visit", found(22))],
            *[("07 10:02", "cg1", "merge", {"case": 1, "to": 2}), ("07 10:03", "patrol1", "visit", found(3))],
        ),
        [("07 10:03", 3, {"stage": "self_fix", "case_colour": "yellow"})],
    ),
    (
        "R56: not into itself, by whatever name",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol2", "visit", found(3)), ("07 10:02", "cg1", "merge", {"case": 0, "to": 0})],
            ("07 10:03", "cg1", "merge", {"case": 0, "to": 1}),
        ),
        [("07 10:03", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56: not into one that is closed",
        story(
            *[("07 09:00", "patrol1", "visit", found(22, fixed=1)), THREE_OPEN, ("07 10:02", "cg1", "merge", {"case": 1, "to": 0})],
        ),
        [("07 10:02", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56: a finding of this object that leads to no case: it was taken back",
        story(
            *[("07 09:00", "patrol1", "visit", found(22)), ("07 09:05", "patrol1", "undo", {"fact": 0}), THREE_OPEN],
            ("07 10:02", "cg1", "merge", {"case": 1, "to": 0}),
        ),
        [("07 10:02", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56, R6: or its visit moves nothing",
        story(
            *[("07 09:00", "patrol1", "visit", {**found(22), "mode": "self"}), THREE_OPEN],
            ("07 10:02", "cg1", "merge", {"case": 1, "to": 0}),
        ),
        [("07 10:02", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56: another object's is taken as it is, open or closed",
        story(
            *[("07 09:00", "grid1", "visit", {**found(1, fixed=1), "here": POINT}), THREE_OPEN],
            ("07 10:02", "ucc1", "merge", {"case": 1, "to": 0}),
        ),
        [("07 10:02", 3, {"stage": "closed", "outcome": "merged", "merged": True})],
    ),
    (
        "R56: `to` names a case",
        story(THREE_OPEN, *[("07 10:02", "cg1", "merge", {"case": 0, "to": to}) for to in ("", "item:22", "dept:mr")]),
        [("07 10:02", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56: not by somebody who has nothing to do with it",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol1", "visit", found(22))],
            *[("07 10:02", who, "merge", {"case": 0, "to": 1}) for who in ("crew", "leader_mr", "town_leader", "volunteer")],
        ),
        [("07 10:02", 3, {"stage": "self_fix", "merged": False})],
    ),
    (
        "R56: in triage by the centre; in verify by a finder, and the clock of neither ran",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol1", "visit", found(0, note="树倒了")), ("07 10:02", "volunteer", "visit", found(2))],
            *[("07 10:03", "patrol1", "merge", {"case": 1, "to": 0}), ("07 10:04", "grid1", "merge", {"case": 2, "to": 0})],
        ),
        [("07 10:04", 2, {"stage": "closed", "outcome": "merged"}), ("07 10:04", 0, {"stage": "triage"})],
    ),
    (
        "R56, R30: a merge that is taken back was never said",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol1", "visit", found(22)), ("07 10:02", "cg1", "merge", {"case": 0, "to": 1})],
            ("07 10:20", "cg1", "undo", {"fact": 2}),
        ),
        [("07 10:20", 3, {"stage": "self_fix", "due": at("07 12:00")})],
    ),
    (
        "R57: the owner's rating closes",
        story(*LICENCE_DONE, ("07 10:20", "owner", "rate", {"case": 0, "value": 5})),
        [("07 10:20", 46, {"stage": "closed", "outcome": "rated", "rating": 5})],
    ),
    (
        "R57: also without a value, and entered for the owner",
        story(*LICENCE_DONE, ("07 10:20", "clerk", "rate", {"case": 0, "entered_for": "owner"})),
        [("07 10:20", 46, {"outcome": "rated", "rating": 0})],
    ),
    (
        "R57: 1 to 5",
        story(*LICENCE_DONE, *[("07 10:20", "owner", "rate", {"case": 0, "value": value}) for value in (0, 6, 9, -1)]),
        [("07 10:20", 46, {"stage": "check", "rating": 0})],
    ),
    (
        "R57: by the owner alone",
        story(*LICENCE_DONE, *[("07 10:20", who, "rate", {"case": 0, "value": 5}) for who in ("mr2", "grid1", "ucc1", "stranger")]),
        [("07 10:20", 46, {"stage": "check", "rating": 0})],
    ),
    (
        "R57: not by the owner who reported the done",
        story(
            *[("07 10:00", "mr1", "visit", found(46)), ("07 10:10", "owner", "done", {"case": 0})],
            ("07 10:20", "owner2", "rate", {"case": 0, "value": 5}),
        ),
        [("07 10:20", 46, {"stage": "check", "rating": 0})],
    ),
    (
        "R57: on F6 alone, and in check alone",
        story(
            *[FRONT_OPEN, ("07 10:05", "patrol1", "done", {"case": 0}), ("07 10:06", "owner", "rate", {"case": 0, "value": 5})],
            *[("07 10:07", "mr1", "visit", found(46)), ("07 10:08", "owner", "rate", {"case": 1, "value": 5})],
        ),
        [("07 10:08", 22, {"stage": "check", "rating": 0}), ("07 10:08", 46, {"stage": "self_fix", "rating": 0})],
    ),
    (
        "R57: nobody rated; at the stage's due it is not yet closed",
        story(*LICENCE_DONE, ("10 10:10", "service1", "close", {"case": 0})),
        [("10 10:10", 46, {"stage": "check", "due": at("10 10:10")})],
    ),
    (
        "R57: after it, unrated",
        story(*LICENCE_DONE, ("10 10:11", "service1", "close", {"case": 0})),
        [("10 10:11", 46, {"stage": "closed", "outcome": "unrated", "rating": 0})],
    ),
    (
        "R57: by a permanent finder or handler who neither owns it nor reported the done",
        story(*LICENCE_DONE, *[("10 10:11", who, "close", {"case": 0}) for who in ("mr1", "grid1", "owner", "cg1", "leader_mr")]),
        [("10 10:11", 46, {"stage": "check"})],
    ),
    (
        "R57: what was rated makes the next no repeat",
        story(
            *[*LICENCE_DONE, ("07 10:20", "owner", "rate", {"case": 0, "value": 1}), ("07 10:30", "mr1", "visit", found(46))],
        ),
        [("07 10:30", 46, {"stage": "self_fix", "case_colour": "blue"})],
    ),
    (
        "R58: an appeal of a closed case does not move its close: the next is a repeat until 30 days after that",
        story(
            *[*DONE_LATE, ("07 14:30", "patrol2", "visit", {"cases": [0]}), ("2026-10-01 10:00", "leader_cjb", "appeal", WHY)],
            ("2026-10-07 14:30", "patrol1", "visit", found(22)),
        ),
        [("2026-10-07 14:30", 22, {"stage": "self_fix", "case_colour": "yellow"})],
    ),
    (
        "R58: and none a minute later",
        story(
            *[*DONE_LATE, ("07 14:30", "patrol2", "visit", {"cases": [0]}), ("2026-10-01 10:00", "leader_cjb", "appeal", WHY)],
            ("2026-10-07 14:31", "patrol1", "visit", found(22)),
        ),
        [("2026-10-07 14:31", 22, {"stage": "self_fix", "case_colour": "blue"})],
    ),
    (
        "R59: a campaign makes the period shorter from its first day: 12 + 2 is before 16",
        story(SCAN_3, rules=campaigns(flood(12, 20, "P2D"))),
        [*missed(3, 15, 17, 19), ("17 00:00", 3, {"round_colour": "red", "round_since": at("17 00:00")})],
    ),
    (
        "R59: its last day is still in it, the day after is not",
        story(SCAN_3, asked("20 10:00", "patrol1", 3), rules=campaigns(flood(12, 20, "P2D"))),
        missed(3, 23, 25),
    ),
    (
        "R59: a scan after it has the old period",
        story(SCAN_3, asked("21 10:00", "patrol1", 3), rules=campaigns(flood(12, 20, "P2D"))),
        missed(3, 29),
    ),
    (
        "R59: the period that a scan in the campaign set runs on after its end",
        story(asked("11 10:00", "patrol1", 3), rules=campaigns(flood(10, 11, "P3D"))),
        missed(3, 15, 18, 21),
    ),
    (
        "R59: one that is not shorter changes nothing",
        story(SCAN_3, rules=campaigns(flood(10, 20, "P14D"), flood(10, 20, "P7D"))),
        missed(3, 17, 24),
    ),
    (
        "R59: of several the shortest",
        story(SCAN_3, rules=campaigns(flood(10, 20, "P3D"), flood(10, 11, "P2D"), flood(10, 20, "P4D"))),
        missed(3, 13, 15),
    ),
    ("R59: for the items that it lists", story(SCAN_3, rules=campaigns(flood(10, 20, "P1D", 2, 22))), missed(3, 17, 24)),
    (
        "R59: a kind without a period gets none",
        story(asked("09 10:00", "owner", 51), rules=campaigns(flood(1, 30, "P1D", 51))),
        [("30 00:00", 51, {"stage": "", "round_colour": "", "misses": 0})],
    ),
    (
        "R59, R35: a catalogue of a later day ends it; what is longer waits for the next scan",
        story(SCAN_3, rules=campaigns(flood(9, 30, "P2D")), later=("11 10:00", small_catalogue())),
        missed(3, 12, 14, 16),
    ),
    (
        "R59, R35: and a campaign that a later catalogue brings begins with its own day",
        story(SCAN_3, rules=small_catalogue(), later=("11 10:00", campaigns(flood(10, 30, "P2D")))),
        missed(3, 14, 16),
    ),
    (
        "R59, R33: the first due is counted with the campaign of the start day",
        story(("02 10:00", "crew", "visit", {}), rules=campaigns(flood(1, 2, "P2D"))),
        missed(3, 3 + int(SHOP, 16) % 2, 5 + int(SHOP, 16) % 2),
    ),
    (
        "R60: scanned while the case is red the next is due in two days, and so on until the next scan",
        story(SIGN_OPEN, asked("14 10:00", "patrol1", 2)),
        missed(2, 17, 19, 21),
    ),
    ("R60: blue has no period of its own here", story(SIGN_OPEN), missed(2, 24)),
    (
        "R60: after the whole visit: the finding that opens the case makes it blue",
        story(SIGN_OPEN, rules=small_catalogue(by_colour={2: {"blue": "P3D"}}, recheck_share=10**9)),
        missed(2, 13, 16),
    ),
    (
        "R60: the visit that closes it leaves no colour",
        story(*DONE_LATE, ("09 11:00", "patrol2", "visit", {"cases": [0]})),
        missed(22, 17),
    ),
    (
        "R60: nobody speaks of the item between: the colour of another day is nothing to the round",
        story(SIGN_OPEN, asked("11 10:00", "patrol1", 2)),
        missed(2, 19),
    ),
    (
        "R60: the instant of red: one millisecond after the due at 10:00",
        story(SIGN_OPEN, asked("11 10:01", "patrol1", 2)),
        missed(2, 14, 16),
    ),
    (
        "R60: a repeat is yellow",
        story(("07 10:00", "patrol1", "visit", found(2, fixed=1)), SIGN_OPEN),
        missed(2, 17, 24),
    ),
    (
        "R60: where it is not shorter it changes nothing",
        story(SIGN_OPEN, asked("14 10:00", "patrol1", 2), rules=small_catalogue(by_colour={2: {"red": "P1M"}})),
        missed(2, 29),
    ),
    (
        "R60: not where the owner is primary",
        story(
            ("09 10:00", "mr1", "visit", {**found(38), "mode": "inspection", "permit": "J-1"}),
            asked("14 10:00", "mr1", 38, mode="inspection", permit="J-1"),
            rules=small_catalogue(every={38: {"shop": "P7D"}}),
        ),
        missed(38, 22),
    ),
    (
        "R60, R59: a campaign with a still shorter period applies all the same",
        story(SIGN_OPEN, asked("14 10:00", "patrol1", 2), rules=campaigns(flood(15, 20, "P1D", 2), recheck_share=10**9)),
        missed(2, 17, 18, 19),
    ),
    (
        "R61: a street has a start of its own",
        story(("02 10:00", "crew", "visit", {}), rules=small_catalogue(street_start="2026-09-05", street_starts={"学府路": "2026-09-15"})),
        [
            ("20 10:00", 3, {"round_since": at("15 00:00")}),
            (f"{FIRST_3 + 14:02} 23:59", 3, {"round_colour": "grey"}),
            (f"{FIRST_3 + 15:02} 00:00", 3, {"round_colour": "yellow", "misses": 1}),
        ],
    ),
    (
        "R61: earlier than the others' start too",
        story(("02 10:00", "crew", "visit", {}), rules=small_catalogue(street_start="2026-09-15", street_starts={"学府路": "2026-09-04"})),
        [("04 10:00", 3, {"round_colour": "grey", "round_since": at("04 00:00")})],
    ),
    (
        "R61: another street's is nothing to it",
        story(("02 10:00", "crew", "visit", {}), rules=small_catalogue(street_start="2026-09-05", street_starts={"荷花路": "2026-09-15"})),
        [("05 10:00", 3, {"round_colour": "grey", "round_since": at("05 00:00")})],
    ),
    (
        "R61: the street of now",
        story(("04 10:00", "clerk", "changed", {"street": "荷花路"}), rules=small_catalogue(street_starts={"荷花路": "2026-09-15"})),
        [("16 10:00", 3, {"round_colour": "grey", "round_since": at("15 00:00")})],
    ),
    ("R62: without a status", story(SCAN_46, rules=SELF_CHECKS), missed(46, 17, 24)),
    (
        "R62: a self-check due in a pause is no miss; the next is counted from it",
        story(SCAN_46, status("10 10:00", "ceased", "15", "18"), rules=SELF_CHECKS),
        [*missed(46, 24), ("30 23:59", 46, {"misses": 1}), ("2026-10-01 00:00", 46, {"misses": 2})],
    ),
    (
        "R62: from and to are in it: the first day",
        story(SCAN_46, status("10 10:00", "vacant", "16", "18"), rules=SELF_CHECKS),
        missed(46, 24),
    ),
    ("R62: and the last", story(SCAN_46, status("10 10:00", "fitting_out", "12", "16"), rules=SELF_CHECKS), missed(46, 24)),
    (
        "R62: the day before the first is not",
        story(SCAN_46, status("10 10:00", "vacant", "17", "22"), rules=SELF_CHECKS),
        missed(46, 17, 24),
    ),
    ("R62: nor the day after the last", story(SCAN_46, status("10 10:00", "vacant", "12", "15"), rules=SELF_CHECKS), missed(46, 17, 24)),
    (
        "R62: two pauses, two dues",
        story(SCAN_46, status("10 10:00", "vacant", "16", "16"), status("10 10:05", "ceased", "20", "25"), rules=SELF_CHECKS),
        [("30 23:59", 46, {"misses": 0}), ("2026-10-01 00:00", 46, {"misses": 1})],
    ),
    (
        "R62: of two with the same from the last holds",
        story(SCAN_46, status("10 10:00", "ceased", "15", "25"), status("10 10:05", "ceased", "15", "17"), rules=SELF_CHECKS),
        missed(46, 24),
    ),
    (
        "R62: also where the last is normal again",
        story(SCAN_46, status("10 10:00", "ceased", "15", "25"), status("10 10:05", "normal", "15"), rules=SELF_CHECKS),
        missed(46, 17, 24),
    ),
    (
        "R62: an earlier version goes on speaking",
        story(SCAN_46, status("10 10:00", "ceased", "15", "18"), status("20 10:00", "normal", "19"), rules=SELF_CHECKS),
        missed(46, 24),
    ),
    (
        "R62: a status without a whole from and to pauses nothing",
        story(SCAN_46, status("10 10:00", "ceased", "15"), status("10 10:05", "vacant", "", "20"), rules=SELF_CHECKS),
        missed(46, 17, 24),
    ),
    (
        "R62: said afterwards it takes the miss back",
        story(SCAN_46, status("22 10:00", "ceased", "15", "21"), rules=SELF_CHECKS),
        [("22 10:00", 46, {"misses": 0}), *missed(46, 24)],
    ),
    (
        "R62, R35: what was paused before a later catalogue is none of its misses",
        story(SCAN_46, status("10 10:00", "ceased", "15", "18"), rules=SELF_CHECKS, later=("20 10:00", with_primary(46, "mr_officer"))),
        [("20 10:00", 46, {"misses": 0, "round_colour": "green"})],
    ),
    ("R62: rounds of others go on", story(SCAN_3, status("10 10:00", "ceased", "15", "18")), missed(3, 17, 24)),
    (
        "R62: by who may change the object",
        story(SCAN_46, ("10 10:00", "patrol1", "changed", status("", "ceased", "15", "18")[3]), rules=SELF_CHECKS),
        missed(46, 17),
    ),
    ("R63: without a roster every day is a duty day", story(SCAN_3, rules=ROSTERS), missed(3, 17, 24)),
    (
        "R63: between the first and the last day of the roster only its own; after it every day",
        story(SCAN_3, roster("09 12:00", "admin", 10, 20, *DUTY), rules=ROSTERS),
        missed(3, 20, 27),
    ),
    (
        "R63: a later roster of the department replaces the days of its span",
        story(SCAN_3, roster("09 12:00", "leader_cjb", 10, 20, *DUTY), roster("09 12:05", "admin", 15, 20, (17, "patrol1")), rules=ROSTERS),
        missed(3, 18, 25),
    ),
    (
        "R63: of other days the earlier stays",
        story(SCAN_3, roster("09 12:00", "admin", 10, 20, *DUTY), roster("09 12:05", "admin", 11, 18, (17, "patrol1")), rules=ROSTERS),
        missed(3, 18, 25),
    ),
    (
        "R63, R43: rows outside its span are left out",
        story(SCAN_3, roster("09 12:00", "admin", 10, 15, *DUTY), rules=ROSTERS),
        missed(3, 17),
    ),
    (
        "R63: the rosters of all departments add up",
        story(
            SCAN_3,
            roster("09 12:00", "admin", 10, 20, *DUTY),
            roster("09 12:05", "admin", 10, 20, (18, "patrol2"), dept="cg"),
            rules=ROSTERS,
        ),
        missed(3, 19, 26),
    ),
    (
        "R63: of whom holds the role",
        story(SCAN_3, roster("09 12:00", "admin", 10, 20, *DUTY, (16, "grid1"), (17, "mr1")), rules=ROSTERS),
        missed(3, 20),
    ),
    (
        "R63: by the last version",
        story(
            *[SCAN_3, roster("09 12:00", "admin", 10, 20, (10, "patrol1"), (17, "patrol2"), (19, "patrol1"))],
            ("12 10:00", "admin", "person", {"about_whom": "patrol2", "roles": [{"role": "patrol_3p"}]}),
            rules=ROSTERS,
        ),
        missed(3, 20),
    ),
    (
        "R63: whatever the role's from and to",
        story(
            *[SCAN_3, roster("09 12:00", "admin", 10, 20, (10, "patrol1"), (17, "patrol2"), (19, "patrol1"))],
            ("12 10:00", "admin", "person", {"about_whom": "patrol2", "roles": [{"role": "street_patrol", "to": "2026-09-05"}]}),
            rules=ROSTERS,
        ),
        missed(3, 18),
    ),
    (
        "R63: by an admin or the department's leader alone",
        story(SCAN_3, *[roster("09 12:00", who, 10, 20, *DUTY) for who in ("leader_mr", "town_leader", "clerk", "patrol1")], rules=ROSTERS),
        missed(3, 17),
    ),
    ("R63: a role that goes by the week has none", story(SCAN_3, roster("09 12:00", "admin", 10, 20, *DUTY)), missed(3, 17)),
    (
        "R63, R35: where a later catalogue has the role go by rosters the due that stands moves",
        story(SCAN_3, roster("09 12:00", "admin", 10, 24, *DUTY, (24, "patrol1")), rules=small_catalogue(), later=("14 10:00", ROSTERS)),
        missed(3, 20),
    ),
    (
        "R63, R35: but dues before that stay with their misses",
        story(SCAN_3, roster("09 12:00", "admin", 10, 24, *DUTY, (24, "patrol1")), rules=small_catalogue(), later=("17 10:00", ROSTERS)),
        [("17 10:00", 3, {"misses": 1}), ("24 23:59", 3, {"misses": 1}), ("25 00:00", 3, {"misses": 2})],
    ),
    (
        "R63, R33: a first due moves too",
        story(("02 10:00", "crew", "visit", {}), roster("02 12:00", "admin", 1, 30, (1, "patrol1"), (29, "patrol1")), rules=ROSTERS),
        missed(3, 30),
    ),
    (
        "R24: asked at the due itself it counts",
        story(*TAKEN, ("07 12:00", "leader_cg", "extend", WHY)),
        [("07 12:00", 3, {"due": at("07 14:00")})],
    ),
    (
        "R24: a minute later it does not, also a leader's own",
        story(
            *TAKEN, ("07 12:01", "cg1", "extend", WHY), ("07 12:02", "leader_cg", "extend", WHY), ("07 12:03", "town_leader", "extend", WHY)
        ),
        [("07 12:03", 3, {"due": at("07 12:00")})],
    ),
    (
        "R24, R68: it does after a leader's answer `extend`: the whole limit from the old due",
        story(*EXTENDING, ("07 12:20", "leader_cg", "extend", WHY)),
        [("07 12:20", 3, {"due": at("07 14:00"), "case_colour": "blue", "next": at("07 13:00"), "owed": {}})],
    ),
    (
        "R68: so does the town leader's, who may grant it too",
        story(*EXTENDING, ("07 12:20", "town_leader", "extend", {**WHY, "until": at("07 12:50")})),
        [("07 12:20", 3, {"due": at("07 12:50")})],
    ),
    (
        "R68: not of somebody who may not grant it",
        story(*EXTENDING, *[("07 12:20", who, "extend", WHY) for who in ("leader_mr", "patrol1", "owner", "ucc1")]),
        [("07 12:20", 3, {"due": at("07 12:00")})],
    ),
    (
        "R24, R68: a handler asks for nothing after the due",
        story(*EXTENDING, ("07 12:20", "cg1", "extend", WHY), ("07 12:30", "leader_cg", "grant", {"case": 0, "about": "extension"})),
        [("07 12:30", 3, {"due": at("07 12:00")})],
    ),
    (
        "R68: nor does an answer to a rung that is withdrawn, when the clock runs again under its old name",
        story(
            *[SIGN_OPEN, rung("11 10:01", "item:1 supervise"), reply("11 10:02", "leader_cjb", "item:1 supervise", "extend")],
            *[("11 09:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"}), ("15 09:30", "leader_cjb", "extend", WHY)],
        ),
        [("15 09:30", 2, {"stage": "accept", "due": at("15 09:00"), "withdrawn": ["item:1 supervise"]})],
    ),
    (
        "R68: an answer in other words is no extension",
        story(*LATE, reply("07 12:10", "leader_cg", "item:1 supervise"), ("07 12:20", "leader_cg", "extend", WHY)),
        [("07 12:20", 3, {"due": at("07 12:00")})],
    ),
    (
        "R68: nor is one that does not count",
        story(*LATE, reply("07 12:10", "leader_mr", "item:1 supervise", "extend"), ("07 12:20", "leader_cg", "extend", WHY)),
        [("07 12:20", 3, {"due": at("07 12:00")})],
    ),
    (
        "R68: on `item:n`: an answer to a rung on a stage gives none",
        story(
            *[THREE_OPEN, rung("07 10:53", "accept:1 supervise"), reply("07 10:55", "leader_cg", "accept:1 supervise", "extend")],
            ("07 12:01", "leader_cg", "extend", WHY),
        ),
        [("07 12:01", 3, {"stage": "accept", "due": at("07 12:00"), "answers": {"accept:1 supervise": "extend"}})],
    ),
    (
        "R24: an extension needs a reason, late as ever",
        story(*EXTENDING, ("07 12:20", "leader_cg", "extend", {"case": 0})),
        [("07 12:20", 3, {"due": at("07 12:00")})],
    ),
    (
        "R24: a new due not later than t does not count",
        story(
            *[*EXTENDING, ("07 12:20", "leader_cg", "extend", {**WHY, "until": at("07 12:20")})],
            ("07 14:00", "leader_cg", "extend", WHY),
        ),
        [("07 14:00", 3, {"due": at("07 12:00")})],
    ),
    (
        "R24: one that is a minute later does",
        story(*EXTENDING, ("07 13:59", "leader_cg", "extend", WHY)),
        [("07 13:59", 3, {"due": at("07 14:00")})],
    ),
    (
        "R24: at most the item's limit more, whatever was asked",
        story(*TAKEN, ("07 11:00", "leader_cg", "extend", {**WHY, "until": at("07 16:00")})),
        [("07 11:00", 3, {"due": at("07 14:00")})],
    ),
    (
        "R24: nor does a grant that comes when the new due has passed",
        story(*TAKEN, ("07 11:00", "cg1", "extend", WHY), ("07 14:00", "leader_cg", "grant", {"case": 0, "about": "extension"})),
        [("07 14:00", 3, {"due": at("07 12:00")})],
    ),
    (
        "R24, R68: what a handler asked in time is granted after the due",
        story(
            *[*TAKEN, ("07 11:00", "cg1", "extend", WHY), rung("07 12:01", "item:1 supervise")],
            *[
                reply("07 12:10", "leader_cg", "item:1 supervise", "extend"),
                ("07 12:10", "leader_cg", "grant", {"case": 0, "about": "extension"}),
            ],
        ),
        [("07 12:10", 3, {"due": at("07 14:00"), "stands": ["item:1 supervise"], "next": at("07 13:00")})],
    ),
    (
        "R68: while the clock is called so: after the extension it is another",
        story(
            *[*EXTENDING, ("07 12:20", "leader_cg", "extend", {**WHY, "until": at("07 12:50")})],
            ("07 12:51", "town_leader", "extend", WHY),
        ),
        [("07 12:51", 3, {"due": at("07 12:50")})],
    ),
    (
        "R24: the second late one by a town leader, after a second answer",
        story(
            *[*EXTENDING, ("07 12:20", "leader_cg", "extend", {**WHY, "until": at("07 12:50")}), rung("07 12:51", "item:2 supervise")],
            *[reply("07 12:52", "leader_cg", "item:2 supervise", "extend"), ("07 12:53", "leader_cg", "extend", WHY)],
            ("07 12:54", "town_leader", "extend", {**WHY, "until": at("07 13:30")}),
        ),
        [("07 12:54", 3, {"due": at("07 13:30"), "answers": {"item:1 supervise": "extend", "item:2 supervise": "extend"}})],
    ),
    (
        "R64: who is named leader in roles.yaml speaks for the department",
        story(THREE_OPEN, ("07 10:05", "patrol2", "void", WHY), rules=small_catalogue(leaders={"cg": ("patrol2", "")})),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: and who is named deputy, the leader being here",
        story(THREE_OPEN, ("07 10:05", "patrol2", "void", WHY), rules=small_catalogue(leaders={"cg": ("leader_cg", "patrol2")})),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64, R8: beside who holds the role",
        story(THREE_OPEN, ("07 10:05", "leader_cg", "void", WHY), rules=small_catalogue(leaders={"cg": ("patrol2", "")})),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: of that department alone",
        story(THREE_OPEN, ("07 10:05", "patrol2", "void", WHY), rules=small_catalogue(leaders={"mr": ("patrol2", "")})),
        [("07 10:05", 3, {"stage": "self_fix"})],
    ),
    (
        "R64: in the catalogue in force at the step's when, not in the last",
        story(THREE_OPEN, ("07 10:05", "patrol2", "void", WHY), later=("07 10:06", small_catalogue(leaders={"cg": ("patrol2", "")}))),
        [("07 10:06", 3, {"stage": "self_fix"})],
    ),
    (
        "R64: nor in the one that the case began under: another is published at 10:02",
        story(
            *[THREE_OPEN, ("07 10:05", "patrol2", "void", WHY)],
            rules=small_catalogue(leaders={"cg": ("patrol2", "")}),
            later=("07 10:02", small_catalogue()),
        ),
        [("07 10:05", 3, {"stage": "self_fix"})],
    ),
    (
        "R64: where that names somebody it holds for cases that began before",
        story(THREE_OPEN, ("07 10:05", "patrol2", "void", WHY), later=("07 10:02", small_catalogue(leaders={"cg": ("patrol2", "")}))),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: a town leader by name",
        story(
            *[*TAKEN, ("07 12:01", "leader_cg", "appeal", WHY), ("07 12:02", "grid1", "uphold", {"case": 0, "about": "appeal"})],
            rules=small_catalogue(town_leaders=("grid1",)),
        ),
        [("07 12:02", 3, {"appeal": "upheld"})],
    ),
    (
        "R64: who leads a department is no town leader by that",
        story(
            *[*TAKEN, ("07 12:01", "leader_cg", "appeal", WHY), ("07 12:02", "grid1", "uphold", {"case": 0, "about": "appeal"})],
            rules=small_catalogue(leaders={"cg": ("grid1", "grid1")}),
        ),
        [("07 12:02", 3, {"appeal": "asked"})],
    ),
    (
        "R64: on the first day of a leave its deputy has the word",
        story(away("leader_cg", ("07", "08", "mr1")), THREE_OPEN, ("07 10:05", "mr1", "void", WHY)),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: and on the last",
        story(away("leader_cg", ("07", "08", "mr1")), THREE_OPEN, ("08 23:59", "mr1", "void", WHY)),
        [("08 23:59", 3, {"outcome": "void"})],
    ),
    (
        "R64: not the day after",
        story(away("leader_cg", ("07", "08", "mr1")), THREE_OPEN, ("09 00:00", "mr1", "void", WHY)),
        [("09 00:00", 3, {"stage": "accept"})],
    ),
    (
        "R64: not the day before",
        story(away("leader_cg", ("08", "09", "mr1")), THREE_OPEN, ("07 23:59", "mr1", "void", WHY)),
        [("07 23:59", 3, {"stage": "accept"})],
    ),
    (
        "R64: without an end it is open",
        story(away("leader_cg", ("07", "", "mr1")), THREE_OPEN, ("30 10:00", "mr1", "void", WHY)),
        [("30 10:00", 3, {"outcome": "void"})],
    ),
    (
        "R64: who is away keeps the own word",
        story(away("leader_cg", ("07", "08", "mr1")), THREE_OPEN, ("07 10:05", "leader_cg", "void", WHY)),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: the first leave that covers the day and names somebody",
        story(
            *[away("leader_cg", ("07", "08", ""), ("01", "06", "cg1"), ("07", "09", "mr1"), ("07", "09", "cg2")), THREE_OPEN],
            *[("07 10:05", who, "void", WHY) for who in ("cg1", "cg2")],
        ),
        [("07 10:05", 3, {"stage": "self_fix"})],
    ),
    (
        "R64: which is not the one without a deputy",
        story(away("leader_cg", ("07", "08", ""), ("07", "09", "mr1")), THREE_OPEN, ("07 10:05", "mr1", "void", WHY)),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: the deputy of the deputy, in the same way",
        story(away("leader_cg", ("07", "08", "mr1")), away("mr1", ("07", "", "crew")), THREE_OPEN, ("07 10:05", "crew", "void", WHY)),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: and the first deputy keeps what was given",
        story(away("leader_cg", ("07", "08", "mr1")), away("mr1", ("07", "", "crew")), THREE_OPEN, ("07 10:05", "mr1", "void", WHY)),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: a circle of deputies speaks with all its words",
        story(
            *[away("leader_cg", ("07", "", "leader_mr")), away("leader_mr", ("07", "", "leader_cg")), THREE_OPEN],
            ("07 10:05", "leader_mr", "void", WHY),
        ),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: L is here: the deputy of somebody who has left has no word",
        story(
            *[away("leader_cg", ("07", "", "mr1")), ("07 08:40", "admin", "left", {"about_whom": "leader_cg", "on": "2026-09-07"})],
            *[THREE_OPEN, ("08 10:00", "mr1", "void", WHY)],
        ),
        [("08 10:00", 3, {"stage": "accept"})],
    ),
    (
        "R64: on the last day there is still a word to have",
        story(
            *[away("leader_cg", ("07", "", "mr1")), ("07 08:40", "admin", "left", {"about_whom": "leader_cg", "on": "2026-09-07"})],
            *[THREE_OPEN, ("07 20:00", "mr1", "void", WHY)],
        ),
        [("07 20:00", 3, {"outcome": "void"})],
    ),
    (
        "R64: the word of a leader by name goes on too",
        story(
            away("cg1", ("07", "", "mr1")), THREE_OPEN, ("07 10:05", "mr1", "void", WHY), rules=small_catalogue(leaders={"cg": ("cg1", "")})
        ),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64: and a town leader's",
        story(
            *[away("town_leader", ("07", "", "crew")), *TAKEN, ("07 12:01", "leader_cg", "appeal", WHY)],
            ("07 12:02", "crew", "refuse", {"case": 0, "about": "appeal"}),
        ),
        [("07 12:02", 3, {"appeal": "refused"})],
    ),
    (
        "R64: a deputy takes nothing on, reports nothing done and looks at nothing",
        story(
            *[away("leader_cg", ("07", "", "mr1")), away("cg1", ("07", "", "crew")), THREE_OPEN],
            *[
                (f"07 10:4{n}", who, word, {"case": 0})
                for n, (who, word) in enumerate([("mr1", "accept"), ("crew", "accept"), ("crew", "done")])
            ],
            *[
                ("07 10:45", "cg1", "done", {"case": 0}),
                ("07 10:50", "mr1", "visit", {"cases": [0]}),
                ("07 10:51", "mr1", "close", {"case": 0}),
            ],
        ),
        [("07 10:51", 3, {"stage": "check", "due": at("08 10:45")})],
    ),
    (
        "R64: the finding of a leader's deputy is still a lead",
        story(
            away("leader_cg", ("07", "", "crew")),
            ("07 10:00", "crew", "visit", found(3)),
            rules=small_catalogue(leaders={"cg": ("crew", "")}),
        ),
        [("07 10:00", 3, {"stage": "verify"})],
    ),
    (
        "R64, R5: a deputy enters nothing for others",
        story(
            *[away("leader_cg", ("07", "", "crew")), THREE_OPEN, ("07 10:40", "crew", "accept", {"case": 0, "entered_for": IDS["cg1"]})],
            *[rung("07 12:01", "item:1 supervise"), reply("07 12:10", "crew", "item:1 supervise", entered_for=IDS["leader_cg"])],
        ),
        [("07 12:10", 3, {"stage": "accept", "owed": {"item:1 supervise": at("07 18:00")}})],
    ),
    (
        "R64, R5: but what is entered for a deputy counts with the word",
        story(away("leader_cg", ("07", "", "crew")), THREE_OPEN, ("07 10:05", "ucc1", "void", {**WHY, "entered_for": IDS["crew"]})),
        [("07 10:05", 3, {"outcome": "void"})],
    ),
    (
        "R64, R23: a deputy accepts for the department that receives",
        story(
            *[away("leader_mr", ("07", "", "crew")), THREE_OPEN, ("07 10:40", "leader_cg", "transfer", {**WHY, "to": "dept:mr"})],
            ("07 10:45", "crew", "accept", {"case": 0}),
        ),
        [("07 10:45", 3, {"stage": "accept", "next": at("2026-09-07 11:03:45") + 1})],
    ),
    (
        "R65: the item's clock and the stage's, as time has made the case: accept since 10:30",
        story(THREE_OPEN, rung("07 10:53", "accept:1 supervise"), rung("07 11:30", "item:1 remind")),
        [("07 11:30", 3, {"stands": ["accept:1 supervise", "item:1 remind"], "withdrawn": [], "next": at("07 12:00") + 1})],
    ),
    (
        "R65: of a case that nobody has told the next rung looks through that change",
        story(THREE_OPEN),
        [("07 10:00", 3, {"next": ACCEPT_LATE})],
    ),
    (
        "R65: an item that nobody claims has no ladder",
        story(THREE_OPEN, rung("07 12:01", "item:1 supervise"), rules=small_catalogue(unclaimed=(3,))),
        [("07 12:01", 3, {"stands": [], "withdrawn": ["item:1 supervise"], "next": None})],
    ),
    (
        "R65: what is unlisted has one: triage",
        story(("07 10:00", "patrol1", "visit", found(0, note="树倒了")), rung("08 10:01", "triage:1 supervise")),
        [("08 10:01", 0, {"stands": ["triage:1 supervise"], "owed": {"triage:1 supervise": at("08 16:01")}, "next": at("09 10:00")})],
    ),
    (
        "R65: and after a temporary lead both clocks",
        story(
            ("07 10:00", "patrol1", "visit", found(0, note="树倒了")), ("07 10:05", "ucc1", "temporary_lead", {"case": 0, "to": "dept:cg"})
        ),
        [("07 10:05", 0, {"stage": "accept", "next": at("08 08:05") + 1})],
    ),
    (
        "R65: a lead has the clock of verify alone",
        story(
            ("07 10:00", "volunteer", "visit", found(3)), *[rung("08 10:01", what) for what in ("verify:1 supervise", "item:1 supervise")]
        ),
        [("08 10:01", 3, {"stands": ["verify:1 supervise"], "withdrawn": ["item:1 supervise"]})],
    ),
    (
        "R65: self_fix and handle have no clock of their own",
        story(
            THREE_OPEN,
            *[rung("07 10:20", "self_fix:1 supervise")],
            ("07 10:40", "cg1", "accept", {"case": 0}),
            rung("07 12:01", "handle:1 supervise"),
        ),
        [("07 12:01", 3, {"stands": [], "withdrawn": ["handle:1 supervise", "self_fix:1 supervise"], "next": at("07 11:30")})],
    ),
    (
        "R65: suspended it has none; the next is due when it has gone on",
        story(SIGN_OPEN, ("10 10:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"}), rung("14 10:00", "item:1 remind")),
        [("14 10:00", 2, {"stage": "suspended", "withdrawn": ["item:1 remind"], "next": at("15 10:00") + 1})],
    ),
    (
        "R65: the second entry into a stage is another clock",
        story(
            *[THREE_OPEN, ("07 10:40", "cg1", "return", WHY), ("07 10:50", "leader_cg", "send_back", {"case": 0})],
            *[rung("07 11:10", what) for what in ("accept:1 supervise", "accept:2 supervise")],
        ),
        [("07 11:10", 3, {"stage": "accept", "stands": ["accept:2 supervise"], "withdrawn": ["accept:1 supervise"]})],
    ),
    (
        "R65: a suspension that ends enters its stage anew",
        story(SIGN_OPEN, ("10 10:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"}), rung("15 10:01", "accept:2 supervise")),
        [("15 10:01", 2, {"stage": "accept", "stands": ["accept:2 supervise"]})],
    ),
    (
        "R65: after a fail the item's clock is the next",
        story(
            *[*TAKEN, ("07 10:50", "cg1", "done", {"case": 0}), ("07 11:00", "cg2", "fail", WHY)],
            *[rung("07 12:41", what) for what in ("item:1 remind", "item:2 remind")],
        ),
        [("07 12:41", 3, {"stage": "handle", "due": at("07 12:10"), "stands": ["item:2 remind"], "withdrawn": ["item:1 remind"]})],
    ),
    (
        "R65: after an extension too",
        story(*TAKEN, ("07 11:00", "leader_cg", "extend", WHY), *[rung("07 13:00", what) for what in ("item:1 remind", "item:2 remind")]),
        [("07 13:00", 3, {"stands": ["item:2 remind"], "withdrawn": ["item:1 remind"], "next": at("07 14:00") + 1})],
    ),
    (
        "R65: an extension that is only asked for makes no other clock",
        story(*TAKEN, ("07 11:00", "cg1", "extend", WHY), rung("07 11:30", "item:1 remind")),
        [("07 11:30", 3, {"stands": ["item:1 remind"], "next": at("07 12:00") + 1})],
    ),
    (
        "R66: a remind is due where three quarters are used, not before",
        story(*TAKEN, rung("07 11:29", "item:1 remind"), rung("07 11:30", "item:1 remind")),
        [("07 11:30", 3, {"stands": ["item:1 remind"], "raised_at": {"item:1 remind": at("07 11:30")}, "withdrawn": ["item:1 remind"]})],
    ),
    (
        "R66: a supervise is not due at the due itself",
        story(*TAKEN, rung("07 12:00", "item:1 supervise")),
        [("07 12:00", 3, {"withdrawn": ["item:1 supervise"], "next": at("07 11:30")})],
    ),
    (
        "R66: but a millisecond later",
        story(*TAKEN, rung("07 11:30", "item:1 remind")),
        [("07 11:30", 3, {"next": at("07 12:00") + 1})],
    ),
    (
        "R66, R3, R36: like yellow it is not due before the clock began to run again",
        story(*TAKEN, ("07 15:00", "cg1", "done", {"case": 0}), ("07 15:10", "cg2", "fail", WHY)),
        [("07 15:10", 3, {"stage": "handle", "due": at("07 16:10"), "case_since": at("07 15:10"), "next": at("07 15:10")})],
    ),
    (
        "R66, R29: the limit of a stage entered with nothing left, after hours, ends where it is entered",
        story(
            *[
                FRONT_OPEN,
                ("07 22:00", "leader_cjb", "transfer", {**WHY, "to": "dept:mr"}),
                ("07 22:10", "leader_mr", "accept", {"case": 0}),
            ],
            *[rung(when, "accept:2 supervise") for when in ("07 22:10", "07 22:11")],
        ),
        [("07 22:11", 22, {"raised_at": {"accept:2 supervise": at("07 22:11")}, "withdrawn": ["accept:2 supervise"]})],
    ),
    (
        "R66: in unclaimed it climbs at once: escalate, and no supervise",
        story(
            *[SIGN_OPEN, ("10 09:00", "leader_cjb", "transfer", {**WHY, "to": "dept:mr"})],
            *[rung("11 10:01", what) for what in ("unclaimed:1 supervise", "unclaimed:1 escalate", "item:1 supervise")],
        ),
        [("11 10:01", 2, {"stands": ["item:1 supervise", "unclaimed:1 escalate"], "withdrawn": ["unclaimed:1 supervise"]})],
    ),
    (
        "R66: but on the day's list",
        story(
            *[SIGN_OPEN, ("10 09:30", "leader_cjb", "transfer", {**WHY, "to": "dept:mr"})],
            *[rung("11 10:00", "item:1 remind"), rung("11 10:00", "unclaimed:1 escalate"), rung("11 10:01", "item:1 supervise")],
        ),
        [
            (
                "11 10:01",
                2,
                {"stage": "unclaimed", "stands": ["item:1 remind", "item:1 supervise", "unclaimed:1 escalate"], "next": at("14 10:00")},
            )
        ],
    ),
    (
        "R66: there is no escalate before its supervise was raised",
        story(*TAKEN, rung("07 12:01", "item:1 escalate"), rung("09 10:00", "item:1 escalate")),
        [("09 10:00", 3, {"stands": [], "withdrawn": ["item:1 escalate", "item:1 escalate"], "next": at("07 11:30")})],
    ),
    (
        "R66: nobody answers: on the first list after the answer limit, which runs in office hours from 14:00",
        story(*LATE, rung("08 09:59", "item:1 escalate"), rung("08 10:00", "item:1 escalate")),
        [
            (
                "08 10:00",
                3,
                {
                    "owed": {"item:1 supervise": at("07 18:00"), "item:1 escalate": at("09 10:00")},
                    "raised_at": {"item:1 remind": at("07 11:30"), "item:1 supervise": at("07 12:01"), "item:1 escalate": at("08 10:00")},
                    "next": None,
                },
            )
        ],
    ),
    (
        "R66: on another day than a workday there is no list: Friday the 25th is off",
        story(*[(when.replace("07", "24"), *rest) for when, *rest in LATE]),
        [("24 12:01", 3, {"next": at("28 10:00")})],
    ),
    (
        "R66: on a Sunday at work there is one",
        story(*[(when.replace("07", "18"), *rest) for when, *rest in LATE]),
        [("18 12:01", 3, {"next": at("20 10:00")})],
    ),
    (
        "R66: a hazard climbs at once: a millisecond after the answer limit",
        story(*HAZARD_LATE),
        [("07 12:01", 23, {"owed": {"item:1 supervise": at("07 18:00")}, "next": at("07 18:00") + 1})],
    ),
    (
        "R66: unless the catalogue sends no lists",
        story(*LATE, rules=small_catalogue(ladder={2: {"digest": None}})),
        [("07 12:01", 3, {"next": at("07 18:00") + 1})],
    ),
    (
        "R66: or other flows at once, or at another hour",
        story(
            *LATE,
            rung("07 12:02", "item:1 supervise"),
            *HAZARD_LATE_TOO,
            rules=small_catalogue(ladder={2: {"digest": {"at": "16:30", "unless": ["F3"]}}}),
        ),
        [("07 12:02", 3, {"next": at("07 18:00") + 1}), ("07 12:02", 23, {"next": at("08 16:30")})],
    ),
    (
        "R66: in triage a case has no flow yet, after a temporary lead it has F2",
        story(
            *[("07 10:00", "patrol1", "visit", found(0, note="树倒了")), rung("08 10:01", "triage:1 supervise")],
            rules=small_catalogue(ladder={2: {"digest": {"at": "10:00", "unless": ["F2"]}}}),
        ),
        [("08 10:01", 0, {"owed": {"triage:1 supervise": at("08 16:01")}, "next": at("09 10:00")})],
    ),
    (
        "R66: which may stand there",
        story(
            *[
                ("07 10:00", "patrol1", "visit", found(0, note="树倒了")),
                ("07 10:05", "ucc1", "temporary_lead", {"case": 0, "to": "dept:cg"}),
            ],
            rung("08 10:01", "accept:1 supervise"),
            rules=small_catalogue(ladder={2: {"digest": {"at": "10:00", "unless": ["F2"]}}}),
        ),
        [("08 10:01", 0, {"stands": ["accept:1 supervise"], "next": at("08 16:01") + 1})],
    ),
    (
        "R66: answered, a hazard climbs where twice the limit is used",
        story(*HAZARD_LATE, reply("07 12:30", "leader_pingan", "item:1 supervise")),
        [("07 12:30", 23, {"next": at("07 14:00")})],
    ),
    (
        "R66: or at the answer, where that is later",
        story(*HAZARD_LATE, reply("07 14:30", "leader_pingan", "item:1 supervise"), rung("07 14:29", "item:1 escalate")),
        [("07 14:30", 23, {"next": at("07 14:30"), "withdrawn": ["item:1 escalate"]})],
    ),
    (
        "R66: twice the limit at a list hour is on that list",
        story(
            SIGN_OPEN,
            *[("09 17:00", "cjb1", "accept", {"case": 0}), rung("11 10:00", "item:1 remind"), rung("11 10:01", "item:1 supervise")],
            reply("11 10:30", "leader_cjb", "item:1 supervise"),
        ),
        [("11 10:30", 2, {"next": at("15 10:00")})],
    ),
    (
        "R66: answered on a stage it climbs no further",
        story(
            THREE_OPEN,
            rung("07 10:53", "accept:1 supervise"),
            reply("07 10:55", "leader_cg", "accept:1 supervise"),
            *[rung("09 10:00", what) for what in ("item:1 remind", "item:1 supervise", "accept:1 escalate")],
            reply("09 10:10", "leader_cg", "item:1 supervise"),
            rung("10 10:00", "item:1 escalate"),
        ),
        [("10 10:00", 3, {"stage": "accept", "withdrawn": ["accept:1 escalate"], "next": None})],
    ),
    (
        "R29, R66: a stage's share is that of its entry: an extension does not move it",
        story(THREE_OPEN, ("07 10:45", "leader_cg", "extend", WHY), rung("07 10:53", "accept:1 supervise")),
        [("07 10:53", 3, {"stands": ["accept:1 supervise"], "due": at("07 14:00")})],
    ),
    (
        "R67: the first in order stands",
        story(*TAKEN, *[rung(when, "item:1 supervise") for when in ("07 14:30", "07 14:40", "07 14:20")]),
        [
            (
                "07 14:40",
                3,
                {
                    "raised_at": {"item:1 supervise": at("07 14:30")},
                    "owed": {"item:1 supervise": at("08 08:30")},
                },
            )
        ],
    ),
    (
        "R67: not from a device that may not sweep, not even as withdrawn",
        story(*TAKEN, rung("07 12:01", "item:1 supervise", device="K2"), rung("07 11:00", "item:1 remind", device="K2")),
        [("07 12:01", 3, {"stands": [], "withdrawn": [], "next": at("07 11:30")})],
    ),
    (
        "R67, R38: the last enrolment in order says whether it may",
        story(
            *TAKEN,
            rung("07 12:01", "item:1 supervise", device="K2"),
            ("07 12:30", "admin", "enrolled", {"letters": "K2", "key": "01", "sweep": 1}),
        ),
        [("07 12:30", 3, {"stands": ["item:1 supervise"]})],
    ),
    (
        "R67, R38: also of the founding device",
        story(*TAKEN, rung("07 12:01", "item:1 supervise"), ("07 12:30", "admin", "enrolled", {"letters": "K1", "key": "00"})),
        [("07 12:30", 3, {"stands": []})],
    ),
    (
        "R67: what was not due is kept as withdrawn and hinders no later one",
        story(*TAKEN, rung("07 11:59", "item:1 supervise"), rung("07 12:01", "item:1 supervise")),
        [("07 12:01", 3, {"raised_at": {"item:1 supervise": at("07 12:01")}, "withdrawn": ["item:1 supervise"]})],
    ),
    (
        "R67: t is its own when, also before the last move",
        story(*TAKEN, ("07 12:30", "cg1", "control", {"case": 0}), rung("07 12:10", "item:1 supervise")),
        [("07 12:30", 3, {"raised_at": {"item:1 supervise": at("07 12:10")}})],
    ),
    (
        "R67: it does not move the case's last instant",
        story(*LATE, ("07 11:50", "cg1", "done", {"case": 0})),
        [("07 12:01", 3, {"stage": "check", "due": at("08 11:50")})],
    ),
    (
        "R67: a late entry that proves it unfounded withdraws it; what was due by then stands",
        story(*LATE, ("07 11:50", "cg1", "done", {"case": 0})),
        [("07 12:01", 3, {"stands": ["item:1 remind"], "withdrawn": ["item:1 supervise"], "owed": {}})],
    ),
    (
        "R67: also one that is answered",
        story(*LATE, reply("07 12:10", "leader_cg", "item:1 supervise"), ("07 11:50", "cg1", "done", {"case": 0})),
        [("07 12:10", 3, {"stands": ["item:1 remind"], "withdrawn": ["item:1 supervise"], "answers": {}})],
    ),
    (
        "R67: at its own due it is not",
        story(*LATE, ("07 11:30", "cg1", "done", {"case": 0})),
        [("07 12:01", 3, {"stands": ["item:1 remind"], "withdrawn": ["item:1 supervise"]})],
    ),
    (
        "R67: where its clock stops nothing is owed any more",
        story(*LATE, ("07 12:30", "cg1", "done", {"case": 0}), reply("07 12:40", "leader_cg", "item:1 supervise")),
        [("07 12:40", 3, {"stands": ["item:1 remind", "item:1 supervise"], "owed": {}, "answers": {}, "next": at("08 12:00") + 1})],
    ),
    (
        "R67: and what was answered stays so",
        story(*LATE, reply("07 12:10", "leader_cg", "item:1 supervise"), ("07 12:30", "cg1", "done", {"case": 0})),
        [("07 12:30", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R67: a stage that is left ends its clock, the item's goes on",
        story(
            *[
                THREE_OPEN,
                rung("07 10:53", "accept:1 supervise"),
                rung("07 12:01", "item:1 supervise"),
                ("07 12:02", "cg1", "accept", {"case": 0}),
            ],
            reply("07 12:03", "leader_cg", "accept:1 supervise"),
        ),
        [("07 12:03", 3, {"stage": "handle", "owed": {"item:1 supervise": at("07 18:00")}, "answers": {}})],
    ),
    (
        "R67: a name that is new ends the old clock: the extension",
        story(*LATE, ("07 11:55", "leader_cg", "extend", WHY)),
        [("07 12:01", 3, {"stands": ["item:1 remind"], "withdrawn": ["item:1 supervise"], "next": at("07 13:00")})],
    ),
    (
        "R67: a fact that does not count ends none",
        story(*LATE, ("07 12:30", "mr1", "done", {"case": 0}), reply("07 12:40", "leader_cg", "item:1 supervise")),
        [("07 12:40", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R67: nor does a word beside the flow, though it moves the case",
        story(*LATE, ("07 12:30", "leader_cg", "appeal", WHY), reply("07 12:40", "leader_cg", "item:1 supervise")),
        [("07 12:40", 3, {"appeal": "asked", "answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R67: a case that closes owes nothing",
        story(*LATE, ("07 12:30", "leader_cg", "void", WHY), reply("07 12:40", "leader_cg", "item:1 supervise")),
        [("07 12:40", 3, {"stands": ["item:1 remind", "item:1 supervise"], "owed": {}, "answers": {}, "next": None})],
    ),
    (
        "R67, R26: until the void is refused: it was never said",
        story(
            *[*LATE, ("07 12:30", "leader_cg", "void", WHY), reply("07 12:40", "leader_cg", "item:1 supervise")],
            ("07 12:50", "ucc1", "refuse", {"case": 0, "about": "void"}),
        ),
        [("07 12:50", 3, {"stage": "handle", "answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R67, R17: also one that triage finds to be another that is open",
        story(
            *[THREE_OPEN, ("07 10:01", "patrol1", "visit", found(0, note="又出摊")), rung("08 10:02", "triage:1 supervise", 1)],
            ("08 10:05", "ucc1", "as_item", {"case": 1, "to": "item:3"}),
        ),
        [("08 10:05", 0, {"outcome": "merged", "stands": ["triage:1 supervise"], "owed": {}})],
    ),
    (
        "R67, R37: another tenant ends the case and its clocks",
        story(*LATE, ("07 12:30", "clerk", "changed", {"tenant": {"name": "李记", "since": "2026-09-07"}})),
        [("07 12:30", 3, {"outcome": "tenant", "stands": ["item:1 remind", "item:1 supervise"], "owed": {}})],
    ),
    (
        "R67: on a closed case nothing is raised",
        story(*TAKEN, ("07 10:50", "leader_cg", "void", WHY), rung("07 12:01", "item:1 supervise")),
        [("07 12:01", 3, {"outcome": "void", "stands": [], "withdrawn": []})],
    ),
    (
        "R67: a withdrawn one does not stand in the way of the same clock when it runs again",
        story(
            *[SIGN_OPEN, rung("11 10:01", "item:1 supervise"), ("11 09:00", "leader_cjb", "suspend", {**WHY, "until": "2026-09-14"})],
            rung("15 09:01", "item:1 supervise"),
        ),
        [("15 09:01", 2, {"raised_at": {"item:1 supervise": at("15 09:01")}, "withdrawn": ["item:1 supervise"]})],
    ),
    (
        "R67: a remind asks for no answer",
        story(
            *TAKEN,
            rung("07 11:30", "item:1 remind"),
            *[reply("07 11:40", who, "item:1 remind") for who in ("leader_cg", "town_leader", "cg1")],
        ),
        [("07 11:40", 3, {"owed": {}, "answers": {}})],
    ),
    (
        "R68: a supervise is answered by the department's leader alone",
        story(*LATE, *[reply("07 12:10", who, "item:1 supervise") for who in ("town_leader", "leader_mr", "cg1", "ucc1", "owner")]),
        [("07 12:10", 3, {"owed": {"item:1 supervise": at("07 18:00")}, "answers": {}})],
    ),
    (
        "R68: an escalate by a town leader alone",
        story(
            *LATE, rung("08 10:00", "item:1 escalate"), *[reply("08 10:10", who, "item:1 escalate") for who in ("leader_cg", "cg1", "ucc1")]
        ),
        [("08 10:10", 3, {"answers": {}})],
    ),
    (
        "R68: each its own",
        story(*LATE, rung("08 10:00", "item:1 escalate"), reply("08 10:10", "town_leader", "item:1 escalate", "takeover")),
        [("08 10:10", 3, {"owed": {"item:1 supervise": at("07 18:00")}, "answers": {"item:1 escalate": "takeover"}})],
    ),
    (
        "R68: after a transfer by the leader of the department that accepted",
        story(
            *[*TAKEN, ("07 11:00", "leader_cg", "transfer", {**WHY, "to": "dept:mr"}), ("07 11:10", "leader_mr", "accept", {"case": 0})],
            *[rung("07 12:01", "item:1 supervise"), reply("07 12:10", "leader_cg", "item:1 supervise", "refer")],
            reply("07 12:20", "leader_mr", "item:1 supervise", "instruct"),
        ),
        [("07 12:20", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R68, R64: by a deputy on leave",
        story(away("leader_cg", ("07", "", "crew")), *LATE, reply("07 12:10", "crew", "item:1 supervise")),
        [("07 12:10", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R68, R64: and by who is named",
        story(
            *LATE,
            rung("08 10:00", "item:1 escalate"),
            reply("08 10:10", "grid1", "item:1 escalate"),
            reply("08 10:10", "crew", "item:1 supervise"),
            rules=small_catalogue(leaders={"cg": ("leader_cg", "crew")}, town_leaders=("grid1",)),
        ),
        [("08 10:10", 3, {"answers": {"item:1 supervise": "instruct", "item:1 escalate": "instruct"}})],
    ),
    (
        "R68: the first answer stands",
        story(*LATE, reply("07 12:10", "leader_cg", "item:1 supervise"), reply("07 12:20", "leader_cg", "item:1 supervise", "extend")),
        [("07 12:20", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R68: what was not raised, or is withdrawn, is not answered",
        story(
            *[*TAKEN, reply("07 12:05", "leader_cg", "item:1 supervise"), rung("07 11:59", "item:1 supervise")],
            *[reply("07 12:06", "leader_cg", "item:1 supervise"), rung("07 12:07", "item:1 supervise")],
        ),
        [("07 12:07", 3, {"owed": {"item:1 supervise": at("07 18:00")}, "answers": {}})],
    ),
    (
        "R68, R5: entered for the leader by the centre",
        story(*LATE, reply("07 12:10", "ucc1", "item:1 supervise", entered_for=IDS["leader_cg"])),
        [("07 12:10", 3, {"answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R68, R5: not by somebody else, and not for somebody else",
        story(
            *[*LATE, reply("07 12:10", "cg1", "item:1 supervise", entered_for=IDS["leader_cg"])],
            *[reply("07 12:11", "ucc1", "item:1 supervise", entered_for=who) for who in (IDS["leader_mr"], IDS["cg1"], "owner")],
        ),
        [("07 12:11", 3, {"answers": {}})],
    ),
    (
        "R68: late answers count",
        story(*LATE, reply("08 09:00", "leader_cg", "item:1 supervise")),
        [("08 09:00", 3, {"answers": {"item:1 supervise": "instruct"}, "next": at("08 10:00")})],
    ),
    (
        "R68: it moves nothing but the rung",
        story(*LATE, reply("07 14:40", "leader_cg", "item:1 supervise"), ("07 14:10", "cg1", "done", {"case": 0})),
        [("07 14:40", 3, {"stage": "check", "due": at("08 14:10"), "answers": {"item:1 supervise": "instruct"}})],
    ),
    (
        "R69: lists of missed rounds are nothing to the cases",
        story(
            *[
                *LATE,
                ("08 10:00", "ucc1", "raised", {"here": IDS["leader_cg"], "day": "2026-09-08", "clock": "missed:cg", "rung": "supervise"}),
            ],
            (
                "08 10:05",
                "leader_cg",
                "answered",
                {"here": IDS["leader_cg"], "day": "2026-09-08", "clock": "missed:cg", "rung": "supervise", "answer": "instruct"},
            ),
        ),
        [("08 10:05", 3, {"owed": {"item:1 supervise": at("07 18:00")}, "next": at("08 10:00")})],
    ),
]
STORIES += [(why, raw) for why, raw, _checks in PINNED]


@pytest.mark.parametrize(("raw", "checks"), [one[1:] for one in PINNED], ids=[one[0] for one in PINNED])
def test_the_evaluator_says_what_was_worked_out_by_hand(raw: list[dict[str, Any]], checks: list[Check]) -> None:
    for when, item, expected in checks:
        seen = evaluator.evaluate(raw, at(when))
        one = next((one for key, one in seen.items() if key[0] == SHOP and key[1] == item), Seen())
        words = one.words[-1][1] if one.words else Words()
        got = {**one._asdict(), **words._asdict(), "calls": list(words.calls), **climbed(one)}
        if "calls" in expected:
            expected = {**expected, "calls": [(dept, at(due)) for dept, due in expected["calls"]]}
        assert {field: got[field] for field in expected} == expected, when


@pytest.mark.parametrize(("raw", "checks"), [one[1:] for one in PINNED], ids=[one[0] for one in PINNED])
def test_the_fold_agrees_with_that(raw: list[dict[str, Any]], checks: list[Check]) -> None:
    assert not (apart := differences(raw, *sorted({at(check[0]) for check in checks}))), "\n".join(apart)


@pytest.mark.parametrize("raw", [raw for _why, raw in STORIES], ids=[why for why, _raw in STORIES])
def test_fold_and_evaluator_agree_on_stories_made_by_hand(raw: list[dict[str, Any]]) -> None:
    assert not (apart := differences(raw, *instants(raw))), "\n".join(apart)


@pytest.mark.long
@given(st.tuples(histories.SETTINGS, st.lists(histories.INTENTIONS, min_size=1, max_size=30)))
@settings(max_examples=2_000)
def test_fold_and_evaluator_agree_on_longer_histories(drawn: tuple[histories.Setting, list[histories.Intention]]) -> None:
    raw = histories.as_facts(*drawn)
    moments = instants(raw)
    assert not (found := differences(raw, *moments[:: max(len(moments) // 24, 1)])), "\n".join(found)
