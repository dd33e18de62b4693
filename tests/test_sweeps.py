"""Three devices sweep and exchange in any order: at the end there is one ladder, each rung once, and the same state as on one device that had all
facts at once. Real SQLite towns, each with its own clock; an exchange carries a prefix of a device's chain, whatever of it is held already.

Merging is not yet a command: `Desk.take` inserts rows beside the store, as another program does, and marks their objects stale.
"""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.histories import CALENDAR_2026, DEVICES, IDS, MINUTE, PEOPLE, PLACES, SHOP, dense, ms, small_catalogue
from tests.test_convergence import LEADERS, MAKERS, Draft
from yima.adapters.store import Store, open_town
from yima.adapters.store.founding import found_town
from yima.adapters.store.missed import lists_told
from yima.adapters.store.place import key_path
from yima.adapters.store.sql import FOLDED, INSERT_FACT
from yima.core import events, flow
from yima.core.events import Fact, StepTaken
from yima.core.flow import State
from yima.core.results.leaders import Swept
from yima.core.town import Town
from yima.verbs.sweep import sweep

START = ms("2026-09-07 09:00")  # a Monday
HOUR, DAY = 60 * MINUTE, 1440 * MINUTE
SKEWS = (0, -50 * MINUTE, 35 * MINUTE)  # of the three clocks
LETTERS = ("K1", "K2", "K3")


class Desk:
    """One device of the town, as a view for the makers of tests/test_convergence.py."""

    def __init__(self, folder: Path, skew: int) -> None:
        self.store: Store = open_town(folder, fake_clock=True)
        self.skew, self.admin = skew, self.store.settings["person"]

    @property
    def town(self) -> Town:
        return self.store.town

    def state(self, object_id: str) -> State:
        return self.store.state(object_id)

    def known(self) -> list[Fact]:
        return list(self.store.facts())

    def say(self, draft: Draft, now: int) -> None:
        with self.store.transaction():
            self.store.append(draft.kind, draft.subject, draft.body, by=draft.actor, now=now + self.skew)

    def sweep(self, now: int, skewed: bool = True) -> Swept:
        return sweep(self.store, by=self.town.people[IDS["ucc1"]][-1][1], now=now + (self.skew if skewed else 0))

    def take(self, facts: Sequence[Fact]) -> None:
        """What arrives from another device: what is not here yet is inserted, and what it is about is stale."""
        held = {row[0] for row in self.store.db.execute("SELECT hash FROM event")}
        new = [fact for fact in facts if fact.hash not in held]
        with sqlite3.connect(self.store.path) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.executemany(INSERT_FACT, new)
            subjects = {fact.subject for fact in new if fact.kind in events.OBJECT_KINDS}
            nowhere = [one for one in sorted(subjects) if not db.execute("UPDATE object SET stale = 1 WHERE id = ?", (one,)).rowcount]
        db.close()
        if any(fact.kind in events.TOWN_KINDS for fact in new):
            self.store.rebuild()
        else:
            with self.store.transaction():
                for subject in nowhere:  # a leader's lists, or what nobody registered: no row could be stale
                    self.store._write(subject, flow.refold(self.store.facts_of(subject), self.store.town))

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every folded table, sorted."""
        self.store.fresh()
        return {table: sorted(self.store.db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in FOLDED}

    def ladder(self) -> Counter[tuple[str, str, str]]:
        """(case or leader and day, clock, rung) of all that stands, told once or more often."""
        found = Counter(
            (case.key, one.clock, one.rung)
            for object_id in PLACES
            for case in self.state(object_id).cases.values()
            for one in case.rungs
            if not one.withdrawn
        )
        return found + Counter((leader, *key) for leader in LEADERS for key in lists_told(self.store, leader))


def raised(swept: Swept) -> set[tuple[str, str, str]]:
    return {(one.case.key, one.clock, one.rung) for one in swept.raised}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town on its first device: people, a shop and a point; all three devices are enrolled to sweep, for everybody."""
    folder = tmp_path_factory.mktemp("sweeps") / "town"
    calendars = {2026: (CALENDAR_2026["off"], CALENDAR_2026["work"])}
    rules, then = small_catalogue(recheck_share=10**9), ms("2026-09-01 08:00")
    with found_town(folder, name="样板镇", admin="管理员", catalogue=rules, calendars=calendars, now=then, sample=True) as store:
        admin = store.settings["person"]
        with store.transaction():
            for word, (dept, roles) in PEOPLE.items():
                body = events.canonical(dense({"name": word, "dept": dept, "roles": roles}))
                store.append("person.registered", IDS[word], body, by=admin, now=then)
            for object_id, place in PLACES.items():
                store.append("object.registered", object_id, events.canonical(dense(place)), by=admin, now=then)
            for letters in LETTERS:
                device = store.device if letters == "K1" else DEVICES[letters]
                event = events.DeviceEnrolled(letters, "00" * 32, ("*", admin, *IDS.values()), sweep=True)
                store.append("device.enrolled", device, event, by=admin, now=then)
        store.fresh()
        store.db.execute("PRAGMA journal_mode = DELETE")
    return folder


@contextmanager
def desks(made: Path) -> Iterator[list[Desk]]:
    """Three devices that know of the town and nothing else, and one that takes part in nothing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        found = []
        for name, skew in (*zip(LETTERS, SKEWS, strict=True), ("K1 once more", 0)):
            shutil.copytree(made, folder / name)
            if name in DEVICES and name != "K1":
                _becomes(folder / name, DEVICES[name])
            desk = Desk(folder / name, skew)
            stack.callback(desk.store.db.close)
            found.append(desk)
        yield found


def _becomes(folder: Path, device: str) -> None:
    """A copy of the first device's folder is the folder of another device."""
    with sqlite3.connect(folder / "data" / "town.db") as db:
        db.execute("PRAGMA synchronous = OFF")
        first = db.execute("SELECT value FROM kept_setting WHERE name = 'device'").fetchone()[0]
        db.execute("UPDATE kept_setting SET value = ? WHERE name = 'device'", (device,))
    db.close()
    key_path(folder, first, sample=True).rename(key_path(folder, device, sample=True))


class Move(NamedTuple):
    """What one device does, with its dice, so many minutes after the last."""

    who: int
    what: str
    seed: int
    gap: int


WHAT = (
    ["sweep"] * 5
    + ["exchange"] * 5
    + ["visit.recorded"] * 4
    + ["step.taken"] * 8
    + ["rung.answered"] * 4
    + ["fact.withdrawn", "person.changed"]
)
GAPS = [0, 0, 1, 5, 31, 31, 60, 120, 120, 300, 1440, 2880]
MOVES = st.builds(Move, st.integers(0, 2), st.sampled_from(WHAT), st.integers(0, 2**16), st.sampled_from(GAPS))


def live(three: list[Desk], story: Sequence[Move]) -> int:
    """The devices after the story; returns its last instant."""
    now = START
    for object_id, item in ((SHOP, 3), (SHOP, 22), (SHOP, 2)):  # else the first sweeps would find nothing
        event = events.VisitRecorded(three[0].town.last_catalogue.digest, findings=(events.Finding(item, item, "三张桌"),))
        three[0].say(Draft(IDS["patrol1"], "visit.recorded", object_id, events.encode(event)), now)
    three[1].take(three[0].known())
    for who, what, seed, gap in story:
        dice, desk = random.Random(seed), three[who]
        now += gap * MINUTE
        if what == "sweep":
            before = desk.ladder()
            swept = desk.sweep(now)
            assert not raised(swept) & set(before), "told once more"
        elif what == "exchange":
            chain = [fact for fact in dice.choice(three).known() if fact.device == dice.choice(three).store.device]
            desk.take(chain[: dice.choice([len(chain), len(chain), dice.randint(0, len(chain))])])
        else:
            desk = three[0] if what == "person.changed" else desk  # town facts go through the founding device
            desk.say(MAKERS[what](desk, dice, now + desk.skew), now)
    return now


def everything(some: Sequence[Desk]) -> list[Fact]:
    return list({fact.hash: fact for desk in some for fact in desk.known()}.values())


def meet(some: Sequence[Desk]) -> None:
    """Everybody gets everything."""
    facts = everything(some)
    for desk in some:
        desk.take(facts)


def one_ladder(three: list[Desk], alone: Desk) -> None:
    """All devices show the same, which is what one shows that had all facts at once; and nobody was told of anything twice."""
    alone.take(everything(three))
    alone.store.rebuild()
    expected = alone.tables()
    for desk in three:
        shown = desk.tables()
        for table in FOLDED:
            assert shown[table] == expected[table], table
        assert desk.ladder() == alone.ladder()
    assert not [rung for rung, times in alone.ladder().items() if times > 1]


def converge(made: Path, story: Sequence[Move]) -> None:
    with desks(made) as (one, two, three, alone):
        now = live([one, two, three], story) + 2 * HOUR  # after what the fastest clock has said
        meet([one, two, three])
        one_ladder([one, two, three], alone)
        before = one.ladder()
        told = [raised(desk.sweep(now, skewed=False)) for desk in (one, two, three)]  # all three, before they meet again
        assert told[0] == told[1] == told[2] and not told[0] & set(before)
        meet([one, two, three])
        one_ladder([one, two, three], alone)
        two.sweep(now + DAY, skewed=False)
        meet([one, two, three])
        for desk in (one, two, three):
            facts = len(desk.known())
            assert not desk.sweep(now + DAY, skewed=False).raised
            written = desk.store.db.total_changes
            assert not desk.sweep(now + DAY, skewed=False).raised
            assert (desk.store.db.total_changes, len(desk.known())) == (written, facts)
        one_ladder([one, two, three], alone)


@given(story=st.lists(MOVES, min_size=5, max_size=25))
@settings(max_examples=12)
def test_any_interleaving_of_sweeps_and_exchanges_ends_in_one_ladder(made: Path, story: list[Move]) -> None:
    converge(made, story)


@pytest.mark.long
@given(story=st.lists(MOVES, min_size=15, max_size=60))
@settings(max_examples=300)
def test_long_interleavings_of_sweeps_and_exchanges_end_in_one_ladder(made: Path, story: list[Move]) -> None:
    converge(made, story)


@pytest.mark.parametrize("knew", [False, True], ids=["it stands before the rung", "it stands after the rung, by a slow clock"])
def test_a_late_fact_withdraws_its_rung_on_every_device_and_that_is_said_once_where_it_was_raised(made: Path, knew: bool) -> None:
    with desks(made) as (one, two, three, alone):
        now = live([one, two, three], ())
        case = next(case for case in one.state(SHOP).cases.values() if case.item == 3)  # due at 11:00
        done = Draft(IDS["cg1"], "step.taken", SHOP, events.encode(StepTaken(case.key, "done")))
        at_ten = now + HOUR - two.skew  # as the clock of the second device shows it
        if not knew:
            two.say(done, at_ten)
        assert (case.key, "item:1", "supervise") in raised(one.sweep(now + 3 * HOUR))
        if knew:
            two.take(one.known())
            two.say(done, at_ten)
        three.take(one.known())
        assert (case.key, "item:1", "supervise") in three.ladder()
        meet([one, two, three])
        one_ladder([one, two, three], alone)
        assert (case.key, "item:1", "supervise") not in one.ladder()
        said = [[(gone.clock, gone.rung) for gone in desk.sweep(now + 4 * HOUR).withdrawn] for desk in (one, one, two, three)]
        assert ("item:1", "supervise") in said[0] and not said[1] and not said[2] and not said[3]


def test_stories_are_deep_enough_to_prove_something(made: Path) -> None:
    """Rungs of each sort stand, some were told by two devices at once, some were withdrawn, some answered; lists of missed rounds too."""
    dice, happened = random.Random(7), Counter[str]()
    for _story in range(8):
        story = [Move(dice.randrange(3), dice.choice(WHAT), dice.randrange(2**16), dice.choice(GAPS)) for _ in range(40)]
        with desks(made) as (one, two, three, _alone):
            live([one, two, three], story)
            meet([one, two, three])
            for case in (case for object_id in PLACES for case in one.state(object_id).cases.values()):
                for rung in case.rungs:
                    happened.update((rung.rung, "withdrawn" if rung.withdrawn else "answered" if rung.answered is not None else "waits"))
            said = Counter((fact.subject, fact.body) for fact in one.known() if fact.kind == "rung.raised")
            happened["twice"] += sum(times > 1 for times in said.values())
            happened["lists"] += sum(bool(lists_told(one.store, leader)) for leader in LEADERS)
    assert set(happened) >= {"remind", "supervise", "escalate", "withdrawn", "answered", "waits"}, happened
    assert happened["twice"] >= 5 and happened["lists"] >= 5, happened
