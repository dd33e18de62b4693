"""Facts are appended, never changed; everything else is computed from facts, the published rules and `now` (DESIGN section 2).

Three devices with wrong clocks, and a clone of one of them, append facts of every kind and exchange whole prefixes of chains, partly, again,
in any order. At the end all show the same state, which is also that of one rebuild; and at every step an object that was folded forward
shows what a fold from its first fact shows. The last tests do the same with a real SQLite town and compare the folded tables row by row.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import histories
from tests.histories import (
    ADMIN,
    CALENDAR_2026,
    DAY,
    DEVICES,
    FINDERS,
    HANDLERS,
    IDS,
    ITEMS,
    LEADER_OF,
    MINUTE,
    POINT,
    SHOP,
    ms,
    small_catalogue,
)
from tests.test_fold import as_fact
from yima.adapters.store.founding import found_town
from yima.adapters.store.sql import FOLDED
from yima.core import events, flow
from yima.core.events import Fact
from yima.core.flow import State, rungs
from yima.core.flow.cases import Case
from yima.core.plates import fold_plates
from yima.core.town import Town, fold_town
from yima.core.worktime import iso_of

START = ms("2026-09-07 09:00")
LATER = histories.named("object", "registered later")
PLACES = (SHOP, SHOP, SHOP, POINT, LATER)
NEWCOMER = histories.named("person", "registered after having acted")
NOTES = ["", "三张桌", "𠮷野家门口", '店主说"马上"\n第二行', "é =1+1", "\t'; DROP TABLE event", "\U0001f6b2一辆\x00"]
CODES = [f"4F7K92MDQX8{letter}" for letter in "ABC"]
MODES: list[dict[str, Any]] = [{}, {}, {}, {"mode": "self"}, {"mode": "proxy", "consent": True}, {"mode": "proxy"}, {"mode": "invited"},
                               {"mode": "inspection", "permit": "J-1"}, {"mode": "by drone"}]  # fmt: skip
LEADERS = [IDS[word] for word in IDS if word.startswith(("leader", "town_leader"))]
KINDS = events.KINDS


class View(Protocol):
    """What a device knows when it appends: the town, every object's state, the facts that are here."""

    admin: str

    @property
    def town(self) -> Town: ...
    def state(self, object_id: str) -> State: ...
    def known(self) -> list[Fact]: ...


class Draft(NamedTuple):
    """A fact before its device has sealed it."""

    actor: str
    kind: str
    subject: str
    body: bytes


# -- one maker for each kind of fact


def note(dice: random.Random) -> str:
    return dice.choice(NOTES)


def person(view: View, dice: random.Random, *words: str) -> str:
    """Mostly one of these people; at times anybody, or somebody whom nobody registered."""
    if dice.random() < 0.08:
        return dice.choice([*sorted(IDS.values()), NEWCOMER, view.admin])
    word = dice.choice(words)
    return view.admin if word == "admin" else IDS[word]


def some_case(view: View, dice: random.Random) -> tuple[str, Case | None, str]:
    """(object, a case of it, one of the names that lead to it); mostly an open one."""
    found = [(object_id, case) for object_id in dict.fromkeys(PLACES) for case in view.state(object_id).cases.values()]
    found = [one for one in found if one[1].closed is None and dice.random() < 0.95] or found
    if not found or dice.random() < 0.05:
        return dice.choice(PLACES), None, "f" * 64 + ".0"
    object_id, case = dice.choice(found)
    return object_id, case, dice.choice([name for name, named in view.state(object_id).names.items() if named.case == case.key])


def visit(view: View, dice: random.Random, now: int) -> Draft:
    object_id, case, name = some_case(view, dice)
    if dice.random() < 0.3:
        object_id, case = dice.choice(PLACES), None
    item = dice.choice([*ITEMS, 0, 3, 3, case.item if case else 3, 99 if dice.random() < 0.1 else 3])
    actor = person(view, dice, *FINDERS.get(item, ["patrol1", "owner"]), "patrol1", "owner", "cg1", "third", "volunteer")
    findings, cases, asked = [], [], []
    if dice.random() < 0.65:
        findings.append(
            events.Finding(item, dice.randint(1, 40), note(dice), fixed=dice.random() < 0.2, photos=("a" * 64,) * dice.randint(0, 1))
        )
        if case and dice.random() < 0.4:
            findings[0] = findings[0]._replace(again=name, item=dice.choice([0, case.item]))
        if dice.random() < 0.2:
            findings.append(events.Finding(dice.choice(ITEMS), dice.randint(1, 40), note(dice), source="hotline", ext_ref="12345"))
    elif case and dice.random() < 0.6:
        cases = [name]
    if dice.random() < 0.4:
        asked = dice.sample(ITEMS, dice.randint(1, 3))
    more = {**dice.choice(MODES)}
    if dice.random() < 0.1:
        more["entered_for"] = dice.choice(["owner", IDS["cg1"], NEWCOMER])
        actor = person(view, dice, "ucc1", "clerk", "leader_cg")
    digest = view.town.last_catalogue.digest if dice.random() < 0.95 else "e" * 64
    event = events.VisitRecorded(
        digest, plate=dice.choice(CODES), read="gun", shown=True, asked=tuple(asked), cases=tuple(cases), findings=tuple(findings),
        position=dice.choice([None, (31_234_567, 121_234_567, "gcj02")]), seen=now - MINUTE if dice.random() < 0.1 else None, **more,
    )  # fmt: skip
    return Draft(actor, "visit.recorded", object_id, events.encode(event))


STAGE_STEPS = {
    "verify": ["confirm", "confirm", "refuse"],
    "triage": ["as_item", "as_item", "temporary_lead", "refuse"],
    "self_fix": ["told", "told", "done", "control", "void"],
    "accept": [
        "accept",
        "accept",
        "accept",
        "told",
        "done",
        "return",
        "transfer",
        "extend",
        "suspend",
        "suspend",
        "suspend",
        "void",
        "reassign",
    ],
    "handle": [
        "done",
        "done",
        "done",
        "return",
        "transfer",
        "extend",
        "grant",
        "refuse",
        "suspend",
        "suspend",
        "void",
        "reassign",
        "control",
    ],
    "check": ["fail", "close", "void", "pass"],
    "returned": ["send_back", "reassign", "transfer"],
    "unclaimed": ["accept", "refuse", "reassign"],
    "suspended": ["grant", "refuse", "resume"],
    "closed": ["grant", "refuse", "refuse"],
}
ABOUT = {"unclaimed": "transfer", "suspended": "suspension", "closed": "void", "handle": "extension", "accept": "extension"}


def step(view: View, dice: random.Random, now: int) -> Draft:
    object_id, case, name = some_case(view, dice)
    if case is None and dice.random() < 0.8:
        return visit(view, dice, now)
    stage = case.stage if case else "accept"
    word = dice.choice(STAGE_STEPS[stage])
    item = case.item if case else 3
    leader = LEADER_OF.get((case.to_dept or case.dept) if case else "cg", "leader_cg")
    staff, finders = HANDLERS.get(item, ["cg1", "cg2"]), FINDERS.get(item, ["patrol1", "grid1"])
    by = {
        "confirm": [*staff, *finders], "as_item": ["ucc1", "admin"], "temporary_lead": ["ucc1"], "told": [*finders, *staff],
        "void": [leader], "transfer": [leader], "suspend": [leader], "send_back": [leader], "resume": [leader], "extend": [*staff, leader],
        "grant": [leader, "town_leader", "ucc1"], "refuse": [leader, "town_leader", "ucc1", *staff], "reassign": [leader, "town_leader"],
        "close": ["cg1", "cg2", "mr1"], "fail": [*finders, *staff],
    }.get(word, [*staff, leader])  # fmt: skip
    to = {"as_item": f"item:{dice.choice([2, 3, 22, 23])}", "temporary_lead": "dept:cg", "transfer": f"dept:{dice.choice(['cjb', 'mr', 'cg'])}",
          "reassign": dice.choice([f"person:{IDS['cg2']}", f"person:{NEWCOMER}", "dept:cg"])}.get(word, "")  # fmt: skip
    until = dice.choice([None, iso_of((now + 8 * 3_600_000) // DAY + dice.randint(0, 12)), now + dice.randint(1, 9) * DAY, "soon"])
    event = events.StepTaken(
        name, word, about=ABOUT.get(stage, "") if word in ("grant", "refuse") else "", reason="" if dice.random() < 0.1 else f"说明{note(dice)}",
        to=to, until=until if word in ("extend", "suspend") else None, note=note(dice), value=dice.choice([None, 5]),
    )  # fmt: skip
    return Draft(person(view, dice, *by), "step.taken", object_id, events.encode(event))


def withdrawn(view: View, dice: random.Random, now: int) -> Draft:
    said = [fact for fact in view.known() if fact.kind in ("visit.recorded", "step.taken", "fact.withdrawn")][-5:]
    if not said:
        return visit(view, dice, now)
    fact = dice.choice(said)
    actor = fact.actor if dice.random() < 0.6 else person(view, dice, "ucc1", "patrol1")
    return Draft(actor, "fact.withdrawn", fact.subject, events.encode(events.FactWithdrawn(fact.hash, note(dice))))


def raised(view: View, dice: random.Random, now: int) -> Draft:
    object_id, case, name = some_case(view, dice)
    clock, rung = "item:1", "remind"
    if case and case.catalogue in view.town.catalogues:
        coming = rungs.coming(view.town, view.town.catalogues[case.catalogue], case)
        clock, rung = dice.choice([(one.clock, one.rung) for one in coming] or [(clock, rung)])
    body = events.encode(
        events.RungRaised(name, clock, dice.choice([rung, rung, rung, "supervise", "shout"]), f"person:{IDS['leader_cg']}")
    )
    return Draft(person(view, dice, "ucc1", "admin"), "rung.raised", object_id, body)


def answered(view: View, dice: random.Random, now: int) -> Draft:
    object_id, case, name = some_case(view, dice)
    one = dice.choice(case.rungs) if case and case.rungs else None
    event = events.RungAnswered(name, one.clock if one else "item:1", one.rung if one else "supervise", "instruct", note(dice))
    leader = LEADER_OF.get(case.dept if case else "cg", "leader_cg")
    return Draft(person(view, dice, leader, leader, "town_leader"), "rung.answered", object_id, events.encode(event))


def registered(view: View, dice: random.Random, now: int) -> Draft:
    object_id = dice.choice([LATER, LATER, SHOP])
    event = events.ObjectRegistered(
        "shop", f"新店{note(dice)}", "学府路", "14", grid="一网格", trade="catering", provisional=dice.random() < 0.4,
        tenant={"name": "赵记", "since": "2026-09-01"}, source={"name": "台账", "no": "7"}, position=(31_234_567, 121_234_567, "gcj02"),
    )  # fmt: skip
    return Draft(person(view, dice, "admin", "clerk", "patrol1"), "object.registered", object_id, events.encode(event))


def changed(view: View, dice: random.Random, now: int) -> Draft:
    event = dice.choice(
        [
            events.ObjectRegistered(tenant={"name": dice.choice(["李记", "王记"]), "since": "2026-09-15"}),
            events.ObjectRegistered(grid="二网格", name=f"面馆{note(dice)}"),
            events.ObjectRegistered(status={"what": "歇业", "from": "2026-09-10", "to": "2026-09-20"}),
            events.ObjectRegistered(same_as=POINT) if dice.random() < 0.2 else events.ObjectRegistered(trade="retail"),
        ]
    )
    return Draft(person(view, dice, "admin", "clerk", "clerk", "patrol1"), "object.changed", dice.choice(PLACES), events.encode(event))


def retired(view: View, dice: random.Random, now: int) -> Draft:
    event = events.ObjectRetired(dice.choice([iso_of((now + 8 * 3_600_000) // DAY + 1), "tomorrow"]), note(dice))
    return Draft(person(view, dice, "admin", "clerk"), "object.retired", dice.choice([LATER, LATER, POINT]), events.encode(event))


def person_registered(view: View, dice: random.Random, now: int) -> Draft:
    event = events.PersonRegistered(f"小王{note(dice)}", "", "cg", ({"role": dice.choice(["cg_officer", "street_patrol", "dept_leader"])},))
    return Draft(person(view, dice, "admin"), "person.registered", dice.choice([NEWCOMER, NEWCOMER, IDS["cg2"]]), events.encode(event))


def person_changed(view: View, dice: random.Random, now: int) -> Draft:
    word, roles, dept = dice.choice(
        [
            ("grid1", [{"role": "dept_staff", "depts": ["cjb"]}], "cjb"),
            ("cg2", [{"role": "cg_officer"}, {"role": "dept_leader"}], "cg"),
            ("patrol1", [{"role": "patrol_3p"}], ""),
            ("patrol1", [{"role": "street_patrol", "from": "2026-09-08", "to": "2026-12-31"}], ""),
            ("ucc1", [{"role": "admin"}], "ucc"),
        ]
    )
    event = events.PersonRegistered(
        dept=dept, roles=tuple(roles), leave=({"from": "2026-09-08", "to": "2026-09-09", "deputy": IDS["cg1"]},)
    )
    return Draft(person(view, dice, "admin", "admin", "ucc1"), "person.changed", IDS[word], events.encode(event))


def person_left(view: View, dice: random.Random, now: int) -> Draft:
    on = iso_of((now + 8 * 3_600_000) // DAY + dice.choice([-3, -1, 0, 2, 10]))
    return Draft(
        person(view, dice, "admin"), "person.left", IDS[dice.choice(["patrol1", "cg1", "third"])], events.encode(events.PersonLeft(on))
    )


def roster(view: View, dice: random.Random, now: int) -> Draft:
    days = [iso_of((now + 8 * 3_600_000) // DAY + offset) for offset in (-1, 0, 1, 2)]
    rows = tuple(
        {"day": day, "person": IDS[dice.choice(["cg1", "cg2"])], "grid": dice.choice(["", "一网格"])} for day in dice.sample(days, 2)
    )
    event = events.RosterPublished(
        days[0], dice.choice([days[1], days[3], days[0], "soon"]), (*rows, {"day": "2026-02-30", "person": ADMIN})
    )
    return Draft(
        person(view, dice, "leader_cg", "leader_cg", "admin", "cg1"),
        "roster.published",
        dice.choice(["cg", "cg", "mr"]),
        events.encode(event),
    )


def suggested(view: View, dice: random.Random, now: int) -> Draft:
    event = events.SuggestionMade(f"充电桩没人管{note(dice)}")
    return Draft(person(view, dice, "patrol1", "volunteer", "owner"), "suggestion.made", "5" * 20, events.encode(event))


def decided(view: View, dice: random.Random, now: int) -> Draft:
    _object_id, _case, name = some_case(view, dice)
    event = events.AgendaDecided(
        dice.choice(["claimed", "refused", "deferred"]), "第4次联席会议", "2026-09-10", "cg", dice.choice([0, 3]), note(dice)
    )
    return Draft(person(view, dice, "admin", "ucc1"), "agenda.decided", dice.choice([name, "5" * 20]), events.encode(event))


def enrolled(view: View, dice: random.Random, now: int) -> Draft:
    some = (IDS["leader_cg"], IDS["patrol1"])
    letters, people = dice.choice([("K3", ("*",)), ("K3", ("*",)), ("K3", some), ("K2", ("*", IDS["leader_cg"])), ("K1", ("*",))])
    device = getattr(view, "founding", DEVICES["K1"]) if letters == "K1" else DEVICES[letters]
    event = events.DeviceEnrolled(letters, "02", people, sweep=dice.random() < 0.5)
    return Draft(person(view, dice, "admin"), "device.enrolled", device, events.encode(event))


def clock(view: View, dice: random.Random, now: int) -> Draft:
    facts = view.known()
    device = dice.choice([fact.device for fact in facts[-8:]])
    last = max(fact.seq for fact in facts if fact.device == device)
    shift = dice.choice([-9, -1, 1, 9, 48]) * 60 * MINUTE
    event = events.DeviceClock(max(1, last - dice.randint(0, 8)), last + dice.choice([0, 0, 0, 3]), shift)
    return Draft(person(view, dice, "admin"), "device.clock", device, events.encode(event))


def catalogue(view: View, dice: random.Random, now: int) -> Draft:
    body = events.canonical(
        events.lean(
            small_catalogue(
                dice.choice([ITEMS, tuple(no for no in ITEMS if no != 22)]),
                every={3: {"shop": dice.choice(["P3D", "P14D"])}},
                limits={3: {"value": dice.choice([1, 2, 4])}},
                recheck_share=dice.choice([1, 20]),
            )
        )
    )
    return Draft(person(view, dice, "admin"), "catalogue.published", events.digest(body), body)


def calendar(view: View, dice: random.Random, now: int) -> Draft:
    event = dice.choice(
        [
            events.CalendarPublished(("2026-09-08", *CALENDAR_2026["off"]), tuple(CALENDAR_2026["work"])),
            events.CalendarPublished(("2026-02-30",)),
        ]
    )
    return Draft(person(view, dice, "admin"), "calendar.published", "2026", events.encode(event))


def printed(view: View, dice: random.Random, now: int) -> Draft:
    event = events.PlatesPrinted(
        dice.randint(1, 9), "a4", tuple((code, SHOP) if code < CODES[1] else (code,) for code in CODES), file="d" * 64
    )
    return Draft(person(view, dice, "admin", "admin", "patrol1"), "plates.printed", f"B{dice.randint(1, 3)}", events.encode(event))


def bound(view: View, dice: random.Random, now: int) -> Draft:
    return Draft(
        person(view, dice, "cg1", "patrol1", "third"),
        "plate.bound",
        dice.choice(CODES),
        events.encode(events.PlateBound(dice.choice(PLACES))),
    )


def voided(view: View, dice: random.Random, now: int) -> Draft:
    event = events.PlateVoided(dice.choice(["", "broken"]), dice.choice(["", CODES[2]]))
    return Draft(person(view, dice, "clerk", "patrol1"), "plate.voided", dice.choice(CODES), events.encode(event))


def issued(view: View, dice: random.Random, now: int) -> Draft:
    event = events.ReportIssued("2026-09-07", "2026-09-13", now, {"K1": 1}, "c" * 64, {"grid": {"一网格": "red"}})
    return Draft(person(view, dice, "town_leader"), "report.issued", "2026-W37", events.encode(event))


def founded(view: View, dice: random.Random, now: int) -> Draft:
    event = events.TownFounded("另一镇", 0, {"id": IDS["patrol1"], "name": "x"}, {"letters": "K9", "key": "09"})
    return Draft(person(view, dice, "patrol1"), "town.founded", view.town.id, events.encode(event))


MAKERS: dict[str, Callable[[View, random.Random, int], Draft]] = {
    "visit.recorded": visit,
    "step.taken": step,
    "fact.withdrawn": withdrawn,
    "rung.raised": raised,
    "rung.answered": answered,
    "object.registered": registered,
    "object.changed": changed,
    "object.retired": retired,
    "person.registered": person_registered,
    "person.changed": person_changed,
    "person.left": person_left,
    "roster.published": roster,
    "device.enrolled": enrolled,
    "device.clock": clock,
    "catalogue.published": catalogue,
    "calendar.published": calendar,
    "plates.printed": printed,
    "plate.bound": bound,
    "plate.voided": voided,
    "report.issued": issued,
    "suggestion.made": suggested,
    "agenda.decided": decided,
    "town.founded": founded,
}

ODD_BODIES = [  # what a later or a damaged version might say; all of it is kept and moves nothing, or what is known of it counts
    b"",
    b"[]",
    b"{",
    b"7",
    b'"text"',
    b"\xff\xfe",
    b"{}",
    b'{"name":1.5}',
    b'{"on":7}',
    b'{"catalogue":7,"findings":{"item":1}}',
    b'{"catalogue":"e","findings":[{"item":"three"}]}',
    b'{"catalogue":"e","findings":[[]],"asked":"no"}',
    b'{"case":["x"],"step":"done"}',
    b'{"case":"","step":"","until":[1]}',
    b'{"roles":[7],"leave":"x"}',
    b'{"roles":[{"role":["admin"],"from":"never"}]}',
    b'{"seq_from":"1","seq_to":2}',
    b'{"people":{"a":1}}',
    b'{"off":["2026-13-01"],"work":[1]}',
    b'{"plates":[[]],"number":1,"stock":"a4"}',
    b'{"tenant":"x","position":[1,2]}',
    b'{"source":"text","kind":"shop"}',
    b'{"items":[],"claims":7}',
]


def odd(view: View, dice: random.Random, now: int) -> Draft:
    """A fact of a kind that this version does not know, with a field or word that it does not know, or with a malformed body."""
    chance = dice.random()
    if chance < 0.2:
        return Draft(view.admin, "weather.seen", dice.choice([SHOP, "2026"]), '{"rain":1,"where":"𠮷"}'.encode())
    if chance < 0.4:
        draft = visit(view, dice, now)
        return draft._replace(body=draft.body[:-1] + b',"zz_mood":"good","zz_more":{"a":[1]}}')
    return Draft(
        dice.choice([view.admin, IDS["cg1"]]), dice.choice(KINDS), dice.choice([*PLACES, IDS["cg1"], "2026", CODES[0], DEVICES["K2"]]),
        dice.choice(ODD_BODIES),
    )  # fmt: skip


MOVES = [
    *["visit.recorded"] * 16,
    *["step.taken"] * 40,
    *["fact.withdrawn"] * 3,
    *["rung.raised"] * 3,
    *["rung.answered"] * 2,
    *[kind for kind in MAKERS if kind not in ("visit.recorded", "step.taken", "fact.withdrawn", "rung.raised", "rung.answered")],
    *["odd"] * 3,
]


def test_every_kind_of_fact_is_drawn_here() -> None:
    assert set(MAKERS) == set(KINDS)


# -- devices in memory


@cache
def base() -> tuple[Fact, ...]:
    """The founding chain of K1: the town, its rules, people and two objects; K2 is enrolled, for the leaders by name too, K3 not yet."""
    log, _digest = histories.town_facts(small_catalogue(recheck_share=3))
    body = {"letters": "K2", "key": "01", "people": ["*", *LEADERS]}
    log.say(DEVICES["K1"], ADMIN, ms("2026-09-01 09:00"), "device.enrolled", DEVICES["K2"], body)
    return tuple(as_fact(raw) for raw in log.facts)


class Peer:
    """A device in memory. Objects are folded forward where DESIGN section 2 says so, and are stale otherwise, as in a store."""

    admin = ADMIN

    def __init__(self, letters: str, skew: int, drift: int) -> None:
        self.device, self.skew, self.drift = DEVICES[letters], skew, drift
        self.chain: list[Fact] = []
        self.facts: dict[str, Fact] = {}
        self.states: dict[str, State] = {}  # of the objects that are not stale
        self._town: Town | None = None
        self.forward = 0
        self.take(base())
        if letters == "K1":
            self.chain = list(base())

    @property
    def town(self) -> Town:
        if self._town is None:
            self._town = fold_town([fact for fact in self.facts.values() if fact.kind in events.TOWN_KINDS])
        return self._town

    def of_object(self, object_id: str) -> list[Fact]:
        return [fact for fact in self.facts.values() if fact.subject == object_id and fact.kind in events.OBJECT_KINDS]

    def state(self, object_id: str) -> State:
        if object_id not in self.states:
            self.states[object_id] = flow.refold(self.of_object(object_id), self.town)
        return self.states[object_id]

    def known(self) -> list[Fact]:
        return list(self.facts.values())

    def append(self, draft: Draft, now: int) -> None:
        """`at` after every fact that is here."""
        wall = now + self.skew + (now - START) // 1000 * self.drift
        own = self.chain[-1] if self.chain else None
        at = events.next_at(wall, own.at if own else 0, max(fact.at for fact in self.facts.values()))
        prev = own.hash if own else base()[0].hash
        fact = Fact(self.device, len(self.chain) + 1, wall, at, draft.actor, draft.kind, draft.subject, draft.body, prev, "")
        fact = events.sealed(self.town.id, fact)
        assert not events.what_is_wrong(self.town.id, fact, own)
        self.chain.append(fact)
        self.take([fact])

    def take(self, facts: Iterable[Fact]) -> None:
        """What arrives: each fact that is not here yet."""
        for fact in facts:
            if fact.hash in self.facts:
                continue
            if fact.kind in events.TOWN_KINDS:
                if self.states and self._reaches_back(fact):
                    self.states = {}
                self._town = None
            elif fact.kind in events.OBJECT_KINDS and fact.subject in self.states:
                self._fold_in(fact)
            self.facts[fact.hash] = fact

    def _fold_in(self, fact: Fact) -> None:
        state = self.states[fact.subject]
        late = any(events.order(other) > events.order(fact) for other in self.of_object(fact.subject))
        event = events.decode(fact.kind, fact.body)
        if not late and flow.folds_forward(state, fact, event, self.town):
            self.states[fact.subject] = flow.fold(state, fact, event, self.town)
            self.forward += 1
        else:
            del self.states[fact.subject]

    def _reaches_back(self, fact: Fact) -> bool:
        """DESIGN section 2: a catalogue, calendar, clock; what is late, by order or by `when`; a leaving dated back; the first registration of
        somebody whom a fact here names, the enrolment of a device whose facts are here."""
        event = events.decode(fact.kind, fact.body)
        newest = max(self.town.when(other) for other in self.facts.values())
        if fact.kind in ("catalogue.published", "calendar.published", "device.clock", "town.founded") or self.town.when(fact) <= newest:
            return True
        if any(events.order(other) > events.order(fact) for other in self.facts.values()):
            return True
        if fact.kind == "roster.published":
            return False
        if fact.kind == "device.enrolled":
            return any(other.device == fact.subject for other in self.facts.values())
        if fact.kind == "person.left":
            before = self.town.person(fact.subject, newest)
            return event is not None and (bool(before and before.left) or event.on < iso_of(self.town.day(newest)))
        first = self.town.person(fact.subject, newest) is None
        return first and any(other.actor == fact.subject or fact.subject.encode() in other.body for other in self.facts.values())


def parts(town: Town) -> dict[str, Any]:
    """A town as plain values, to be compared."""
    names = ("id", "name", "offset", "devices", "named", "people", "shifts", "rules", "catalogues", "years", "rosters", "unmoved")
    return {name: getattr(town, name) for name in names}


def shown(facts: Sequence[Fact]) -> tuple[dict[str, Any], dict[str, State], Any]:
    """One rebuild of everything."""
    town = fold_town([fact for fact in facts if fact.kind in events.TOWN_KINDS])
    objects = {
        object_id: flow.refold([fact for fact in facts if fact.subject == object_id and fact.kind in events.OBJECT_KINDS], town)
        for object_id in dict.fromkeys(PLACES)
    }
    return parts(town), objects, fold_plates(facts, town)


class Told(NamedTuple):
    """One thing that happens: who, what, its dice, and how many minutes after the last one."""

    who: int
    move: str
    seed: int
    gap: int


GAPS = [0, 0, 1, 2, 5, 10, 20, 30, 31, 60, 120, 300, 1440, 4320]
TOLD = st.builds(
    Told, st.integers(0, 3), st.sampled_from([*MOVES, *["exchange"] * 24, "clone"]), st.integers(0, 2**16), st.sampled_from(GAPS)
)
SKEWS = [(0, 0), (-9 * 60 * MINUTE, 2), (9 * 60 * MINUTE, -3)]  # ms, and ms of drift in a second


def live(story: Sequence[Told]) -> list[Peer]:
    """The devices after the story. At every step each object shows what a fold from its first fact shows."""
    peers = [Peer(letters, *skew) for letters, skew in zip(("K1", "K2", "K3"), SKEWS, strict=True)]
    now = START
    if story[0].seed % 3:  # else K3 is enrolled late, or never: its facts are here all the same
        peers[0].append(Draft(ADMIN, "device.enrolled", DEVICES["K3"], events.encode(events.DeviceEnrolled("K3", "02", ("*",)))), now)
        for peer in peers:
            peer.take(peers[0].chain)
    for who, move, seed, gap in story:
        dice = random.Random(seed)
        now += gap * MINUTE
        peer = peers[min(who, len(peers) - 1)]
        if move == "exchange":
            other = dice.choice(peers)
            chains = dice.sample([one.chain for one in peers], dice.randint(1, len(peers)))
            for chain in chains:  # whole prefixes of what the other holds, long or short, held already or not
                held = [fact for fact in chain if fact.hash in other.facts]
                peer.take(held[: dice.choice([len(held), dice.randint(0, len(held))])])
        elif move == "clone":
            if len(peers) == 3:  # a copy of K2's folder that somebody goes on with
                clone = Peer("K2", *SKEWS[1])
                clone.chain = list(peers[1].chain)
                clone.take(peers[1].facts.values())
                peers.append(clone)
        else:
            draft = MAKERS.get(move, odd)(peer, dice, now)
            if draft.actor in LEADERS and dice.random() < 0.8:  # they say it on K2, which is enrolled for them
                peers[1].take(peer.facts.values())
                peer = peers[1]
            peer.append(draft, now)
        for object_id in dict.fromkeys(PLACES):
            if object_id in peer.states:
                assert peer.states[object_id] == flow.refold(peer.of_object(object_id), peer.town), (move, object_id)
            peer.state(object_id)
    return peers


def converge(story: Sequence[Told], seed: int) -> None:
    peers = live(story)
    dice = random.Random(seed)
    everything = {fact.hash: fact for one in peers for fact in one.facts.values()}
    for peer in peers:
        for _again in range(2):
            others = dice.sample(peers, len(peers))
            for other in others:
                peer.take(dice.choice([sorted(other.facts.values(), key=events.order), list(other.facts.values()), list(other.chain)]))
        peer.take(fact for one in peers for fact in one.chain)
        assert set(peer.facts) == set(everything)
    facts = list(everything.values())
    rebuilt = shown(sorted(facts, key=events.order))
    for peer in peers:
        assert parts(peer.town) == rebuilt[0]
        assert {object_id: peer.state(object_id) for object_id in rebuilt[1]} == rebuilt[1]
        assert shown(list(peer.facts.values())) == rebuilt
    for _once_more in range(2):
        dice.shuffle(facts)
        assert shown(facts) == rebuilt


STORIES = st.lists(TOLD, min_size=4, max_size=40)


@given(STORIES, st.integers(0, 999))
@settings(max_examples=70)
def test_devices_with_the_same_facts_show_the_same_state(story: list[Told], seed: int) -> None:
    converge(story, seed)


@pytest.mark.long
@given(st.lists(TOLD, min_size=20, max_size=120), st.integers(0, 999))
@settings(max_examples=1_000)
def test_long_stories_converge_too(story: list[Told], seed: int) -> None:
    converge(story, seed)


def test_both_branches_of_a_cloned_device_count() -> None:
    one = Peer("K2", 0, 0)
    clone = Peer("K2", 0, 0)
    digest = one.town.last_catalogue.digest
    for peer, item in ((one, 3), (clone, 22)):
        event = events.VisitRecorded(digest, findings=(events.Finding(item, 1, "𠮷"),))
        peer.append(Draft(IDS["patrol1"], "visit.recorded", SHOP, events.encode(event)), START)
    assert one.chain[0][:2] == clone.chain[0][:2] and one.chain[0].hash != clone.chain[0].hash
    one.take(clone.chain)
    clone.take(one.chain)
    assert one.state(SHOP) == clone.state(SHOP)
    assert sorted(case.item for case in one.state(SHOP).cases.values()) == [3, 22]


def test_a_slow_clock_never_puts_a_step_before_the_finding_that_it_names() -> None:
    one, slow = Peer("K1", 0, 0), Peer("K2", -9 * 60 * MINUTE, 0)
    event = events.VisitRecorded(one.town.last_catalogue.digest, mode="invited", findings=(events.Finding(2, 1, "𠮷"),))
    one.append(Draft(IDS["patrol1"], "visit.recorded", SHOP, events.encode(event)), START)
    finding = one.chain[-1]
    slow.take(one.chain)
    slow.append(Draft(IDS["cjb1"], "step.taken", SHOP, events.encode(events.StepTaken(f"{finding.hash}.0", "done"))), START + MINUTE)
    assert slow.chain[-1].wall < finding.wall and events.order(slow.chain[-1]) > events.order(finding)
    one.take(slow.chain)
    assert not one.state(SHOP).unmoved or one.state(SHOP).unmoved.get(slow.chain[-1].hash) != "case"
    assert one.state(SHOP) == flow.refold(reversed(one.of_object(SHOP)), one.town)


def test_stories_are_deep_enough_to_prove_something() -> None:
    """A test that cannot fail is a defect: facts are folded forward, cases reach every stage, and facts that break rules are among them."""
    dice, stages, why, forward = random.Random(9), set(), set(), 0
    for _story in range(28):
        moves = [*MOVES, *["exchange"] * 24, "clone"]
        story = [Told(dice.randrange(4), dice.choice(moves), dice.randrange(2**16), dice.choice(GAPS)) for _ in range(60)]
        for peer in live(story):
            forward += peer.forward
            for object_id in dict.fromkeys(PLACES):
                state = peer.state(object_id)
                stages |= {stage for case in state.cases.values() for stage in (*case.entries, case.stage)}
                why |= set(state.unmoved.values())
    assert forward > 200
    assert stages >= {"verify", "triage", "self_fix", "accept", "handle", "check", "returned", "suspended", "closed", "unclaimed"}, stages
    assert why >= {"unknown", "device", "person", "left", "role", "stage", "reason", "case", "catalogue", "object", "mode"}, why


def malformed_of(kind: str, bodies: dict[str, list[bytes]]) -> None:
    """Whoever said it, and of whom or what: it is kept, and what is folded is folded on."""
    for subject, its in bodies.items():
        peer = Peer("K1", 0, 0)
        before = len(peer.facts)
        for body in its:
            peer.append(Draft(ADMIN, kind, subject, body), START)
            visited = events.encode(events.VisitRecorded(peer.town.last_catalogue.digest, findings=(events.Finding(3, 1),)))
            peer.append(Draft(IDS["patrol1"], "visit.recorded", SHOP, visited), START)
            assert peer.state(SHOP) == flow.refold(peer.of_object(SHOP), peer.town)
        shown(list(peer.facts.values()))
        assert len(peer.facts) == before + 2 * len(its)


ODD_SUBJECTS = (SHOP, LATER, NEWCOMER, "2026", CODES[0], DEVICES["K2"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_body_breaks_nothing(kind: str) -> None:
    shift = KINDS.index(kind)  # each body with one subject, and another one for the next kind
    malformed_of(kind, {subject: ODD_BODIES[(place + shift) % 6 :: 6] for place, subject in enumerate(ODD_SUBJECTS)})


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_body_breaks_nothing_whatever_it_is_about(kind: str) -> None:
    malformed_of(kind, dict.fromkeys(ODD_SUBJECTS, ODD_BODIES))


# -- a real town


class SqliteTown:
    """A founded SQLite town, as a view for the makers: one device, K1."""

    def __init__(self, folder: Path) -> None:
        calendars = {2026: (CALENDAR_2026["off"], CALENDAR_2026["work"])}
        rules, then = small_catalogue(recheck_share=3), ms("2026-09-01 08:00")
        self.store = found_town(folder, name="样板镇", admin="管理员", catalogue=rules, calendars=calendars, now=then, sample=True)
        self.admin, self.founding = self.store.settings["person"], self.store.device
        with self.store.transaction():
            for fact in base():
                if fact.kind in ("person.registered", "object.registered") and fact.actor == ADMIN:
                    self.store.append(fact.kind, fact.subject, fact.body, by=self.admin, now=fact.wall)

    @property
    def town(self) -> Town:
        return self.store.town

    def state(self, object_id: str) -> State:
        return self.store.state(object_id)

    def known(self) -> list[Fact]:
        return list(self.store.facts())

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every folded table, sorted."""
        self.store.fresh()
        return {table: sorted(self.store.db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in FOLDED}


def plain(state: State) -> dict[str, Any]:
    """A state's parts; a matter of which nothing is known has a row for its round, and is none."""
    return {**state._asdict(), "matters": {key: matter for key, matter in state.matters.items() if matter != flow.Matter()}}


def through_the_store(story: Sequence[Told]) -> None:
    """Facts go through Store.append, a few in one transaction, the clock going back at times; then everything is dropped and made again."""
    with TemporaryDirectory() as name:
        one = SqliteTown(Path(name))
        with one.store:
            now = START
            for number, (who, move, seed, gap) in enumerate(story):
                dice = random.Random(seed)
                now += gap * MINUTE
                wall = now - dice.choice([0, 0, 0, 0, 0, 0, 0, 30 * MINUTE, 2 * DAY])
                with one.store.transaction():
                    for _ in range(1 + (who == 3)):
                        draft = MAKERS.get(move, odd)(one, dice, wall)
                        event = events.decode(draft.kind, draft.body) if draft.kind == "person.left" else draft.body
                        if event is not None:  # Store.append reads the day of a leaving
                            one.store.append(draft.kind, draft.subject, event, by=draft.actor, now=wall)
                if number % 4 == 0:
                    for object_id in (SHOP, LATER):
                        state = one.state(object_id)
                        if state.versions:
                            assert plain(state) == plain(flow.refold(one.store.facts_of(object_id), one.town)), (number, move)
            folded = one.tables()
            one.store.rebuild()
            rebuilt = one.tables()
            for table in FOLDED:
                assert folded[table] == rebuilt[table], table


FOUND = events.VisitRecorded("", findings=(events.Finding(3, 1, "三张桌"),))
PRINTED = events.PlatesPrinted(1, "a4", ((CODES[0], SHOP), (CODES[1],)))
OFFICER = events.PersonRegistered("小王", "", "cg", ({"role": "cg_officer"},))
SECOND = 1000
AFTERWARDS: list[tuple[str, list[tuple[str, str, Any, str, int]]]] = [  # (kind, subject, event, who, ms after the start)
    ("a kind not known here", [("visit.recorded", SHOP, FOUND, "patrol1", 0), ("weather.seen", SHOP, b'{"rain":1}', "admin", 1)]),
    (
        "an object changed that nobody registered",
        [
            ("object.changed", LATER, events.ObjectRegistered("shop", "新店", grid="一网格"), "clerk", 0),
            ("visit.recorded", LATER, FOUND, "patrol1", 1),
        ],
    ),
    ("an object whose id is no number", [("object.registered", "X-1", events.ObjectRegistered("shop", "新店"), "clerk", 0)]),
    ("plates of a form not known here", [("plates.printed", "B1", b"[]", "admin", 0), ("plate.bound", CODES[0], b"{}", "admin", 1)]),
    (
        "a clock corrected after plates were printed",
        [("plates.printed", "B1", PRINTED, "admin", 0), ("device.clock", "K1", events.DeviceClock(1, 10**6, MINUTE), "admin", 1)],
    ),
    (
        "somebody registered who has acted",
        [("visit.recorded", SHOP, FOUND, NEWCOMER, 0), ("person.registered", NEWCOMER, OFFICER, "admin", DAY)],
    ),
    (
        "somebody registered who has bound a plate",
        [
            ("plates.printed", "B1", PRINTED, "admin", 0),
            ("plate.bound", CODES[1], events.PlateBound(POINT), NEWCOMER, 1),
            ("person.registered", NEWCOMER, OFFICER, "admin", DAY),
        ],
    ),
    (
        "somebody registered for whom others have entered something",
        [
            ("visit.recorded", SHOP, FOUND._replace(entered_for=NEWCOMER), "ucc1", 0),
            ("person.registered", NEWCOMER, OFFICER, "admin", DAY),
        ],
    ),
    (
        "a role changed in the millisecond of a visit",
        [
            ("visit.recorded", SHOP, FOUND, "patrol1", SECOND),
            ("person.changed", "patrol1", events.PersonRegistered(roles=({"role": "patrol_3p"},)), "admin", SECOND),
        ],
    ),
    (
        "a role changed while earlier facts have a later `when`",
        [
            ("visit.recorded", SHOP, FOUND, "patrol1", 0),
            ("device.clock", "K1", lambda seq: events.DeviceClock(seq, seq, 9 * 60 * MINUTE), "admin", SECOND),
            ("person.changed", "patrol1", events.PersonRegistered(roles=({"role": "patrol_3p"},)), "admin", 4 * SECOND),
        ],
    ),
    (
        "this device enrolled once more, for fewer people",
        [
            ("visit.recorded", SHOP, FOUND, "patrol1", 0),
            ("device.enrolled", "K1", events.DeviceEnrolled("K1", "00", (IDS["cg1"],)), "admin", DAY),
        ],
    ),
    (
        "a leaving put off",
        [
            ("person.left", IDS["patrol1"], events.PersonLeft("2026-09-08"), "admin", 0),
            ("visit.recorded", SHOP, FOUND, "patrol1", 3 * DAY),
            ("person.left", IDS["patrol1"], events.PersonLeft("2026-09-30"), "admin", 4 * DAY),
        ],
    ),
    (
        "a leaving entered late",
        [
            ("visit.recorded", SHOP, FOUND, "patrol1", 3 * DAY),
            ("person.left", IDS["patrol1"], events.PersonLeft("2026-09-08"), "admin", 4 * DAY),
        ],
    ),
    (
        "the rules again",
        [
            ("visit.recorded", SHOP, FOUND._replace(catalogue="e" * 64), "patrol1", 0),
            ("calendar.published", "2026", events.CalendarPublished(("2026-09-08",)), "admin", DAY),
        ],
    ),
]


@pytest.mark.parametrize("said", [said for _why, said in AFTERWARDS], ids=[why for why, _said in AFTERWARDS])
def test_what_comes_afterwards_and_reaches_back_is_folded_in(said: list[tuple[str, str, Any, str, int]], tmp_path: Path) -> None:
    one = SqliteTown(tmp_path)
    with one.store:
        for kind, subject, event, who, after in said:
            if isinstance(event, events.VisitRecorded) and not event.catalogue:
                event = event._replace(catalogue=one.town.last_catalogue.digest)
            if callable(event):
                event = event(max(fact.seq for fact in one.known()))
            actor = one.admin if who == "admin" else IDS.get(who, who)
            subject = one.founding if subject == "K1" else IDS.get(subject, subject)
            with one.store.transaction():
                one.store.append(kind, subject, event, by=actor, now=START + after)
            one.state(SHOP)  # read, and so fresh, before the next fact comes
        folded = one.tables()
        one.store.rebuild()
        rebuilt = one.tables()
        for table in FOLDED:
            assert folded[table] == rebuilt[table], table


ONE_DEVICE = st.builds(Told, st.integers(0, 3), st.sampled_from(MOVES), st.integers(0, 2**16), st.sampled_from(GAPS))


@given(st.lists(ONE_DEVICE, min_size=3, max_size=25))
@settings(max_examples=50)
def test_folded_tables_equal_a_rebuild(story: list[Told]) -> None:
    through_the_store(story)


@pytest.mark.long
@given(st.lists(ONE_DEVICE, min_size=20, max_size=80))
@settings(max_examples=300)
def test_folded_tables_of_long_stories_equal_a_rebuild(story: list[Told]) -> None:
    through_the_store(story)
