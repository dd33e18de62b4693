"""Random histories of one small town, for comparing the fold with the independent evaluator. Imports nothing of `yima`.

`history()` draws intentions: plain tuples that shrink well. `as_facts(intentions)` turns them into a proper log (hashes, chains, `at`).
An intention says what kind of thing happens and carries dice; to be meaningful, what exactly happens is chosen by looking at the cases
that the evaluator finds open at that moment (so histories get deep, and instants can fall exactly on an edge). About one in eight
deviates: another person, a missing reason, a step that does not fit.

`edges(facts)` gives values of `now` at which something may change, each with one minute and one millisecond before and after.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests import evaluator

MINUTE, DAY = 60_000, 86_400_000
TOWN_TIME = timezone(timedelta(hours=8))
CATALOGUE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "catalogue.json").read_text(encoding="utf-8"))
ITEMS = (1, 2, 3, 22, 23, 38, 46, 51)
CALENDAR_2026 = {
    "off": [
        "2026-01-01",
        "2026-01-02",
        "2026-02-16",
        "2026-02-17",
        "2026-02-18",
        "2026-02-19",
        "2026-02-20",
        "2026-02-23",
        "2026-04-06",
        "2026-05-01",
        "2026-05-04",
        "2026-05-05",
        "2026-06-19",
        "2026-09-25",
        "2026-10-01",
        "2026-10-02",
        "2026-10-05",
        "2026-10-06",
        "2026-10-07",
    ],
    "work": ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
}

Fact = dict[str, Any]
Body = dict[str, Any]


def ms(text: str) -> int:
    """ "2026-09-01 10:00" in the town's time -> ms UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=TOWN_TIME).timestamp() * 1000)


def day_text(instant: int, days: int = 0) -> str:
    return (datetime.fromtimestamp(instant / 1000, TOWN_TIME) + timedelta(days=days)).date().isoformat()


def at_clock(instant: int, clock: str) -> int:
    """The next instant after this one at which the town's clock shows HH:MM."""
    same_day = ms(f"{day_text(instant)} {clock}")
    return same_day if same_day > instant else same_day + DAY


def named(kind: str, name: str, digits: int = 20) -> str:
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()[:digits]


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def dense(value: Any) -> Any:
    """Without null, false and empty; true is 1."""
    if isinstance(value, dict):
        inner = {key: dense(part) for key, part in value.items()}
        return {key: part for key, part in inner.items() if not (part is None or part is False or part in ("", [], {}))}
    if isinstance(value, list | tuple):
        return [dense(part) for part in value]
    return 1 if value is True else value


# --- the town ---------------------------------------------------------------------------------------------------------

TOWN = named("town", "sample", 32)
DEVICES = {letters: named("device", letters, 32) for letters in ("K1", "K2", "K3")}
SHOP, POINT = named("object", "shop"), named("object", "point")
ADMIN = named("person", "admin")


def role(name: str, **scope: Any) -> Body:
    return {"role": name, **scope}


PEOPLE: dict[str, tuple[str, list[Body]]] = {  # word -> (department, roles)
    "patrol1": ("", [role("street_patrol")]),
    "patrol2": ("", [role("street_patrol", streets=["学府路"])]),
    "grid1": ("", [role("grid_inspector", grids=["一网格"])]),
    "cg1": ("cg", [role("cg_officer")]),
    "cg2": ("cg", [role("cg_officer")]),
    "mr1": ("mr", [role("mr_officer")]),
    "mr2": ("mr", [role("mr_officer", to="2026-10-31")]),
    "cjb1": ("cjb", [role("dept_staff")]),
    "cjb2": ("cjb", [role("dept_staff", depts=["cjb", "pingan"])]),
    "pingan1": ("pingan", [role("dept_staff")]),
    "fire1": ("fire", [role("fire_officer")]),
    "service1": ("biz", [role("service_agent")]),
    "leader_cg": ("cg", [role("dept_leader")]),
    "leader_cjb": ("cjb", [role("dept_leader", depts=["cjb"])]),
    "leader_mr": ("mr", [role("dept_leader")]),
    "leader_pingan": ("pingan", [role("dept_leader", depts=["pingan", "biz"])]),
    "town_leader": ("", [role("town_leader")]),
    "clerk": ("cjb", [role("data_clerk")]),
    "third": ("", [role("patrol_3p")]),
    "third2": ("", [role("patrol_3p")]),
    "crew": ("", [role("sanitation_crew")]),
    "bike": ("", [role("bike_operator")]),
    "owner": ("", [role("shop_owner", objects=[SHOP])]),
    "owner2": ("", [role("shop_owner", objects=[SHOP])]),
    "stranger": ("", [role("shop_owner", objects=[named("object", "another shop")])]),
    "volunteer": ("", [role("volunteer", grids=["一网格"])]),
    "group1": ("", [role("self_gov_group", streets=["学府路"])]),
    "group2": ("", [role("self_gov_group", streets=["荷花路"])]),  # not here
    "ucc1": ("ucc", []),
}
IDS = {word: named("person", word) for word in PEOPLE} | {"admin": ADMIN}
WORDS = {person: word for word, person in IDS.items()}
LEADER_OF = {"cg": "leader_cg", "cjb": "leader_cjb", "mr": "leader_mr", "pingan": "leader_pingan", "biz": "leader_pingan", "ucc": "ucc1"}
PLACES: dict[str, Body] = {
    SHOP: {
        "kind": "shop",
        "name": "老街面馆",
        "street": "学府路",
        "door": "12",
        "grid": "一网格",
        "village": "东村",
        "trade": "catering",
        "tenant": {"name": "王记", "since": "2026-01-01"},
    },
    POINT: {"kind": "point", "name": "学府路公交站", "street": "学府路", "grid": "一网格"},
}


def small_catalogue(
    items: tuple[int, ...] = ITEMS,
    street_start: str = "",
    every: dict[int, dict[str, str]] | None = None,
    limits: dict[int, Body] | None = None,
    unclaimed: tuple[int, ...] = (),
    recheck_share: int = 20,
    campaigns: list[Body] | None = None,
    by_colour: dict[int, dict[str, str]] | None = None,
    street_starts: dict[str, str] | None = None,
    roster_roles: tuple[str, ...] = (),
    leaders: dict[str, tuple[str, str]] | None = None,
    town_leaders: tuple[str, ...] = (),
    ladder: dict[int, Body] | None = None,
) -> Body:
    """The published catalogue with a few items. every: item -> kind -> period; limits: item -> fields of its limit that differ.

    by_colour: item -> colour -> period, added to those that it has; roster_roles: roles whose duty days are those of the rosters.
    leaders: department -> words of its leader and its deputy, "" = not named; ladder: place in it -> fields that differ, None = absent.
    """
    body = copy.deepcopy({**CATALOGUE, "items": [item for item in CATALOGUE["items"] if item["no"] in items]})
    body["town"]["recheck_share"] = recheck_share
    if street_start:
        body["town"]["street_start"] = street_start
    if campaigns:
        body["town"]["campaigns"] = campaigns
    if street_starts:
        body["town"]["street_starts"] = street_starts
    for one in body["roles"]:
        if one["id"] in roster_roles:
            one["duty_days"] = "roster"
    for dept in body["departments"]:
        named_here = zip(("leader", "deputy"), (leaders or {}).get(dept["id"], ()), strict=False)
        dept.update({key: IDS[word] for key, word in named_here if word})
    if town_leaders:
        body["town_leaders"] = [{"person": IDS[word], "depts": ["mr"]} for word in town_leaders]
    for place, fields in (ladder or {}).items():
        body["ladder"][place] = {key: value for key, value in {**body["ladder"][place], **fields}.items() if value is not None}
    for item in body["items"]:
        if item["no"] in (by_colour or {}):
            item["every_by_colour"] = {**item.get("every_by_colour", {}), **(by_colour or {})[item["no"]]}
        periods = {**item.get("every", {}), **(every or {}).get(item["no"], {})}
        item["every"] = {kind: period for kind, period in periods.items() if period}
        item["limit"].update((limits or {}).get(item["no"], {}))
    names = {item["id"] for item in body["items"] if item["no"] not in unclaimed}
    body["claims"] = [claim for claim in body["claims"] if claim["item"] in names]
    return body


def campaign(first: str, last: str, items: tuple[int, ...], every: str) -> Body:
    """A 专项行动 on these days, both included."""
    names = [item["id"] for item in CATALOGUE["items"] if item["no"] in items]
    return {"name": "专项行动", "from": first, "to": last, "items": names, "every": every}


def rules_of(die: int, today: int) -> dict[str, Any]:
    """What small_catalogue is given beside the old: campaigns, periods by colour, starts of streets, rosters, frequent self-checks.

    die: below 360, one for each combination; 0 = nothing of it. today: ms, campaigns lie around it.
    """

    def around(first: int, last: int, items: tuple[int, ...], every: str) -> Body:
        return campaign(day_text(today, first), day_text(today, last), items, every)

    campaigns: list[list[Body]] = [
        [],
        [around(-3, 9, (3, 22), "P2D")],
        [around(2, 5, (38, 46, 2), "P3D")],
        [around(4, 12, (1, 2, 3), "P1D"), around(8, 20, (2, 3), "P3D")],
        [around(1, 1, (3,), "P1D"), around(10, 40, (2, 38, 51), "P7D")],
    ]
    colours: list[dict[int, dict[str, str]]] = [
        {},
        {3: {"blue": "P3D", "yellow": "P3D"}, 22: {"red": "P1D", "yellow": "P5D"}, 38: {"blue": "P2D"}},
        {2: {"blue": "P7D", "red": "P1M"}, 1: {"red": "P1D", "blue": "P2D"}, 22: {"blue": "P2D"}},
    ]
    streets: list[dict[str, str]] = [
        {},
        {},
        {"学府路": "2026-09-15", "荷花路": "2026-09-08"},
        {"荷花路": day_text(today, 12)},
    ]
    rosters: list[tuple[str, ...]] = [(), ("street_patrol",), ("street_patrol", "grid_inspector")]
    checks: list[dict[int, dict[str, str]]] = [{}, {38: {"shop": "P3D"}, 46: {"shop": "P7D"}}]
    numbers = []
    for size in (len(campaigns), len(rosters), len(checks), len(colours), len(streets)):
        numbers.append(die % size)
        die //= size
    return {
        "campaigns": campaigns[numbers[0]],
        "roster_roles": rosters[numbers[1]],
        "every": checks[numbers[2]],
        "by_colour": colours[numbers[3]],
        "street_starts": streets[numbers[4]],
    }


def desk_of(die: int) -> dict[str, Any]:
    """What small_catalogue is given of leaders by name and of the ladder. die: below 48, one for each combination; 0 = nothing of it."""
    leaders: list[dict[str, tuple[str, str]]] = [
        {},
        {"cg": ("cg1", "cg2"), "ucc": ("ucc1", "clerk")},
        {"cg": ("leader_cg", "mr1"), "cjb": ("", "cjb1"), "mr": ("patrol1", "")},
        {"ucc": ("leader_cjb", "ucc1"), "pingan": ("pingan1", ""), "biz": ("service1", "")},
    ]
    town_leaders: list[tuple[str, ...]] = [(), ("leader_mr",), ("town_leader", "grid1")]
    ladders: list[dict[int, Body]] = [
        {},
        {2: {"digest": None}},
        {1: {"answer": {"value": 30, "unit": "urgent_hour"}}, 2: {"digest": {"at": "16:30", "unless": ["F4", "F2"]}}},
        {1: {"answer": {"value": 2, "unit": "work_hour", "schedule": "street"}}, 2: {"digest": {"at": "08:00"}, "answer": "none"}},
    ]
    first, rest = die % len(leaders), die // len(leaders)
    return {
        "leaders": leaders[first],
        "town_leaders": town_leaders[rest % len(town_leaders)],
        "ladder": ladders[rest // len(town_leaders) % len(ladders)],
    }


class Log:
    """A log under construction. Several devices, each with its chain and what it has seen of the others."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.seq: dict[str, int] = {}
        self.head: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.founded = "0" * 64

    def sync(self, device: str) -> None:
        self.seen[device] = max((f["at"] for f in self.facts), default=0)

    def say(self, device: str, actor: str, wall: int, kind: str, subject: str, body: Body) -> Fact:
        """Append one fact; `body` may hold empties, they are left out."""
        body = dense(body)
        seq = self.seq.get(device, 0) + 1
        at = max(wall << 16, self.seen.get(device, 0) + 1)
        prev = self.head.get(device, self.founded)
        head = canonical([1, TOWN, device, seq, at, wall, actor, kind, subject, prev])
        name = hashlib.sha256(head + b"\n" + canonical(body)).hexdigest()
        fact = {
            "device": device,
            "seq": seq,
            "wall": wall,
            "at": at,
            "actor": actor,
            "kind": kind,
            "subject": subject,
            "body": body,
            "prev": prev,
            "hash": name,
        }
        self.facts.append(fact)
        self.seq[device], self.head[device], self.seen[device] = seq, name, at
        if kind == "town.founded":
            self.founded = name
        return fact

    def publish(self, wall: int, body: Body) -> str:
        body = dense(body)
        digest = hashlib.sha256(canonical(body)).hexdigest()
        self.sync(DEVICES["K1"])
        self.say(DEVICES["K1"], ADMIN, wall, "catalogue.published", digest, body)
        return digest


def town_facts(catalogue: Body | None = None, founded: str = "2026-09-01 08:00", leaders_apart: bool = False) -> tuple[Log, str]:
    """A founded town with people, a shop and a point, on K1; K2 is enrolled for everybody. Returns the log and the catalogue's digest.

    leaders_apart: K3 is enrolled for the leaders by name, so that what they say on K1 does not count.
    """
    log, now, k1 = Log(), ms(founded), DEVICES["K1"]
    log.say(
        k1,
        ADMIN,
        now,
        "town.founded",
        TOWN,
        {
            "name": "样板镇",
            "utc_offset": 480,
            "sample": True,
            "admin": {"id": ADMIN, "name": "管理员"},
            "device": {"letters": "K1", "key": "00"},
        },
    )
    log.say(k1, ADMIN, now, "calendar.published", "2026", CALENDAR_2026)
    digest = log.publish(now, catalogue or small_catalogue())
    for word, (dept, roles) in PEOPLE.items():
        log.say(k1, ADMIN, now, "person.registered", IDS[word], {"name": word, "dept": dept, "roles": roles})
    for object_id, place in PLACES.items():
        log.say(k1, ADMIN, now, "object.registered", object_id, place)
    log.say(k1, ADMIN, now, "device.enrolled", DEVICES["K2"], {"letters": "K2", "key": "01", "people": ["*"]})
    if leaders_apart:
        people = [IDS[word] for word in IDS if word.startswith(("leader", "town_leader"))]
        log.say(k1, ADMIN, now, "device.enrolled", DEVICES["K3"], {"letters": "K3", "key": "02", "people": people})
    return log, digest


# --- intentions -------------------------------------------------------------------------------------------------------


class Intention(NamedTuple):
    """One thing that happens. gap: how long after the last one (minutes, "HH:MM", or the name of an edge); dice: numbers that choose."""

    gap: int | str
    move: str
    dice: tuple[int, int, int, int]


class Setting(NamedTuple):
    """What holds for a whole history."""

    start: str = "2026-09-07 09:00"
    street_start: str = ""
    skew: int = 0  # K2's clock, in minutes
    leaders_apart: bool = False
    recheck_share: int = 20
    rules: int = 0  # which of the rules of readings 59-63 the first catalogue has (rules_of)
    desk: int = 0  # which leaders it names, and its ladder (desk_of)


SOON = [0, 0, 1, 1, 2, 3, 5, 5, 10, 14, 15, 16, 20, 29, 30, 31, 40, 45, 59, 60, 61, 90]
LATER = [119, 120, 121, 240, 300, 480, 1440, 1440, 2880, 2881, 4320, 10080, 14400, 43200, "sat"]
CLOCKS = ["07:00", "08:00", "11:59", "12:00", "12:01", "13:59", "14:00", "17:59", "18:00", "18:01", "20:30", "21:00", "23:59", "00:00"]
EDGES = ["due", "due", "due+", "due-", "pending", "pending", "pending+", "pending-", "yellow", "reopen", "reopen+", "undo", "undo+"]
EDGES += ["rung", "rung", "rung+"]
GAPS: st.SearchStrategy[int | str] = st.one_of(
    st.sampled_from(SOON), st.sampled_from(SOON), st.sampled_from(SOON), st.sampled_from(EDGES), st.sampled_from([*CLOCKS, *LATER])
)
MOVES = st.sampled_from(
    ["find"] * 4
    + ["next"] * 17
    + ["ok"] * 2
    + ["odd", "withdraw", "withdraw", "clock", "catalogue", "tenant", "person"]
    + ["beside"] * 6
    + ["status", "roster"]
    + ["rung"] * 7
    + ["answer"] * 6
    + ["leave"] * 2
    + ["device"]
)
DICE = st.tuples(*[st.integers(0, 999)] * 4)
INTENTIONS = st.builds(Intention, GAPS, MOVES, DICE)
SETTINGS = st.builds(
    Setting,
    start=st.sampled_from(
        [
            "2026-09-07 09:00",
            "2026-09-18 11:59",
            "2026-09-19 10:00",
            "2026-09-23 18:00",
            "2026-09-24 16:30",
            "2026-09-28 20:30",
            "2026-09-30 16:30",
            "2026-10-01 10:00",
            "2026-10-08 08:00",
            "2026-12-30 15:00",
        ]
    ),
    street_start=st.sampled_from(["", "", "2026-09-10", "2026-10-01"]),
    skew=st.sampled_from([0, 0, 0, 7, -540, 540, -1500]),
    leaders_apart=st.sampled_from([False, False, False, True]),
    recheck_share=st.sampled_from([20, 20, 1, 2]),
    rules=st.one_of(st.just(0), st.integers(0, 359)),
    desk=st.one_of(st.just(0), st.integers(0, 47)),
)


def history(max_size: int = 25) -> st.SearchStrategy[tuple[Setting, list[Intention]]]:
    """(what holds throughout, what happens)."""
    return st.tuples(SETTINGS, st.lists(INTENTIONS, min_size=1, max_size=max_size))


# --- what fits at a moment --------------------------------------------------------------------------------------------

HANDLERS = {
    1: ["bike", "cg1", "cg2"],
    2: ["cjb1", "cjb2"],
    3: ["cg1", "cg2"],
    22: ["patrol1", "patrol2"],
    23: ["pingan1", "fire1", "cjb2"],
    38: ["mr1", "mr2"],
    46: ["mr1", "service1"],
    51: ["service1", "ucc1"],
}
FINDERS = {
    1: ["grid1", "patrol1", "third", "owner"],
    2: ["grid1", "patrol1", "patrol2", "third"],
    3: ["patrol1", "cg1", "third"],
    22: ["patrol1", "patrol2", "third", "group1", "group2"],
    23: ["pingan1", "grid1", "patrol1"],
    38: ["mr1", "mr2", "grid1"],
    46: ["mr1", "service1", "grid1"],
    51: ["owner"],
}
DEPT_PEOPLE = {
    "cg": ["cg1", "cg2", "leader_cg"],
    "cjb": ["cjb1", "cjb2", "clerk"],
    "mr": ["mr1", "mr2"],
    "pingan": ["pingan1", "cjb2"],
    "biz": ["service1"],
    "ucc": ["ucc1"],
}
STEPS = [
    "told",
    "control",
    "confirm",
    "as_item",
    "temporary_lead",
    "accept",
    "done",
    "pass",
    "fail",
    "close",
    "return",
    "reassign",
    "send_back",
    "transfer",
    "extend",
    "suspend",
    "resume",
    "grant",
    "refuse",
    "void",
    "rate",
    "contest",
    "uphold",
    "appeal",
    "call",
    "answer",
    "refer",
    "merge",
]
INSIDE = (38, 46)
RUNGS = ("remind", "supervise", "escalate")
CLOCK_NAMES = (
    "item:1",
    "item:2",
    "item:3",
    "accept:1",
    "accept:2",
    "check:1",
    "verify:1",
    "triage:1",
    "unclaimed:1",
    "returned:1",
    "handle:1",
)
ANSWERS = ("extend", "instruct", "extend", "reassign", "extend", "takeover", "refer")


class Moment:
    """What the evaluator sees of the town now: cases, open and closed, by place."""

    def __init__(self, log: Log, now: int) -> None:
        ordered = sorted(log.facts, key=lambda f: (f["at"], f["device"], f["seq"], f["hash"]))
        self.town = evaluator.read_town(ordered)
        self.places = {
            object_id: evaluator.replayed(self.town, object_id, evaluator.of_object(self.town, ordered, object_id)) for object_id in PLACES
        }
        self.now = now
        self.cases: list[evaluator.Case] = []
        self.late: set[str] = set()
        self.edges: dict[str, list[int]] = {"due": [], "pending": [], "yellow": [], "reopen": [], "rung": []}
        for place in self.places.values():
            for matter in place.matters.values():
                if matter.last is None:
                    continue
                case = copy.copy(matter.last)
                if case.stage != "closed":
                    self.edges["rung"] += self.rung_edges(place, case)
                    change = place.pending(case)
                    if change:
                        self.edges["pending"].append(change[0])
                    for until in (case.entered, now):  # as the log leaves it, and as time has moved it
                        place.advance(case, until)
                        limit = place.running(case)
                        if limit:
                            self.edges["due"].append(limit[0])
                            self.edges["yellow"].append(limit[1])
                            if limit[0] < now:
                                self.late.add(case.name)
                elif matter.last_close is not None:
                    self.edges["reopen"].append(matter.last_close + 30 * DAY)
                self.cases.append(case)

    @staticmethod
    def rung_edges(place: evaluator.Place, case: evaluator.Case) -> list[int]:
        """When a rung becomes due, and when an answer is too late."""
        owed = [rung.answer_due for rung in case.rungs if rung.answer_due is not None and rung.answered is None]
        ahead = place.next_rung(case)
        return owed if ahead is None else [*owed, ahead]

    def rungs_due(self) -> list[tuple[evaluator.Case, str, str]]:
        """(case, clock, rung) of all that is due now and not raised."""
        return [
            (case, *key)
            for case in self.cases
            if case.stage != "closed"
            for key in sorted(self.places[case.key[0]].rungs_due(case, self.now))
        ]

    def owed(self) -> list[tuple[evaluator.Case, evaluator.Rung]]:
        """Rungs that wait for an answer."""
        found = [(case, rung) for case in self.cases for rung in case.rungs if case.stage != "closed"]
        return [(case, rung) for case, rung in found if rung.answer_due is not None and rung.answered is None]

    def speakers(self, dept: str) -> list[str]:
        """Who speaks as the department's leader now, standing in or not; for "" as the town's."""
        words = {word: evaluator.word_of(self.town, person, self.now) for word, person in IDS.items()}
        return sorted(word for word, said in words.items() if (dept in said.depts if dept else said.town))


def place_clocks(moment: Moment, case: evaluator.Case) -> list[str]:
    return moment.places[case.key[0]].clocks(case)


def pick(options: list[Any], die: int) -> Any:
    return options[die % len(options)]


class Writer:
    """Turns intentions into facts, one after the other."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        founded = "2026-09-01 08:00"
        self.now = ms(setting.start)
        self.rules = {**rules_of(setting.rules, self.now), **desk_of(setting.desk)}
        first = small_catalogue(street_start=setting.street_start, recheck_share=setting.recheck_share, **self.rules)
        self.log, self.digest = town_facts(first, founded, setting.leaders_apart)
        self.changed = 0

    def moment(self) -> Moment:
        return Moment(self.log, self.now)

    def say(self, word: str, kind: str, subject: str, body: Body, die: int, device: str = "") -> Fact:
        leader = word.startswith(("leader", "town_leader")) or word == "admin"
        letters = device or ("K1" if leader or die % 5 < 3 else "K2")
        if self.setting.leaders_apart and leader and word != "admin" and not device and die % 10:
            letters = "K3"
        if die % 4:
            self.log.sync(DEVICES[letters])
        wall = self.now + (self.setting.skew * MINUTE if letters == "K2" else 0)
        return self.log.say(DEVICES[letters], IDS[word], wall, kind, subject, body)

    def wait(self, gap: int | str, die: int) -> None:
        if isinstance(gap, int):
            self.now += gap * MINUTE
        elif ":" in gap:
            self.now = at_clock(self.now, gap)
        elif gap == "sat":
            ahead = (5 - date.fromisoformat(day_text(self.now)).weekday()) % 7 or 7
            self.now += ahead * DAY
        elif gap.startswith("undo"):
            self.now += 30 * MINUTE + (1 if gap.endswith("+") else 0)
        else:
            word = gap.rstrip("+-")
            ahead_of = [e for e in self.moment().edges[word] if self.now < e < self.now + 45 * DAY]
            if ahead_of:
                self.now = pick(sorted(ahead_of), die) + (1 if gap.endswith("+") else -1 if gap.endswith("-") else 0)
            else:
                self.now += 7 * MINUTE

    # visits

    def visit(self, word: str, object_id: str, die: int, **body: Any) -> Fact:
        digest = self.digest if die % 37 else "f" * 64
        return self.say(word, "visit.recorded", object_id, {"catalogue": digest, "read": "gun", **body}, die)

    def mode_for(self, word: str, item: int, die: int) -> Body:
        """A mode that fits this person and item, mostly."""
        if word in ("owner", "owner2"):
            modes: list[Body] = [{"mode": "self"}, {"mode": "self"}, {}]
            return dict(pick(modes, die))
        if item in INSIDE:
            inside: list[Body] = [{"mode": "inspection", "permit": "J-1"}, {"mode": "invited"}, {"mode": "inspection"}, {}]
            return dict(pick([inside[0], *inside], die))
        outside: list[Body] = [{"mode": "invited"}, {"mode": "proxy", "consent": 1}, {"mode": "proxy"}, {"mode": "self"}]
        return dict(pick([{}, {}, {}, {}, *outside], die))

    def find(self, dice: tuple[int, int, int, int]) -> None:
        a, b, c, d = dice
        object_id = pick([SHOP, SHOP, SHOP, POINT], a)
        items = [1, 23] if object_id == POINT else list(ITEMS)
        item = pick([*items, *items, 0], b)
        pool = FINDERS.get(item, ["patrol1", "owner"])
        word = pick([*pool, *pool, *pool, "owner", "volunteer", "third", "crew", "cg1", "stranger", "leader_cg"], c)
        findings = [{"item": item, "note": pick(["", "三张桌", "又出摊"], d) or ("树倒了" if item == 0 else "")}]
        moment = self.moment()
        closed = [k for k in moment.cases if k.stage == "closed" and k.key[1]]
        if closed and d % 2:  # again what was closed once: perhaps a repeat
            object_id, item = pick(closed[::-1], b).key[:2]
            findings[0]["item"] = item
        if d % 6 == 0:
            findings[0]["fixed"] = 1
        if d % 7 == 0:
            findings.append({"item": pick(items, c + 1)})
        if d % 3 == 0:
            same = [k for k in moment.cases if k.stage != "closed" and k.key[0] == object_id and k.key[1] == item]
            if same:
                findings[0]["again"] = pick(same, c).name
        if d == 500:
            findings[0]["item"] = 99
        body: Body = {**self.mode_for(word, item, d // 7), "findings": findings}
        if c % 11 == 0:
            word, body = (
                pick(["ucc1", "clerk", "leader_cg", "patrol1"], d),
                {**body, "entered_for": pick(["owner", IDS["cg1"], IDS[word]], b)},
            )
        self.visit(word, object_id, c, **body)

    def ok(self, dice: tuple[int, int, int, int]) -> None:
        a, b, c, d = dice
        object_id = pick([SHOP, SHOP, POINT], a)
        word = pick(
            ["patrol1", "patrol1", "grid1", "owner", "mr1", "cg1", "third", "patrol2", "volunteer"]
            if object_id == SHOP
            else ["grid1", "grid1", "patrol1", "cg1", "crew"],
            b,
        )
        asked = [1, 23] if object_id == POINT else [2, 3, 22, 1, 23] if c % 2 else [38, 46]
        body: Body = {**self.mode_for(word, asked[0], d), "asked": asked[: 1 + d % len(asked)]}
        if d % 5 == 0:
            midnight = ms(f"{day_text(self.now)} 00:00")
            body["seen"] = max(midnight, self.now - 180 * MINUTE)
        if d % 9 == 0:
            body = {"closed": "shut", **body}
        self.visit(word, object_id, c, **body)

    # steps

    def step(self, word: str, case: evaluator.Case, step: str, die: int, **body: Any) -> Fact:
        return self.say(word, "step.taken", case.key[0], {"case": case.name, "step": step, **body}, die)

    def cases_visit(self, word: str, case: evaluator.Case, die: int, **body: Any) -> Fact:
        return self.visit(word, case.key[0], die, **{**self.mode_for(word, case.key[1], die), "cases": [case.name], **body})

    def again_visit(self, word: str, case: evaluator.Case, die: int, **body: Any) -> Fact:
        findings = [{"item": case.key[1], "again": case.name, "note": "树倒了" if case.key[1] == 0 else ""}]
        return self.visit(word, case.key[0], die, **{**self.mode_for(word, case.key[1], die), "findings": findings, **body})

    def next(self, dice: tuple[int, int, int, int]) -> None:
        """A plausible next thing for some case: an open one, or a closed one whose void may be answered."""
        a, b, c, d = dice
        moment = self.moment()
        cases = [k for k in moment.cases if k.stage != "closed" or (k.outcome == "void" and not k.void_settled)]
        if not cases:
            self.find(dice)
            return
        case = pick(cases[::-1], a if a % 3 else 0)
        item = case.key[1]
        handlers = DEPT_PEOPLE.get(case.dept, ["ucc1"]) if case.by_dept else HANDLERS.get(item, ["cg1"])
        if case.holder in WORDS and b % 2:
            handlers = [WORDS[case.holder]]
        finders = FINDERS.get(item, ["patrol1"])
        handler, finder = pick(handlers, b), pick(finders, c)
        lookers = [w for w in [*finders, *handlers] if IDS[w] != case.done_by and w not in ("owner", "third", "bike")] or ["cg1"]
        looker = pick(lookers, b + c)
        leader, chief = self.leaders(moment, case, a)
        everybody = sorted(IDS)
        if d % 8 == 0:
            handler = finder = looker = leader = pick(everybody, c)
        reason = "" if d % 13 == 0 else "情况说明"
        dept = pick(["cg", "cjb", "mr", "pingan"], c)
        until: Any = pick(
            [day_text(self.now, n) for n in (0, 1, 2, 5, 8, 10, 15, 29, 30, 31)] + [self.now + 26 * 60 * MINUTE, self.now + 11 * DAY], c
        )
        later: Any = pick([None, None, day_text(self.now, 1), day_text(self.now, 3), day_text(self.now, 12), self.now + 5 * 60 * MINUTE], c)
        by_owner = pick(
            [
                ("owner", {"mode": "self"}),
                ("owner", {}),
                ("patrol1", {"mode": "proxy", "consent": 1}),
                ("ucc1", {"entered_for": "owner"}),
                ("clerk", {"entered_for": "owner"}),
            ],
            b,
        )

        def owner_fine() -> object:
            return self.cases_visit(by_owner[0], case, d, **{"mode": "", "permit": "", **by_owner[1]})

        def step(word: str, name: str, **body: Any) -> Callable[[], object]:
            return lambda: self.step(word, case, name, b + d, **body)

        def fine(word: str, **body: Any) -> Callable[[], object]:
            return lambda: self.cases_visit(word, case, d, **body)

        def again(word: str, **body: Any) -> Callable[[], object]:
            return lambda: self.again_visit(word, case, d, **body)

        def reassign(word: str) -> Callable[[], object]:
            return step(word, "reassign", to=pick([f"person:{IDS[w]}" for w in ("cg2", "cjb1", "patrol2", "mr1", "third")], c))

        opener = WORDS[next(f["actor"] for f in self.log.facts if f["hash"] == case.name[:64])]
        doer = WORDS.get(case.done_by, "owner")
        extend = [
            step(handler, "extend", reason=reason, until=later),
            step(pick([leader, chief], c), "extend", reason=reason, until=later),
        ]
        if case.asked:
            extend = [step(pick([leader, chief], c), "grant", about="extension")] * 3 + [step(leader, "refuse", about="extension")]
        suspend = step(leader, "suspend", reason=reason, until=until)
        void = step(leader, "void", reason=reason)
        transfer = step(leader, "transfer", reason=reason, to=f"dept:{dept}")
        control = step(pick([finder, handler], c), "control")
        give_back = step(handler, "return", reason=reason)
        working = [
            step(handler, "done"),
            step(handler, "done"),
            fine(handler),
            fine(looker),
            owner_fine,
            give_back,
            transfer,
            *extend,
            *extend,
            suspend,
            suspend,
            void,
            reassign(pick([leader, chief, handler], c)),
            control,
            step("ucc1", "done", entered_for=IDS[handler]),
            step("owner", "done"),
        ]
        if case.transfers:
            working += [transfer] * 4
        for who in sorted(case.returned_by & set(WORDS)):
            working += [step(WORDS[who], "return", reason="不属本部门")] * 4
        if case.asked:
            working += extend * 5
        elif case.since is not None:
            working += [extend[0], *extend]
        if case.name in moment.late:  # too late to be asked for
            working = [w for w in working if w not in extend and w is not suspend] + extend[:1] * 3
            if any(rung.answer == "extend" for rung in case.rungs):  # but a leader who answered so may
                working += extend[-1:] * 9
        moves: dict[str, list[Callable[[], object]]] = {
            "verify": [
                fine(looker),
                again(looker),
                again(finder),
                again(opener),
                step(opener, "confirm"),
                step(looker, "confirm"),
                step(handler, "confirm"),
                step(handler, "refuse"),
            ],
            "triage": [
                step("ucc1", "as_item", to=f"item:{pick([2, 3, 22, 23, 51], c)}"),
                step("ucc1", "as_item", to="item:3"),
                step("ucc1", "temporary_lead", to=f"dept:{dept}"),
                step("admin", "temporary_lead", to="dept:cg"),
                step("ucc1", "refuse"),
            ],
            "self_fix": [
                step(finder, "told"),
                step(handler, "told"),
                step(finder, "told"),
                owner_fine,
                owner_fine,
                fine(handler),
                fine(looker),
                again(finder),
                again(finder, mode="invited"),
                void,
                control,
                step(handler, "done"),
            ],
            "accept": [step(handler, "accept")] * 5 + [step(handler, "told")] * (5 if item == 1 else 1) + working,
            "handle": working,
            "check": [fine(looker)] * 4
            + [again(looker)] * 3
            + [
                step(looker, "fail", reason=reason),
                step(pick(["cg1", "cg2", "mr1"], c), "close"),
                step(looker, "close"),
                owner_fine,
                void,
                *(extend[:1] if case.asked else []),
                fine("third2"),
                fine(handler),
                fine(doer),
                step(doer, "close"),
                step(pick(["cjb1", "service1", "pingan1", "leader_cg"], c), "close"),
            ],
            "returned": [step(leader, "send_back"), reassign(leader), reassign(chief), transfer, step(leader, "send_back")],
            "unclaimed": [step(LEADER_OF.get(case.receiving, "leader_cg"), "accept")] * 3
            + [
                step(LEADER_OF.get(case.receiving, "leader_cg"), "refuse", about="transfer"),
                reassign(chief),
                step(chief, "reassign", to=f"dept:{dept}"),
                reassign(chief),
            ],
            "suspended": [step("ucc1", "grant", about="suspension")] * 2
            + [step("ucc1", "refuse", about="suspension"), step(leader, "resume"), control],
            "closed": [step("ucc1", "grant", about="void"), step("ucc1", "refuse", about="void"), step("ucc1", "refuse", about="void")],
        }
        pick(moves[case.stage], c + 7 * d)()

    def odd(self, dice: tuple[int, int, int, int]) -> None:
        """Some step by somebody."""
        a, b, c, d = dice
        cases = self.moment().cases
        if not cases:
            self.ok(dice)
            return
        case = pick(cases, a)
        about = pick(["", "", "extension", "suspension", "void", "transfer", "contest", "appeal", "call"], d)
        to = pick(["", "item:3", "dept:mr", f"person:{IDS['cg2']}"], c)
        self.step(pick(sorted(IDS), b), case, pick(STEPS, c), d, about=about, to=to, reason="说明", until=day_text(self.now, a % 12))

    def until(self, instant: int | None, die: int) -> None:
        """Wait until just before, at, or after an instant, where it lies ahead and not too far."""
        if instant is not None and self.now < instant < self.now + 45 * DAY:
            self.now = instant + pick([-1, 0, 1, 1, MINUTE], die)

    def beside(self, dice: tuple[int, int, int, int]) -> None:
        """What is said beside the flow of a case, open or closed; a merge, a rating, and the close of a service that nobody rated."""
        a, b, c, d = dice
        moment = self.moment()
        if not moment.cases:
            self.find(dice)
            return
        if a % 6 == 0 and not any(k.flow == "F6" and k.stage != "closed" for k in moment.cases):  # a service to rate later
            self.visit("mr1", SHOP, c, mode="invited", findings=[{"item": 46}])
            return
        ripe = [k for k in moment.cases if "asked" in (k.contest, k.appeal) or (k.late and not k.appeal) or k.words().calls]
        ripe += [k for k in moment.cases if k.flow == "F6" and k.stage != "closed"]
        case = pick((ripe if ripe and a % 3 else moment.cases)[::-1], a // 3)
        object_id, item = case.key[:2]
        place = moment.places[object_id]
        handlers = DEPT_PEOPLE.get(case.dept, ["ucc1"]) if case.by_dept else HANDLERS.get(item, ["cg1"])
        if case.holder in WORDS and b % 2:
            handlers = [WORDS[case.holder]]
        handler, finder = pick(handlers, b), pick(FINDERS.get(item, ["patrol1"]), c)
        leader, town_leader = self.leaders(moment, case, a)
        if d % 8 == 0:
            handler = finder = leader = town_leader = pick(sorted(IDS), c)
        reason = "" if d % 13 == 0 else "情况说明"
        owner, entered = pick(
            [("owner", ""), ("owner", ""), ("owner2", ""), ("ucc1", "owner"), ("clerk", "owner"), ("stranger", ""), ("patrol1", "owner")], b
        )
        due = place.item_due(case)
        called = sorted({call.dept for call in case.calls})

        def step(word: str, name: str, **body: Any) -> Callable[[], object]:
            return lambda: self.step(word, case, name, b + d, **body)

        def after(instant: int | None, then: Callable[[], object]) -> Callable[[], object]:
            def both() -> None:
                self.until(instant, c)
                then()

            return both

        def merge(word: str) -> Callable[[], object]:
            here = [k for k in moment.cases if k.key[0] == object_id and k.name != case.name]
            lost = sorted(place.findings - set(place.names))  # findings here that lead to no case
            targets = [
                *[k.name for k in here if k.stage != "closed"] * 2,
                *lost[:1],
                *[k.name for k in here if k.stage == "closed"],
                *[name for name, other in place.names.items() if name not in (case.name, other.name)],
                *[k.name for k in moment.cases if k.key[0] != object_id],
                f"{named('finding', str(c), 64)}.0",
                case.name,
            ]
            return step(word, "merge", to=f"case:{pick(targets, a + c)}")

        contest = step(owner, "contest", reason=reason, entered_for=entered)
        appeal = after(due if b % 3 else None, step(leader, "appeal", reason=reason))
        to_contest = [step(leader, word, about="contest") for word in ("uphold", "refuse")]
        to_appeal = [step(town_leader, word, about="appeal") for word in ("uphold", "refuse")]
        others = pick(["cg", "cjb", "mr", "pingan", "biz", "nobody", case.dept, *called, *called], c)
        call = step(pick([handler, handler, leader], c), "call", to=f"dept:{others}")
        answer = step(pick([*DEPT_PEOPLE.get(pick(called or ["mr"], c), ["fire1"]), "leader_cg", "cjb2"], b), "answer", about="call")
        refer = step(
            pick([leader, town_leader, handler], c),
            "refer",
            document=pick(["会〔2026〕3号", "会〔2026〕3号", ""], d),
            until=pick([day_text(self.now), day_text(self.now, 7), self.now + DAY, None], b),
        )
        rate = step(owner, "rate", entered_for=entered, value=pick([None, 0, 1, 4, 5, 9], c))
        closers = [word for word in ("mr1", "mr2", "service1") if IDS[word] != case.done_by]
        unrated = step(pick([*closers, *closers, handler, finder, "owner", "grid1"], b), "close")
        moves = [appeal]
        if case.stage == "closed":
            moves += [*to_appeal, *to_contest, appeal, contest, call, answer, rate, merge(finder), refer]
        elif case.stage in ("verify", "triage"):
            moves += [merge(pick([finder, handler, leader, "ucc1"], d)), contest, refer, answer]
        else:
            moves += [contest, contest, *to_contest, merge(pick([finder, handler, leader, "ucc1", "third"], d)), refer, answer]
            if case.stage in ("accept", "handle"):
                moves += [call, call, after(due, step(handler, "done")), refer]
            if case.stage in ("accept", "handle", "self_fix") and case.flow == "F6":
                moves += [step(handler, "done")] * 4
            if case.stage == "check" and case.flow == "F6":
                limit = place.running(case)
                moves += [rate] * 4 + [unrated, *[after(limit[0] if limit else None, unrated)] * 3]
        if case.appeal == "asked":
            moves += to_appeal * 4
        elif case.late and not case.appeal:
            moves += [appeal] * 5
        if case.contest == "asked":
            moves += to_contest * 4
        if case.words().calls:
            moves += [answer] * 6
        pick(moves, c + 7 * d)()

    # the ladder

    def leaders(self, moment: Moment, case: evaluator.Case, die: int) -> tuple[str, str]:
        """Who leads the case's department and who the town: those of the roles, or whoever has their word."""
        leader, chief = LEADER_OF.get(case.dept, "leader_cg"), "town_leader"
        if die % 3 == 0:
            leader = pick(moment.speakers(case.dept) or [leader], die // 3)
            chief = pick(moment.speakers("") or [chief], die // 3)
        return leader, chief

    def raise_rung(self, case: evaluator.Case, clock: str, rung: str, dice: tuple[int, int, int, int]) -> None:
        _a, b, c, d = dice
        who = pick(["ucc1", "ucc1", "patrol1", "admin", "clerk", "leader_cg"], c)
        device = pick(["K1", "K1", "K1", "K2", "K1", "K3"], b) if d % 4 == 0 else "K1"
        self.say(who, "rung.raised", case.key[0], {"case": case.name, "clock": clock, "rung": rung}, d, device)

    def rung(self, dice: tuple[int, int, int, int]) -> None:
        """What is due now is raised, mostly; where nothing is, at an instant at which something will be."""
        a, b, c, d = dice
        moment = self.moment()
        due = moment.rungs_due()
        if not due or a % 3 == 0:
            ahead = sorted({at for at in moment.edges["rung"] if self.now < at < self.now + 45 * DAY})
            if ahead:
                self.now = pick(ahead[:3], b) + pick([0, 0, 0, 0, 1, MINUTE, 5 * MINUTE, 60 * MINUTE, -1], c)
                moment = self.moment()
                due = moment.rungs_due()
        cases = [case for case in moment.cases if case.stage != "closed"] or moment.cases
        if not cases:
            self.find(dice)
            return
        if not due or d % 6 == 0:  # not due, or a clock that there is not
            case = pick(cases, a)
            names = [*place_clocks(moment, case), *[one.clock for one in case.rungs]] or list(CLOCK_NAMES)
            clock = pick(names, b) if c % 3 else pick(list(CLOCK_NAMES), b)
            self.raise_rung(case, clock, pick(list(RUNGS), c), dice)
        if not due:
            return
        chosen = due if c % 2 else [pick(due, b)]
        if d % 5 == 0:  # twice
            chosen = [*chosen, chosen[0]]
        for case, clock, rung in chosen:
            self.raise_rung(case, clock, rung, dice)

    def answer(self, dice: tuple[int, int, int, int]) -> None:
        """A leader answers, or somebody else tries to; after `extend` perhaps the extension itself."""
        a, b, c, d = dice
        moment = self.moment()
        if not moment.owed():
            self.rung(dice)
            self.now += pick([0, 1, 10, 90], a) * MINUTE
            moment = self.moment()
        owed = moment.owed() or [
            (case, rung) for case in moment.cases for rung in case.rungs if d % 3 == 0 or (rung.rung == "supervise" and not rung.withdrawn)
        ]
        if not owed:
            return
        case, rung = pick(owed[::-1], b)
        right = moment.speakers(case.dept if rung.rung == "supervise" else "")
        who = pick(right or ["town_leader"], c)
        if d % 5 == 0:
            who = pick([LEADER_OF.get(case.dept, "leader_cg"), "town_leader", *sorted(IDS)], a)
        body: Body = {"case": case.name, "clock": rung.clock, "rung": rung.rung, "answer": pick(list(ANSWERS), a), "text": "已阅"}
        by = who
        if c % 4 == 0:
            by = pick(["ucc1", "clerk", "ucc1", LEADER_OF.get(case.dept, "leader_cg"), "admin", *moment.speakers(case.dept)], d)
            body["entered_for"] = IDS[who] if d % 9 else "owner"
        self.say(by, "rung.answered", case.key[0], body, b + d)
        if body["answer"] == "extend" and a % 4:
            self.now += pick([0, 0, 1, 30, 300], c) * MINUTE
            handlers = HANDLERS.get(case.key[1], ["cg1"])
            later = pick(
                [None, None, None, day_text(self.now), day_text(self.now, 1), day_text(self.now, 5), self.now + 3 * 60 * MINUTE], d
            )
            sayer = pick([who, who, "town_leader", LEADER_OF.get(case.dept, "leader_cg"), pick(handlers, d)], b)
            self.step(sayer, case, "extend", b, reason="" if d % 13 == 0 else "情况说明", until=later)

    def leave(self, dice: tuple[int, int, int, int]) -> None:
        """Somebody with a word is away, and who stands in may be away too."""
        a, b, c, d = dice
        pairs = [
            ("leader_cg", "cg1"),
            ("leader_cjb", "cjb1"),
            ("town_leader", "leader_cg"),
            ("cg1", "cg2"),
            ("leader_mr", "mr1"),
            ("leader_pingan", "leader_cjb"),
            ("town_leader", "ucc1"),
            ("cjb1", "leader_cjb"),
            ("leader_cg", "leader_mr"),
            ("mr1", "leader_cg"),
            ("ucc1", "patrol1"),
            ("cg2", "owner"),
        ]
        word, deputy = pick(pairs, a)
        first, last = pick([0, 0, 0, -1, -2, 1], b), pick([None, 0, 1, 2, 5, 14], c)
        leaves: list[Body] = [
            {"from": day_text(self.now, first), "to": last if last is None else day_text(self.now, last), "deputy": IDS[deputy]}
        ]
        if d % 4 == 0:
            leaves.insert(
                d // 4 % 2, {"from": day_text(self.now, -1), "to": day_text(self.now, 1), "deputy": pick(["", IDS["third"]], d // 8)}
            )
        self.say("admin", "person.changed", IDS[word], {"leave": leaves}, 1, "K1")

    def device(self, dice: tuple[int, int, int, int]) -> None:
        """A device gets or loses the right to sweep."""
        a, b, _c, d = dice
        letters = pick(["K2", "K2", "K2", "K1"], a)
        people = pick([["*"], []], d) if letters == "K2" else []
        body = {"letters": letters, "key": "09", "people": people, "sweep": b % 3 > 0}
        self.say("admin", "device.enrolled", DEVICES[letters], body, 1, "K1")

    # everything else

    def withdraw(self, dice: tuple[int, int, int, int]) -> None:
        a, b, _c, d = dice
        said = [f for f in self.log.facts if f["kind"] in ("visit.recorded", "step.taken")]
        if not said:
            return
        fact = pick(said[::-1][:5], a if a % 3 == 0 else 0)
        word = pick([WORDS[fact["actor"]]] * 5 + ["ucc1", "patrol1"], b)
        if word == WORDS[fact["actor"]] and d % 3:  # shortly after, even if time has passed since
            device = next(letters for letters, name in DEVICES.items() if name == fact["device"])
            self.say(word, "fact.withdrawn", fact["subject"], {"fact": fact["hash"], "reason": "点错"}, d, device)
        else:
            self.say(word, "fact.withdrawn", fact["subject"], {"fact": fact["hash"], "reason": "点错"}, d)

    def clock(self, dice: tuple[int, int, int, int]) -> None:
        a, b, c, _d = dice
        device = pick(["K2", "K2", "K1"], a)
        last = self.log.seq.get(DEVICES[device], 1)
        first = max(40 if device == "K1" else 1, last - c % 6)
        shift = -self.setting.skew * MINUTE if device == "K2" and b % 3 else pick([-60, -30, -1, 1, 30, 600], b) * MINUTE
        who = "admin" if b % 10 else "clerk"
        self.say(who, "device.clock", DEVICES[device], {"seq_from": first, "seq_to": last, "shift_ms": shift}, 1, "K1")

    def catalogue(self, dice: tuple[int, int, int, int]) -> None:
        a, b, c, d = dice
        every = pick(
            [
                {3: {"shop": "P3D"}, 22: {"shop": "P1D"}},
                {3: {"shop": "P14D"}, 2: {"shop": "P3D"}},
                {38: {"shop": "P7D"}, 1: {"point": "P1D"}},
                {22: {"shop": ""}, 1: {"shop": "P14D"}},
            ],
            a,
        )
        limits = pick(
            [
                {3: {"value": 4}},
                {3: {"value": 1}, 22: {"value": 8}},
                {22: {"value": 1}},
                {2: {"value": 1}, 51: {"at_most": {"value": 8, "unit": "work_day"}}},
            ],
            b,
        )
        if self.setting.rules and (a // 4) % 3:
            self.rules = {**self.rules, **rules_of((b // 4) * 3, self.now)}
        if self.setting.desk and a % 5 == 0:
            self.rules = {**self.rules, **desk_of(b % 48)}
        body = small_catalogue(
            tuple(n for n in ITEMS if n != 46) if c % 3 == 0 else ITEMS,
            self.setting.street_start,
            limits=limits,
            unclaimed=(22,) if d % 4 == 0 else (),
            recheck_share=self.setting.recheck_share,
            **{**self.rules, "every": {**self.rules["every"], **every}},
        )
        digest = self.log.publish(self.now, body)
        if d % 3:
            self.digest = digest

    def tenant(self, dice: tuple[int, int, int, int]) -> None:
        _a, b, c, d = dice
        tenant = pick(
            [{"name": "李记", "since": "2026-09-15"}, {"name": "王记", "since": "2026-01-01"}, {"name": "李记", "since": "2026-10-01"}], b
        )
        self.say(pick(["admin", "clerk", "clerk", "patrol1"], c), "object.changed", SHOP, {"tenant": tenant}, d, "K1")

    def status(self, dice: tuple[int, int, int, int]) -> None:
        """The shop is shut for a time, or open again, or moves to another street."""
        a, b, c, d = dice
        if c % 9 == 0:
            change: Body = {"street": pick(["荷花路", "荷花路", "学府路"], a)}
        else:
            first = pick([-3, 0, 0, 2, 2, 4, 7, 12, 20], a)  # counted from the history's start, so that equal days meet
            last = pick([None, -1, 0, 1, 3, 6, 10, 10, 25, 60], b)
            start = ms(self.setting.start)
            what = pick(["ceased", "fitting_out", "vacant", "vacant", "normal", "normal"], c)
            status = {"what": what, "from": day_text(start, first)}
            if b % 12 == 0:
                status.pop("from")
            if last is not None and (what != "normal" or b % 2):
                status["to"] = day_text(start, first + last)
            change = {"status": status}
        self.say(pick(["admin", "clerk", "clerk", "patrol1"], d), "object.changed", SHOP, change, d, "K1")

    def roster(self, dice: tuple[int, int, int, int]) -> None:
        """A department's roster. Where no role goes by rosters yet, a catalogue with such a role comes first, mostly."""
        a, b, c, d = dice
        if not self.rules["roster_roles"] and d % 4:
            self.rules = {**self.rules, "roster_roles": ("street_patrol",)}
            body = small_catalogue(street_start=self.setting.street_start, recheck_share=self.setting.recheck_share, **self.rules)
            self.digest = self.log.publish(self.now, body)
        dept = pick(["cjb", "cjb", "cg"], a)
        who = pick(["admin", "admin", LEADER_OF[dept], LEADER_OF[dept], "leader_mr", "clerk", "patrol1"], b)
        first, length = pick([-6, -2, 0, 1, 3, 7], a), pick([1, 3, 6, 10, 20], c)
        start = ms(self.setting.start)
        rows = [
            {"day": day_text(start, first + n), "person": IDS[pick(["patrol1", "patrol2", "grid1", "mr2", "cg1"], b + n * c)]}
            for n in range(length)
            if (d >> n % 5) % 2
        ]
        body = {"from": day_text(start, first), "to": day_text(start, first + length - 1), "rows": rows}
        self.say(who, "roster.published", dept, body, d, "K1")

    def person(self, dice: tuple[int, int, int, int]) -> None:
        a, b, _c, d = dice
        if a % 3 == 0:
            word = pick(["patrol2", "mr2", "cg2", "volunteer"], b)
            self.say("admin", "person.left", IDS[word], {"on": day_text(self.now, pick([-1, 0, 3], d)), "reason": "离职"}, 1, "K1")
        else:
            change = pick(
                [
                    ("grid1", [role("dept_staff", depts=["cjb"])], "cjb"),
                    ("patrol2", [role("patrol_3p")], ""),
                    ("cg2", [role("cg_officer"), role("dept_leader")], "cg"),
                    ("cjb2", [role("dept_staff", to=day_text(self.now, 2))], "cjb"),
                    ("volunteer", [role("village_cadre", villages=["东村"])], ""),
                ],
                b,
            )
            self.say("admin", "person.changed", IDS[change[0]], {"roles": change[1], "dept": change[2]}, 1, "K1")


def as_facts(setting: Setting, intentions: list[Intention]) -> list[Fact]:
    """The log, town facts first, in the order in which it was said."""
    writer = Writer(setting)
    for intention in intentions:
        gap = intention.gap
        if intention.move == "withdraw" and not isinstance(gap, str):
            gap = pick([0, 2, 15, 29, 30, "undo+", gap], intention.dice[3])
        writer.wait(gap, intention.dice[0])
        {
            "find": writer.find,
            "next": writer.next,
            "ok": writer.ok,
            "odd": writer.odd,
            "withdraw": writer.withdraw,
            "clock": writer.clock,
            "catalogue": writer.catalogue,
            "tenant": writer.tenant,
            "person": writer.person,
            "beside": writer.beside,
            "status": writer.status,
            "roster": writer.roster,
            "rung": writer.rung,
            "answer": writer.answer,
            "leave": writer.leave,
            "device": writer.device,
        }[intention.move](intention.dice)
    return writer.log.facts


def last_when(facts: list[Fact]) -> int:
    """The greatest `when` of all facts: no `now` may be before it."""
    ordered = sorted(facts, key=lambda f: (f["at"], f["device"], f["seq"], f["hash"]))
    return max(evaluator.read_town(ordered).when.values())


def edges(facts: list[Fact]) -> list[int]:
    """Values of `now`, not before the last `when`, at which something may change: each with 1 ms and 1 minute before and after."""
    log = Log()
    log.facts = facts
    first = last_when(facts)
    moment = Moment(log, first)
    instants = {first, *(e for group in moment.edges.values() for e in group)}
    instants |= {ms(f"{day_text(first, n)} 00:00") for n in range(1, 40)}
    near = (-MINUTE, -1, 0, 1, MINUTE)
    return sorted({i + d for i in instants for d in near if i + d >= first})


def as_of(facts: list[Fact], instant: int) -> list[Fact]:
    """The facts with `when` <= instant and every clock correction: what a report as of that instant reads."""
    ordered = sorted(facts, key=lambda f: (f["at"], f["device"], f["seq"], f["hash"]))
    when = evaluator.read_town(ordered).when
    return [f for f in facts if f["kind"] == "device.clock" or when[(f["device"], f["seq"], f["hash"])] <= instant]
