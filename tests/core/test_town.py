"""The timeline of town facts: who somebody was on a day, which rules were in force, whose facts count, what a corrected clock says."""

from typing import Any

import pytest

from tests.histories import ADMIN, DAY, DEVICES, IDS, dense, ms, named, role, small_catalogue, town_facts
from tests.test_fold import as_fact
from yima.core import events
from yima.core.events import Fact
from yima.core.model import Person
from yima.core.town import Town, at, fold_town, versions_of
from yima.core.worktime import day_of

K1, K2, K3 = (DEVICES[letters] for letters in ("K1", "K2", "K3"))
START = ms("2026-09-07 09:00")
NEWCOMER = named("person", "newcomer")


def told(*said: tuple[int, str, str, str, dict[str, Any]], leaders_apart: bool = False) -> tuple[Town, list[Fact]]:
    """A town after (ms after the start, who, kind, subject, body); said on K1 unless the kind names a device: "K2 visit.recorded"."""
    log, _digest = town_facts(small_catalogue(), leaders_apart=leaders_apart)
    for after, who, kind, subject, body in said:
        device, _, word = kind.rpartition(" ")
        name = DEVICES[device or "K1"]
        log.sync(name)
        log.say(name, IDS.get(who, who), START + after, word, IDS.get(subject, subject), body)
    facts = [as_fact(raw) for raw in log.facts]
    return fold_town([fact for fact in facts if fact.kind in events.TOWN_KINDS]), facts


def person(town: Town, word: str, after: int = 0) -> Person:
    found = town.person(IDS.get(word, word), START + after)
    assert found is not None
    return found


def visited(who: str, device: str = "K1", after: int = 0) -> tuple[int, str, str, str, dict[str, Any]]:
    return after, who, f"{device} visit.recorded", "shop", {"catalogue": "c"}


# -- versions


def test_before_the_first_version_the_first_counts() -> None:
    versions = ((10, "a"), (20, "b"))
    assert [at(versions, instant) for instant in (0, 9, 10, 19, 20, 99)] == ["a", "a", "a", "a", "b", "b"]


def test_versions_go_by_when_and_changes_of_one_instant_in_order() -> None:
    steps = [(20, "b"), (10, "a"), (20, "c")]
    assert versions_of(steps, lambda value, change: (value or "") + change) == ((10, "a"), (20, "bac"))


# -- people


def test_a_change_counts_from_its_own_when() -> None:
    town, _ = told((DAY, "admin", "person.changed", "grid1", {"dept": "cjb", "roles": [role("dept_staff", depts=["cjb"])]}))
    assert [held.role for held in person(town, "grid1", DAY - 1).roles] == ["grid_inspector"]
    assert [held.role for held in person(town, "grid1", DAY).roles] == ["dept_staff"]
    assert person(town, "grid1", DAY).name == "grid1", "only what differs is said"


def test_a_second_registration_adds_only_what_is_missing() -> None:
    town, _ = told((DAY, "admin", "person.registered", "grid1", {"name": "other", "no": "7", "roles": [role("cg_officer")]}))
    found = person(town, "grid1", 2 * DAY)
    assert (found.name, found.no, [held.role for held in found.roles]) == ("grid1", "7", ["grid_inspector"])


def test_a_leaving_counts_by_its_own_day_whenever_it_was_entered() -> None:
    town, facts = told(
        visited("patrol1", after=DAY),
        visited("patrol1", after=2 * DAY),
        (9 * DAY, "admin", "person.left", "patrol1", {"on": "2026-09-08"}),
    )
    assert [town.why_not(fact) for fact in facts if fact.kind == "visit.recorded"] == ["", "left"]


@pytest.mark.parametrize("on", ["2026-02-30", "soon", ""])
def test_a_leaving_on_no_day_changes_nothing(on: str) -> None:
    town, _ = told((0, "admin", "person.left", "patrol1", {"on": on}))
    assert person(town, "patrol1", 9 * DAY).left == ""


@pytest.mark.parametrize(
    ("raw", "held"),
    [
        ({"role": "cg_officer", "grids": ["一", 7], "from": "never", "to": "2026-12-31"}, ("cg_officer", ("一",), "", "2026-12-31")),
        ({"role": ["admin"], "grids": "一网格"}, ("['admin']", (), "", "")),
        ({}, ("", (), "", "")),
    ],
)
def test_a_role_of_another_form_counts_as_far_as_it_is_known(raw: dict[str, Any], held: tuple[Any, ...]) -> None:
    town, _ = told((0, "admin", "person.registered", NEWCOMER, {"name": "新", "no": "1", "roles": [raw]}))
    roles = person(town, NEWCOMER).roles
    assert [(one.role, one.grids, one.from_, one.to) for one in roles] == ([held] if dense(raw) else [("", (), "", "")])


# -- whose facts count


@pytest.mark.parametrize(
    ("said", "leaders_apart", "why"),
    [
        (visited("patrol1"), False, ""),
        (visited("patrol1", "K2"), False, ""),
        (visited("patrol1", "K3"), False, "device"),
        (visited(NEWCOMER), False, "person"),
        (visited("leader_cg"), False, ""),
        (visited("leader_cg", "K2"), False, "actor"),
        (visited("admin", "K2"), False, "actor"),
        (visited("leader_cg"), True, "actor"),
        (visited("leader_cg", "K3"), True, ""),
        (visited("patrol1", "K3"), True, "actor"),
        (visited("town_leader", "K3"), True, ""),
    ],
)
def test_whose_facts_count_from_which_device(said: Any, leaders_apart: bool, why: str) -> None:
    town, facts = told(said, leaders_apart=leaders_apart)
    assert town.why_not(facts[-1]) == why


def test_a_leader_counts_on_the_founding_device_until_one_is_enrolled_for_them() -> None:
    town, facts = told(
        visited("leader_cg"),
        (1, "admin", "device.enrolled", K3, {"letters": "K3", "key": "02", "people": [IDS["leader_cg"]]}),
        visited("leader_cg"),
    )
    assert [town.why_not(fact) for fact in facts if fact.kind == "visit.recorded"] == ["", "actor"]


def test_a_device_enrolled_late_counts_from_its_first_fact() -> None:
    town, facts = told(visited("patrol1", "K3"), (DAY, "admin", "device.enrolled", K3, {"letters": "K3", "key": "02", "people": ["*"]}))
    assert town.why_not(next(fact for fact in facts if fact.device == K3)) == ""


@pytest.mark.parametrize(
    ("who", "kind", "subject", "body"),
    [
        ("patrol1", "person.registered", NEWCOMER, {"name": "新", "roles": [role("admin")]}),
        ("clerk", "person.changed", "patrol1", {"roles": [role("dept_leader")]}),
        ("leader_cg", "person.left", "patrol1", {"on": "2026-09-07"}),
        ("patrol1", "device.enrolled", K3, {"letters": "K3", "key": "02", "people": ["*"]}),
        ("clerk", "device.clock", K2, {"seq_from": 1, "seq_to": 9, "shift_ms": 60_000}),
        ("ucc1", "calendar.published", "2026", {"off": ["2026-09-08"]}),
        ("patrol1", "catalogue.published", "d" * 64, small_catalogue((3,))),
    ],
)
def test_only_an_admin_says_town_facts(who: str, kind: str, subject: str, body: dict[str, Any]) -> None:
    before, _ = told()
    town, facts = told((DAY, who, kind, subject, body))
    assert (dict(town.people), dict(town.devices), dict(town.shifts), town.rules, dict(town.years)) == (
        dict(before.people), dict(before.devices), dict(before.shifts), before.rules, dict(before.years),
    )  # fmt: skip
    assert town.unmoved == {facts[-1].hash: "role"}


# -- clocks


def test_of_several_corrections_the_last_in_order_counts_alone() -> None:
    hour = 3_600_000
    town, facts = told(
        visited("patrol1", "K2"),
        visited("patrol1", "K2"),
        visited("patrol1", "K2"),
        (DAY, "admin", "device.clock", K2, {"seq_from": 1, "seq_to": 2, "shift_ms": 9 * hour}),
        (DAY, "admin", "device.clock", K2, {"seq_from": 2, "seq_to": 3, "shift_ms": -hour}),
    )
    assert [town.when(fact) - fact.wall for fact in facts if fact.device == K2] == [9 * hour, -hour, -hour]


def test_a_correction_moves_when_and_never_the_order() -> None:
    town, facts = told(
        visited("patrol1"), visited("cg1", after=1), (2, "admin", "device.clock", K1, {"seq_from": 1, "seq_to": 99, "shift_ms": -DAY})
    )
    own = [fact for fact in facts if fact.kind == "visit.recorded"]
    assert sorted(own, key=events.order) == own
    assert town.when(own[0]) == own[0].wall - DAY


# -- rules and calendar


def test_rules_and_calendar_hold_from_their_own_when() -> None:
    body = small_catalogue((3,), every={3: {"shop": "P3D"}})
    digest = events.digest(events.canonical(dense(body)))
    town, _ = told(
        (DAY, "admin", "catalogue.published", digest, body), (DAY, "admin", "calendar.published", "2026", {"off": ["2026-09-09"]})
    )
    assert len(town.rules) == 2 and town.last_catalogue.digest == digest
    assert set(town.catalogue_at(START + DAY - 1).items) > {3} == set(town.catalogue_at(START + DAY).items)
    assert town.catalogue_at(0).digest == town.rules[0].digest, "before the first one the first counts"
    assert not town.calendar.is_workday(day_of("2026-09-09")) and town.calendar.is_workday(day_of("2026-10-01")), "it replaces the year"


@pytest.mark.parametrize("body", [{}, {"items": []}, {"items": [{"no": 3}], "roles": []}])
def test_rules_of_a_form_not_known_here_are_kept_and_named(body: dict[str, Any]) -> None:
    before, _ = told()
    town, facts = told((DAY, "admin", "catalogue.published", "e" * 64, body))
    assert town.rules == before.rules
    assert town.unmoved == {facts[-1].hash: "unknown"}


def test_as_of_an_instant_later_facts_are_not_there_but_corrections_are() -> None:
    log, _ = town_facts(small_catalogue())
    log.say(K1, ADMIN, START + DAY, "person.changed", IDS["grid1"], {"dept": "cjb"})
    log.say(K1, ADMIN, START + DAY, "device.clock", K2, {"seq_from": 1, "seq_to": 9, "shift_ms": 5})
    facts = [as_fact(raw) for raw in log.facts if raw["kind"] in events.TOWN_KINDS]
    town = fold_town(facts, until=START)
    assert person(town, "grid1", 9 * DAY).dept == ""
    assert town.shifts[K2] == [(1, 9, 5)]


def test_without_a_founding_there_is_no_town() -> None:
    with pytest.raises(ValueError, match="founded"):
        fold_town([])


def test_local_days_and_clocks_go_by_the_towns_offset() -> None:
    town, _ = told()
    assert town.day(ms("2026-09-07 23:59")) == town.day(ms("2026-09-07 00:00")) == day_of("2026-09-07")
    assert town.day_start(day_of("2026-09-07")) == ms("2026-09-07 00:00")
    assert town.clock("work_hour").due(ms("2026-09-07 11:00"), 2 * 3_600_000) == ms("2026-09-07 15:00")
    assert town.clock("work_hour", "street").due(ms("2026-09-07 20:00"), 2 * 3_600_000) == ms("2026-09-08 08:00")
    assert town.clock("urgent_hour").due(ms("2026-09-07 20:00"), 2 * 3_600_000) == ms("2026-09-07 22:00")


def test_another_device_for_everybody_cannot_speak_for_the_admin() -> None:
    """ "*" of any device but the founding one means no admin: an enrolment or clock forged on it counts for nothing."""
    forged = named("device", "forged", 32)
    town, _facts = told(
        (0, ADMIN, "K2 device.enrolled", forged, {"letters": "X9", "key": "ff", "people": ["*"]}),
        (1, ADMIN, "K2 device.clock", K1, {"seq_from": 1, "seq_to": 9, "shift_ms": 5}),
    )
    assert forged not in town.devices and not town.shifts
    assert K2 in town.devices, "what the admin said on the founding device counts"


# -- rosters


def roster(from_: str, to: str, *rows: tuple[str, ...]) -> dict[str, Any]:
    """rows: (day, person's word, grid)."""
    return {"from": from_, "to": to, "rows": [{"day": day, "person": who, "grid": grid} for day, who, grid in rows]}


@pytest.mark.parametrize(
    ("said", "known", "why"),
    [
        (
            [("leader_cg", "cg", roster("2026-09-08", "2026-09-09", ("2026-09-09", "a", ""), ("2026-09-08", "b", "一网格")))],
            [("2026-09-08", "b", "一网格"), ("2026-09-09", "a", "")],
            "by the department's leader; the rows by day",
        ),
        ([("admin", "cg", roster("2026-09-08", "2026-09-08", ("2026-09-08", "a", "")))], [("2026-09-08", "a", "")], "by an admin"),
        (
            [
                ("admin", "cg", roster("2026-09-08", "2026-09-10", *((f"2026-09-{day}", "a", "") for day in ("08", "09", "10")))),
                ("leader_cg", "cg", roster("2026-09-09", "2026-09-09", ("2026-09-09", "b", ""))),
            ],
            [("2026-09-08", "a", ""), ("2026-09-09", "b", ""), ("2026-09-10", "a", "")],
            "a later one replaces its span and nothing else",
        ),
        (
            [
                ("admin", "cg", roster("2026-09-08", "2026-09-09", ("2026-09-08", "a", ""), ("2026-09-09", "a", ""))),
                ("admin", "cg", roster("2026-09-09", "2026-09-12")),
            ],
            [("2026-09-08", "a", "")],
            "an empty one takes its span away",
        ),
        (
            [("admin", "cg", roster("2026-09-08", "2026-09-09", ("2026-09-10", "a", ""), ("2026-02-30", "a", ""), ("2026-09-08", "", "")))],
            [],
            "rows outside the span, on no day or for nobody are left out",
        ),
        (
            [("admin", "cg", roster("2026-09-08", "2026-09-08", ("2026-09-08", "a", ""), ("2026-09-08", "a", "")))],
            [("2026-09-08", "a", "")],
            "a row twice is one",
        ),
    ],
)
def test_a_departments_roster_is_what_was_last_published_for_each_day(said: list[Any], known: list[Any], why: str) -> None:
    town, _ = told(*((number, who, "roster.published", dept, body) for number, (who, dept, body) in enumerate(said)))
    assert [row[:3] for row in town.rosters.get("cg", ())] == known, why
    assert not town.unmoved, why


def test_a_roster_keeps_the_times_of_a_row() -> None:
    body = {"from": "2026-09-08", "to": "2026-09-08", "rows": [{"day": "2026-09-08", "person": "a", "from": "08:00", "to": "16:00"}]}
    town, _ = told((0, "leader_cg", "roster.published", "cg", body))
    assert dict(town.rosters) == {"cg": (("2026-09-08", "a", "", "08:00", "16:00"),)}


@pytest.mark.parametrize(
    ("who", "dept", "why"),
    [
        ("cg1", "cg", "role"),
        ("leader_cg", "mr", "role"),
        ("leader_pingan", "biz", ""),
        ("leader_cjb", "cjb", ""),
        ("town_leader", "cg", "role"),
        (NEWCOMER, "cg", "person"),
    ],
)
def test_only_an_admin_and_the_departments_leader_publish_its_roster(who: str, dept: str, why: str) -> None:
    town, facts = told((0, who, "roster.published", dept, roster("2026-09-08", "2026-09-08", ("2026-09-08", "a", ""))))
    assert town.unmoved == ({facts[-1].hash: why} if why else {})
    assert (dept in town.rosters) is (not why)


@pytest.mark.parametrize(
    "body", [{}, {"from": "2026-09-08"}, roster("soon", "2026-09-08"), roster("2026-09-09", "2026-09-08"), {"from": 1, "to": 2}]
)
def test_a_roster_for_no_days_is_kept_and_named(body: dict[str, Any]) -> None:
    town, facts = told((0, "admin", "roster.published", "cg", body))
    assert not town.rosters and town.unmoved == {facts[-1].hash: "unknown"}


def test_as_of_an_instant_a_roster_published_later_is_not_there() -> None:
    log, _ = town_facts(small_catalogue())
    log.say(K1, ADMIN, START + DAY, "roster.published", "cg", roster("2026-09-08", "2026-09-08", ("2026-09-08", "a", "")))
    facts = [as_fact(raw) for raw in log.facts if raw["kind"] in events.TOWN_KINDS]
    assert not fold_town(facts, until=START).rosters and fold_town(facts, until=START + DAY).rosters
