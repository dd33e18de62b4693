"""A made-up town that lives: patrols walk, people find, handle, look and answer, and every day is swept; the same seed makes the same log.

with Life(folder, shops=60, start="2026-10-05") as life:
    life.live(92)
    life.store, life.now      the town as it stands, and the instant

All goes through the verbs, on a real SQLite town under the shipped rules; what a verb refuses is counted and not written. Beside them stand
town facts (rules, tenancies, statuses, leaves), which no verb says one by one, and what a second device entered in the street and hands over
days later. `Cases` (tests/towncases.py) knows what may be said next of a case.
"""

import heapq
import json
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from tests import bigtown
from tests.factories import at, rules
from tests.towncases import Cases
from yima.adapters.calendars import shipped_calendars
from yima.adapters.store import Store, look
from yima.adapters.store.founding import found_town
from yima.adapters.store.look import Hit
from yima.adapters.store.seen import letters_of
from yima.adapters.store.sql import INSERT_FACT
from yima.core import duty, events
from yima.core.events import Fact
from yima.core.model import MS_DAY, MS_HOUR, OWNER_OF, Item, Object, Person
from yima.core.worktime import iso_of
from yima.errors import YimaError
from yima.verbs import scan
from yima.verbs.scan import How
from yima.verbs.scan.words import Said, Saying
from yima.verbs.sweep import sweep
from yima.verbs.undo import undo

MINUTE = 60_000
PER_SHOPS = {"shop": 1, "point": 12, "house": 20, "road": 150, "site": 200, "waste_point": 150, "stall": 100}  # one for so many shops
# Who comes to a kind of object, every how many days, and how. Some come less often than the rules ask.
CREWS: dict[str, tuple[tuple[str, int, str], ...]] = {
    "shop": (
        ("street_patrol", 12, "patrol"), ("sanitation_crew", 30, "patrol"), ("grid_inspector", 60, "patrol"), ("shop_owner", 35, "self"),
        ("mr_officer", 80, "inspection"), ("dept_staff", 90, "inspection"), ("cg_officer", 90, "patrol"),
    ),
    "point": (("grid_inspector", 6, "patrol"), ("parking_crew", 6, "patrol"), ("volunteer", 40, "patrol")),
    "house": (("village_cadre", 25, "patrol"), ("dept_staff", 50, "patrol"), ("house_owner", 80, "proxy")),
    "road": (("grid_inspector", 6, "patrol"), ("parking_crew", 8, "patrol")),
    "site": (("village_cadre", 6, "patrol"), ("dept_staff", 20, "patrol")),
    "waste_point": (("sanitation_crew", 2, "patrol"), ("grid_inspector", 20, "patrol")),
    "stall": (("shop_owner", 28, "proxy"), ("mr_officer", 30, "inspection")),
}  # fmt: skip
UNLISTED = ("充电桩没人管", "墙上有人乱画", "路灯整夜不亮", "楼道里养鸡", "空调水滴到路上")


class Life:
    """A founded town with its people, and what has yet to happen in it, by instant."""

    def __init__(self, folder: Path, *, shops: int, start: str, seed: int = 14, pace: float = 1) -> None:
        """pace: how much longer than CREWS says the crews take from one round to the next."""
        self.dice = random.Random(seed)
        self.now = at(f"{start} 06:00")
        self.heap: list[tuple[int, int, Callable[..., object], tuple[Any, ...]]] = []
        self.counts: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.shut: dict[str, int] = {}  # until when nobody opens there
        self.deputies: dict[str, tuple[int, str]] = {}  # who is away until when, and who stands in
        self._pushed = 0
        self.body = rules()
        for claim in self.body["claims"]:
            claim["decision"] = "claimed"
        calendars = shipped_calendars()
        self.store = found_town(
            folder, name="青荷镇", admin="顾晓", catalogue=self.body, calendars=calendars, now=self.now - MS_DAY, sample=True
        )
        self.admin = str(self.store.settings["person"])
        self.objects = self._register(shops)
        self.by_role: dict[str, list[str]] = defaultdict(list)
        self.owner_of: dict[str, str] = {}
        self._people()
        self.away = Away(self.store, folder, self.admin, self.now)
        self.cases = Cases(self)
        self.store.fresh()
        for obj in self.objects.values():
            for role, days, mode in CREWS[obj.kind]:
                self.later(self.now + round(self.dice.random() * min(days, 20) * MS_DAY), self.comes, obj, role, days * pace, mode)

    def __enter__(self) -> "Life":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.store.db.close()

    # -- the town

    def _register(self, shops: int) -> dict[str, Object]:
        """Every so many of the objects of tests/bigtown.py, so that all streets and trades are there."""
        chosen: list[Object] = []
        everything: dict[str, list[Object]] = defaultdict(list)
        for obj in bigtown.objects():
            everything[obj.kind].append(obj)
        for kind, per in PER_SHOPS.items():
            count = max(shops // per, 1)
            chosen += [everything[kind][number * len(everything[kind]) // count] for number in range(count)]
        made = []
        for obj in chosen:
            event = events.ObjectRegistered(obj.kind, obj.name, obj.street, obj.door, grid=obj.grid, village=obj.village, trade=obj.trade,
                                            tenant={"name": f"{obj.name}老板", "since": "2025-03-01"})  # fmt: skip
            made.append((obj.id, event, events.encode(event)))
        with self.store.transaction():
            self.store.append_new(made, by=self.admin, now=self.now)
        return {obj.id: obj for obj in chosen}

    def _people(self) -> None:
        shops = [obj.id for obj in self.objects.values() if obj.kind == "shop"]
        with self.store.transaction():
            for one in bigtown.people():
                roles = tuple({key.rstrip("_"): value for key, value in held._asdict().items() if value} for held in one.roles)
                event = events.PersonRegistered(one.name, "", one.dept, roles)
                self.store.append("person.registered", one.id, event, by=self.admin, now=self.now)
                for held in one.roles:
                    self.by_role[held.role].append(one.id)
            for number, object_id in enumerate(shops[:: max(4, len(shops) // 40)]):  # some are registered as persons
                owner = bigtown.sign(f"owner {number}")
                event = events.PersonRegistered(f"店主{number}", "", "", ({"role": "shop_owner", "objects": [object_id]},))
                self.store.append("person.registered", owner, event, by=self.admin, now=self.now)
                self.owner_of[object_id] = owner

    def person(self, id_: str) -> Person:
        """As the register has them now; whoever is away is spoken for by the deputy, mostly."""
        until, deputy = self.deputies.get(id_, (0, ""))
        if self.now < until and self.dice.random() < 0.8:
            id_ = deputy
        found: Person = self.store.town.people[id_][-1][1]
        return found

    def someone(self, roles: tuple[str, ...], item: Item | None, obj: Object) -> Person | None:
        """One of those who count for the item here by one of these roles; owners apart."""
        pool = [id_ for role in roles if role not in OWNER_OF for id_ in self.by_role[role]]
        town, day = self.store.town, self.store.town.day(self.now)
        for _try in range(8):
            one = self.person(self.dice.choice(pool)) if pool else None
            if one is not None and (item is None or duty.has_role(town.last_catalogue, one, roles, item, obj, day)):
                return one
        return None

    # -- time

    def later(self, when: int, what: Callable[..., object], *args: Any) -> None:
        """By day: what would fall into the night waits for the morning."""
        hour = (when + 8 * MS_HOUR) % MS_DAY
        if not 7 * MS_HOUR <= hour < 20 * MS_HOUR:
            when += (7 * MS_HOUR - hour) % MS_DAY + round(self.dice.random() * 5 * MS_HOUR)
        self._pushed += 1
        heapq.heappush(self.heap, (when, self._pushed, what, args))

    def live(self, days: int) -> None:
        """So many days more; the last one ends at six in the morning."""
        for _day in range(days):
            self._plan()
            until = self.now - (self.now + 2 * MS_HOUR) % MS_DAY + MS_DAY
            while self.heap and self.heap[0][0] < until:
                when, _number, what, args = heapq.heappop(self.heap)
                self.now = max(when, self.now + 1)
                self.tried(what, *args)
            self.now = until

    def tried(self, what: Callable[..., object], *args: Any) -> object:
        """What a verb refuses is no defect here: nothing has been written then."""
        self.counts[what.__name__] += 1
        try:
            return what(*args)
        except YimaError as error:
            self.refused[f"{what.__name__} {type(error).__name__}"] += 1
            return None

    def _plan(self) -> None:
        """What happens once in a while, in a town of this size."""
        size = len(self.objects) / 80
        rates = (
            (self.moves_in, size / 40),
            (self.shuts, size / 15),
            (self.leaves, max(0.02, 12 / len(self.objects))),
            (self.strolls, size),
            (self.undoes, 0.3),
            (self.street, size / 6),
        )
        for what, times in rates:
            for _time in range(int(times) + (self.dice.random() < times % 1)):
                self.later(self.now + round(self.dice.random() * 13 * MS_HOUR), what)
        self.later(self.now + round((1 + self.dice.random() * 12) * MS_HOUR), self.sweeps)

    # -- visits

    def comes(self, obj: Object, role: str, days: float, mode: str) -> None:
        """A crew's round at one place; at times it is left out, or comes late."""
        gap = days * (0.4 + self.dice.random()) * (4 if self.dice.random() < 0.05 else 1)
        self.later(self.now + round(gap * MS_DAY), self.comes, obj, role, days, mode)
        if self.dice.random() < 0.06:
            return
        if role in OWNER_OF:
            owner = self.owner_of.get(obj.id)
            by = self.person(owner) if owner else self.someone(("street_patrol", "village_cadre"), None, obj)
            mode = "self" if owner else "proxy"
        else:
            by = self.someone((role,), None, obj)
        if by is not None:
            self.visit(obj.id, by, mode)

    def visit(self, object_id: str, by: Person, mode: str = "patrol", *, fine: tuple[str, ...] = (), again: tuple[str, ...] = ()) -> None:
        """One visit through `yima scan`. fine, again: cases (their keys) of which this is said; of the others chance says it."""
        if mode == "inspection" and self.dice.random() < 0.1:
            mode = "invited"
        how = How(mode, permit="JC-2026-014" if mode == "inspection" else "", consent=mode == "proxy")
        closed = "shut" if self.shut.get(object_id, 0) > self.now and mode == "patrol" else ""
        hit = Hit(object_id, read="gun")
        shown = scan.ask(self.store, hit, by, self.now, how, closed=closed, budget=40)
        said = []
        for place, case in enumerate(shown.cases, 1):
            if case.key in again or (case.key not in fine and self.dice.random() < 0.5):
                said.append(Saying(None, "", False, place))
        for place, _question in enumerate(shown.questions, 1 + len(shown.cases)):
            if self.dice.random() < 0.012:
                said.append(Saying(None, self.dice.choice(("", "三张桌", "第二次")), self.dice.random() < 0.2, place))
        self.record(hit, Said(tuple(said), closed), by, how, shown)

    def record(self, hit: Hit, said: Said, by: Person, how: How, shown: Any = None) -> None:
        scanned = scan.scan(self.store, hit, said, by, self.now, how, shown)
        for case in scanned.opened:
            forgotten = self.dice.random() < 0.07
            gap = 50 * MS_DAY if forgotten else round(MINUTE * 3 ** (1 + 5 * self.dice.random()))
            self.later(self.now + gap, self.cases.touch, hit.object, case.key)

    def strolls(self) -> None:
        """Somebody passes by and reports what they see, their affair or not."""
        obj = self.dice.choice(list(self.objects.values()))
        catalogue = self.store.town.last_catalogue
        items = [no for no, item in catalogue.items.items() if obj.kind in item.kinds and (not item.trades or obj.trade in item.trades)]
        roles = (
            "volunteer",
            "patrol_3p",
            "grid_inspector",
            "street_patrol",
            "cg_officer",
            "mr_officer",
            "dept_staff",
            "self_gov_group",
            "police",
        )
        by = self.someone(roles, None, obj)
        if by is None or not items:
            return
        mode = self.dice.choice(("patrol", "patrol", "invited"))
        said = Saying(0, self.dice.choice(UNLISTED)) if self.dice.random() < 0.15 else Saying(self.dice.choice(items), "路过看到")
        self.record(
            Hit(obj.id, read="typed"), Said((said,)), by, How(mode, told=self.dice.random() < 0.3, control=self.dice.random() < 0.3)
        )

    def street(self) -> None:
        """On the second device, without a network: the facts come in a few days later, or a little later on the same day."""
        obj = self.dice.choice(list(self.objects.values()))
        busy = look.open_cases(self.store)
        if busy and self.dice.random() < 0.6:
            obj = self.objects[self.dice.choice(busy)[0]]
        by = self.someone(("street_patrol", "grid_inspector", "village_cadre"), None, obj)
        if by is None:
            return
        catalogue = self.store.town.last_catalogue
        outside = [item.no for item in catalogue.items.values() if item.where == "outside"]
        asked = sorted(no for no, _due in look.due_at(self.store, obj.id, self.store.town.day(self.now), outside, ()))
        found = (events.Finding(asked[0], self.away.next_number(), "补传"),) if asked and self.dice.random() < 0.2 else ()
        event = events.VisitRecorded(catalogue.digest, asked=tuple(asked[1:] if found else asked), findings=found)
        self.away.says("visit.recorded", obj.id, event, by.id, self.now)
        for here in self.cases.open_at(obj.id):
            handler = self.someone(here.item.handlers, here.item, obj)
            if handler is not None and not here.case.own_people and self.dice.random() < 0.5:
                self.away.says("step.taken", obj.id, events.StepTaken(here.case.key, "done"), handler.id, self.now + 2 * MINUTE)
        gap = self.dice.choice((20 * MINUTE, 5 * MS_HOUR, 30 * MS_HOUR, 4 * MS_DAY))
        self.later(self.now + gap, self.hands_over)

    def hands_over(self) -> None:
        for fact in self.away.arrive():
            for number, _finding in enumerate(json.loads(fact.body).get("findings", [])):
                self.later(self.now + MS_HOUR, self.cases.touch, fact.subject, f"{fact.hash}.{number}")

    # -- the ladder

    def sweeps(self) -> None:
        """The day's sweep; most leaders answer, some of them on paper."""
        swept = sweep(self.store, by=self.person(self.admin), now=self.now)
        for one in swept.raised:
            self.counts[f"rung {one.rung}"] += 1
            if one.rung != "remind" and one.to and self.dice.random() < 0.6:
                gap = round(MS_HOUR * 4 ** (3 * self.dice.random() - 1))
                self.later(self.now + gap, self.cases.answers, one.case.object.id, one.case.key, one.to.removeprefix("person:"))
        self.counts["rungs withdrawn"] += len(swept.withdrawn)

    # -- the register, the rules, and what is taken back

    def says(self, kind: str, subject: str, event: Any) -> None:
        with self.store.transaction():
            self.store.append(kind, subject, event, by=self.admin, now=self.now)

    def moves_in(self) -> None:
        """Another tenant."""
        obj = self.dice.choice([one for one in self.objects.values() if one.kind in ("shop", "stall")])
        tenant = {"name": f"新店主{self.dice.randrange(1000)}", "since": self.day(0)}
        self.says("object.changed", obj.id, events.ObjectRegistered(tenant=tenant))

    def shuts(self) -> None:
        """A shop is shut for days; whoever says so in the register pauses its self-checks."""
        obj = self.dice.choice([one for one in self.objects.values() if one.kind == "shop"])
        days = self.dice.choice((3, 10, 30, 60))
        self.shut[obj.id] = self.now + days * MS_DAY
        if self.dice.random() < 0.5:
            status = {"what": self.dice.choice(("ceased", "fitting_out", "vacant")), "from": self.day(0), "to": self.day(days)}
            self.says("object.changed", obj.id, events.ObjectRegistered(status=status))

    def leaves(self) -> None:
        """Some people will be away for some days; a colleague, or for a leader another leader, stands in. Entered together, as an office does."""
        with self.store.transaction():
            for _person in range(1 + len(self.objects) // 500):
                role = self.dice.choice(("dept_leader", "dept_leader", "town_leader", "street_patrol", "cg_officer", "mr_officer"))
                one, other = self.dice.sample(self.by_role[role], 2)
                days = self.dice.choice((1, 3, 7, 14))
                self.deputies[one] = (self.now - self.now % MS_DAY + (days + 1) * MS_DAY, other)
                event = events.PersonRegistered(leave=({"from": self.day(0), "to": self.day(days), "deputy": other},))
                self.store.append("person.changed", one, event, by=self.admin, now=self.now)

    def publishes(self) -> None:
        """New rules from now on: `body` as somebody has changed it."""
        raw = events.canonical(events.lean(self.body))
        with self.store.transaction():
            self.store.append("catalogue.published", events.digest(raw), raw, by=self.admin, now=self.now)

    def undoes(self) -> None:
        """The last entry is taken back: by whoever made it, or by the centre."""
        last = [fact for fact in look.last_facts(self.store, 6) if fact.kind in ("visit.recorded", "step.taken")]
        if last and self.dice.random() < 0.5:
            undo(self.store, self.store.town.people[last[0].actor][-1][1], self.now)
        elif last:
            name = f"{letters_of(self.store, last[0].device)}-{last[0].seq}"
            undo(self.store, self.person(self.admin), self.now, fact_name=name, reason="登记错误")

    def day(self, days: int) -> str:
        """The local day so many days from now, as text."""
        return iso_of(self.store.town.day(self.now) + days)


class Away:
    """The second device of the town: its chain is made here, and its rows arrive later, beside this process as a sync would bring them."""

    def __init__(self, store: Store, folder: Path, admin: str, now: int) -> None:
        self.store, self.path = store, folder / "data" / "town.db"
        self.device = bigtown.sign("device K2") + "0" * 12
        with store.transaction():
            event = events.DeviceEnrolled("K2", "00" * 32, ("*",))
            store.append("device.enrolled", self.device, event, by=admin, now=now)
        self.last: Fact | None = None
        self.waiting: list[Fact] = []
        self.number = 0

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def says(self, kind: str, subject: str, event: Any, by: str, wall: int) -> None:
        last = self.last
        seq, own, prev = (last.seq + 1, last.at, last.hash) if last is not None else (1, 0, self.store._founding_hash())
        known = self.store.db.execute("SELECT MAX(at) FROM event").fetchone()[0]
        fact = Fact(self.device, seq, wall, events.next_at(wall, own, known), by, kind, subject, events.encode(event), prev, "")
        self.last = events.sealed(self.store.town_id, fact)
        self.waiting.append(self.last)

    def arrive(self) -> list[Fact]:
        """Insert what waits, as another program does; its objects are stale."""
        arrived, self.waiting = self.waiting, []
        with sqlite3.connect(self.path) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.executemany(INSERT_FACT, arrived)
            db.executemany("UPDATE object SET stale = 1 WHERE id = ?", [(fact.subject,) for fact in arrived])
        db.close()
        return arrived
