"""`yima doctor`: what was altered, lost, slipped in or miscounted is named, with device and number."""

import copy
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.factories import at, person, shop, step, town, visit
from yima.adapters.store import Store, look, open_town
from yima.adapters.store.sql import COLUMNS, INSERT_FACT
from yima.core import events
from yima.core.events import Fact
from yima.core.results.leaders import Defect, Examined
from yima.verbs.doctor import doctor
from yima.verbs.sweep import sweep

FOUNDED = at("2026-11-20 09:00")
NOW = at("2026-11-25 09:00")


class Place:
    """A town of four shops after a few days of work."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder, self.store = folder, town(folder, FOUNDED)
        self.finder = person(self.store, "王芳", "street_patrol", dept="ucc")
        self.officer = person(self.store, "周明", "cg_officer", dept="cg")
        person(self.store, "陈队长", "dept_leader", dept="cg")
        self.shops = [shop(self.store, f"店{n}", "荷花路", str(n)) for n in range(4)]
        self.days(seed)

    def days(self, seed: int) -> None:
        """A few days of visits, steps and sweeps, each folded forward as it comes."""
        chance, now, store = random.Random(seed), at("2026-11-23 08:00"), self.store
        names = ("over_door_business", "fire_lane_blocked", "facade_dirty", "goods_on_pavement", "door_front_duty", "lpg_cylinder")
        for _ in range(40):
            now += chance.randrange(1, 70) * 60_000
            one = chance.choice(self.shops)
            store.fresh([one])
            found = [case for case in store.state(one).cases.values() if case.closed is None]
            move = chance.random()
            if found and move < 0.5:
                step(store, one, chance.choice(found).key, chance.choice(["done", "told", "accept", "done", "void"]), self.officer, now)
            elif found and move < 0.6:
                visit(store, one, self.finder, now, cases=[chance.choice(found).key])
            elif move < 0.7:
                sweep(store, by=look.person_by(store, "顾晓"), now=now)
            else:
                visit(store, one, self.finder, now, asked=["sewage_dumping"], found=chance.sample(names, 2))

    def examine(self, **more: bool) -> Examined:
        return doctor(self.store, now=NOW, **more)

    def one(self, **where: Any) -> Fact:
        """The first fact with these columns."""
        asked = " AND ".join(f"{name} = :{name}" for name in where)
        return Fact(*self.store.db.execute(f"SELECT {COLUMNS} FROM event WHERE {asked} ORDER BY seq", where).fetchone())

    def unguard(self) -> None:
        for name in ("event_is_never_changed", "event_is_never_deleted"):
            self.store.db.execute(f"DROP TRIGGER {name}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Place:
    here = Place(tmp_path_factory.mktemp("town"))
    here.store.db.close()
    return here


@pytest.fixture
def place(tmp_path: Path, built: Place) -> Iterator[Place]:
    """A town of one's own, the same each time."""
    here = copy.copy(built)
    here.folder = tmp_path / "town"
    shutil.copytree(built.folder, here.folder)
    here.store = open_town(here.folder)
    with here.store:
        yield here


def named(result: Examined, kind: str) -> list[Defect]:
    return [one for one in result.problems if one.kind == kind]


def test_a_sound_town_is_whole(place: Place) -> None:
    result = place.examine()
    assert result.ok and not result.problems
    assert (result.facts, result.devices, result.objects) == (place.store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0], 1, 4)


@pytest.mark.parametrize("seed", range(2, 12))
def test_what_was_folded_forward_is_what_a_rebuild_gives(tmp_path: Path, seed: int) -> None:
    here = Place(tmp_path, seed)
    with here.store:
        assert not here.examine().problems
        here.store.db.execute("UPDATE object SET stale = 1")
        assert not here.examine().problems


def test_two_cases_of_one_colour_give_one_since_in_whatever_order_they_came(place: Place) -> None:
    """outdoor_seating has a round, fitout_sign_filing before it in number has none: its row comes later when folded forward."""
    fresh = shop(place.store, "新店", "新路", "1", now=at("2026-11-24 19:50"))
    place.store.fresh()
    visit(place.store, fresh, place.finder, at("2026-11-24 20:00"), found=["outdoor_seating"])
    visit(place.store, fresh, place.finder, at("2026-11-24 21:00"), found=["fitout_sign_filing"])
    assert not place.examine().problems


def test_facts_that_move_nothing_are_counted_by_reason(place: Place) -> None:
    seqs = {seq for (seq,) in place.store.db.execute("SELECT seq FROM event JOIN unmoved ON unmoved.hash = event.hash")}
    assert seqs, "void is the leader's: some of these steps count for nothing"
    result = place.examine()
    assert sum(one.number for one in result.unmoved) == len(seqs)
    assert {name.seq for one in result.unmoved for name in one.examples} <= seqs
    assert result.ok


@pytest.mark.parametrize("column", ["body", "wall", "actor", "subject", "kind", "at"])
def test_an_altered_fact_is_named(place: Place, column: str) -> None:
    fact = place.one(kind="visit.recorded")
    new = {"body": fact.body.replace(b"0", b"1", 1), "wall": fact.wall + 1, "actor": place.officer, "at": fact.at + 1}
    new |= {"subject": place.shops[-1] if fact.subject != place.shops[-1] else place.shops[0], "kind": "visit.retold"}
    assert place.examine().ok
    place.unguard()
    place.store.db.execute(f"UPDATE event SET {column} = ? WHERE hash = ?", (new[column], fact.hash))
    result = place.examine()
    assert not result.ok
    assert [(one.device, one.seq) for one in named(result, "hash")] == [("K1", fact.seq)]
    assert {one.more[0] for one in named(result, "guard")} == {"event_is_never_changed", "event_is_never_deleted"}


def test_a_lost_fact_is_named(place: Place) -> None:
    fact = place.one(kind="step.taken")
    place.unguard()
    place.store.db.execute("DELETE FROM event WHERE hash = ?", (fact.hash,))
    result = place.examine()
    assert [(one.device, one.seq, one.more) for one in named(result, "gap")] == [("K1", fact.seq, (fact.seq,))]
    assert not named(result, "hash") and not named(result, "chain") and not result.ok


def test_the_last_fact_lost_shows_in_the_state(place: Place) -> None:
    place.store.fresh()
    fact = visit(place.store, place.shops[0], place.finder, at("2026-11-24 20:00"), found=["over_door_business"])
    assert place.examine().ok
    place.unguard()
    place.store.db.execute("DELETE FROM event WHERE hash = ?", (fact.hash,))
    found = named(place.examine(), "state")
    assert len(found) == 1 and found[0].device == "K1" and 0 < found[0].seq < fact.seq and "店0" in found[0].more[0]


def forged(place: Place, **change: Any) -> Fact:
    """A well-made copy of the last fact that says something else, where nobody appended it."""
    last = Fact(*place.store.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY seq DESC LIMIT 1").fetchone())
    fact = events.sealed(place.store.town_id, last._replace(**change))
    place.store.db.execute(INSERT_FACT, fact)
    return fact


def test_a_fact_with_a_wrong_hash_is_named(place: Place) -> None:
    fact = forged(place, seq=9999, prev="f" * 64)
    result = place.examine()
    assert [one.seq for one in named(result, "gap")] == [place.store.db.execute("SELECT COUNT(*) FROM event").fetchone()[0]]
    assert fact.seq == 9999 and not result.ok


def test_a_replaced_fact_breaks_the_chain_after_it(place: Place) -> None:
    fact = place.one(kind="visit.recorded")
    place.unguard()
    place.store.db.execute("DELETE FROM event WHERE hash = ?", (fact.hash,))
    place.store.db.execute(INSERT_FACT, events.sealed(place.store.town_id, fact._replace(body=fact.body.replace(b"0", b"1", 1))))
    result = place.examine()
    assert [(one.device, one.seq) for one in named(result, "chain")] == [("K1", fact.seq + 1)]
    assert not named(result, "hash")


def test_a_second_branch_is_a_fork_and_no_damage(place: Place) -> None:
    last = Fact(*place.store.db.execute(f"SELECT {COLUMNS} FROM event ORDER BY seq DESC LIMIT 1").fetchone())
    forged(place, kind="suggestion.made", subject="own", body=b'{"text":"x"}')
    result = place.examine()
    assert [(one.device, one.seq, one.damage) for one in named(result, "fork")] == [("K1", last.seq, False)]
    assert result.ok and result.unknown in ((("suggestion.made", 1),), ())


def test_a_stranger_in_the_log_is_named(place: Place) -> None:
    founding = place.one(kind="town.founded")
    forged(place, device="ab" * 16, seq=1, prev=founding.hash)
    result = place.examine()
    assert [(one.device, one.damage) for one in named(result, "device")] == [("ABAB-ABAB", False)]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE case_file SET state = replace(state, '\"handle\"', '\"check\"'), stage = 'x'", "店"),
        ("UPDATE matter SET round_red = 1", "店"),
        ("UPDATE object SET red_at = 5", "店"),
        ("UPDATE object SET beside = 1 - beside", "店"),
        ("DELETE FROM finding", "店"),
        ("INSERT INTO finding (name, object, case_key, item, device, number) VALUES ('x', 'ff', '', 0, '', 0)", "ff"),
        ("UPDATE person SET dept = 'x'", "person"),
        ("UPDATE town_part SET value = replace(value, '青荷', '红荷')", "town_part"),
        ("INSERT INTO plate VALUES ('X', 'b', 1, '', 0, NULL, '', NULL, '', 1, 0)", "plate"),
    ],
)  # fmt: skip
def test_a_changed_folded_row_is_named_and_a_rebuild_mends_it(place: Place, statement: str, word: str) -> None:
    place.store.fresh()
    place.store.db.execute(statement)
    result = place.examine()
    assert not result.ok and word in "".join(named(result, "state")[0].more)
    assert all((one.device == "K1" and one.seq > 0) for one in named(result, "state") if one.more[0].startswith("荷花路"))
    assert place.examine(rebuild=True).ok and place.examine().ok


def test_a_clock_that_went_back_is_named_with_its_range(place: Place) -> None:
    first = visit(place.store, place.shops[0], place.finder, at("2026-11-27 09:00"), found=["over_door_business"])
    last = visit(place.store, place.shops[1], place.finder, at("2026-11-27 10:00"))
    visit(place.store, place.shops[2], place.finder, at("2026-11-25 10:30"))
    visit(place.store, place.shops[3], place.finder, at("2026-11-25 10:40"))
    result = doctor(place.store, now=at("2026-11-25 11:00"))
    clock = named(result, "clock")
    assert [(one.device, one.seq, one.more[:2], one.more[3]) for one in clock] == [("K1", first.seq, ("back", last.seq), -2)]
    assert result.ok
    with place.store.transaction():
        event = events.DeviceClock(first.seq, last.seq, -2 * 86_400_000)
        admin = look.person_by(place.store, "顾晓").id
        place.store.append("device.clock", place.store.device, event, by=admin, now=at("2026-11-25 11:00"))
    assert not doctor(place.store, now=at("2026-11-25 11:00")).problems


def test_a_clock_ahead_of_now_is_named(place: Place) -> None:
    fact = visit(place.store, place.shops[0], place.finder, at("2027-11-27 09:00"))
    assert [(one.seq, one.more[:2]) for one in named(place.examine(), "clock")] == [(fact.seq, ("fast", fact.seq))]


def test_a_town_without_its_founding_says_so(place: Place) -> None:
    place.unguard()
    place.store.db.execute("DELETE FROM event WHERE kind = 'town.founded'")
    assert [one.kind for one in place.examine().problems] == ["founded"]


def test_the_key_is_looked_at(place: Place) -> None:
    (path,) = (place.folder / "data").glob("*.key")
    path.write_text("00" * 32 + "\n", encoding="utf-8")
    assert [one.more for one in named(place.examine(), "key")] == [("other",)]
    path.unlink()
    assert [one.more for one in named(place.examine(), "key")] == [("missing",)]


def test_every_problem_has_its_sentence(place: Place) -> None:
    from yima.adapters.render import Voice
    from yima.adapters.render.leaders import examined_json, examined_text, said_of

    kinds = {
        "file": ("x",), "founded": (), "guard": ("event",), "key": ("open",), "hash": (), "chain": (), "gap": (7,), "order": (), "wall": (),
        "size": (), "fork": (), "device": (), "state": ("店", ""), "clock": ("slow", 9, 200_000_000, 2),
    }  # fmt: skip
    problems = tuple(Defect(kind, "K1", 5, more) for kind, more in kinds.items())
    assert all(said_of(one) != one.kind for one in problems)
    result = Examined(1, 1, 1, problems, (), (("strange.kind", 3),))
    assert "strange.kind" in examined_text(result, Voice(0, 0)) and len(examined_json(result, Voice(0, 0))["problems"]) == len(kinds)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from yima.cli import main

    here = Place(tmp_path / "a")
    here.store.db.close()
    monkeypatch.setenv("YIMA_NOW", "2026-11-25T09:00")
    assert main(["doctor", "--town", str(tmp_path / "a")]) == 0
    capsys.readouterr()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    store = open_raw(tmp_path / "b")
    fact = Fact(*store.db.execute(f"SELECT {COLUMNS} FROM event WHERE kind = 'visit.recorded' ORDER BY seq").fetchone())
    store.db.execute("DROP TRIGGER event_is_never_changed")
    store.db.execute("UPDATE event SET body = ? WHERE hash = ?", (fact.body[:-1] + b" ", fact.hash))
    store.db.close()
    assert main(["doctor", "--town", str(tmp_path / "b"), "--json"]) == 5
    result = json.loads(capsys.readouterr().out)
    assert result["ok"] is False and result["devices"] == 1 and result["facts"] > 40
    one = next(one for one in result["problems"] if one["what"] == "hash")
    assert (one["device"], one["seq"]) == ("K1", fact.seq)
    assert main(["doctor", "--town", str(tmp_path / "b")]) == 5
    assert f"{fact.seq}" in capsys.readouterr().out


def open_raw(folder: Path) -> Store:
    from yima.adapters.store import open_town

    return open_town(folder, fake_clock=True)
