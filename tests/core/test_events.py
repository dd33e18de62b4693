"""A fact's bytes, hash and order; what is not well formed; what this version does not know."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yima.core import events
from yima.core.events import Fact

TOWN, DEVICE = "a" * 32, "b" * 32
WALL = 1_788_742_800_000
TEXT = st.text(alphabet='店招𠮷é =\n"\\\x00\U0001f6b2', max_size=8)


def fact(seq: int = 1, at: int = WALL << 16, wall: int = WALL, prev: str = "0" * 64, body: bytes = b"{}", **more: Any) -> Fact:
    return events.sealed(TOWN, Fact(DEVICE, seq, wall, at, "p", "weather.seen", "o", body, prev, ""))._replace(**more)


# -- bytes


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"b": 1, "a": "𠮷野家"}, '{"a":"𠮷野家","b":1}'),
        ({"a": [1, {"c": 0, "b": "x\n\"y'"}]}, '{"a":[1,{"b":"x\\n\\"y\'","c":0}]}'),
        ([], "[]"),
    ],
)
def test_canonical_bytes_are_sorted_compact_utf8(value: Any, said: str) -> None:
    assert events.canonical(value) == said.encode()


@pytest.mark.parametrize("value", [1.5, {"a": [1.0]}, ({"b": float("nan")},)])
def test_a_float_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="float"):
        events.canonical(value)


def test_invalid_unicode_is_refused() -> None:
    with pytest.raises(ValueError):
        events.canonical({"note": "\ud840"})


@pytest.mark.parametrize(
    ("event", "body"),
    [
        (events.VisitRecorded("c"), {"catalogue": "c"}),
        (events.VisitRecorded("c", mode="self", shown=True, asked=(3, 1)), {"catalogue": "c", "mode": "self", "shown": 1, "asked": [3, 1]}),
        (events.VisitRecorded("c", findings=(events.Finding(0, 1, "x"),)), {"catalogue": "c", "findings": [{"item": 0, "number": 1, "note": "x"}]}),
        (events.VisitRecorded("c", seen=0), {"catalogue": "c", "seen": 0}),
        (events.StepTaken("f", "extend", until="2026-12-01"), {"case": "f", "step": "extend", "until": "2026-12-01"}),
        (events.PlatesPrinted(7, "a4", (("A", "o"), ("B",))), {"number": 7, "stock": "a4", "plates": [["A", "o"], ["B"]]}),
        (events.PersonRegistered("王", roles=({"role": "x", "grids": [], "to": ""},)), {"name": "王", "roles": [{"role": "x"}]}),
        (events.ReportIssued("a", "b", 1, {"K1": 3}, "d"), {"from": "a", "to": "b", "as_of": 1, "heads": {"K1": 3}, "digest": "d"}),
        (
            events.TownFounded("镇", 0, {"id": "p"}, {"letters": "K1"}),
            {"name": "镇", "utc_offset": 0, "admin": {"id": "p"}, "device": {"letters": "K1"}},
        ),
    ],
    ids=lambda one: type(one).__name__,
)  # fmt: skip
def test_a_body_leaves_out_defaults_and_empties_and_writes_zero(event: Any, body: dict[str, Any]) -> None:
    assert json.loads(events.encode(event)) == body


def drawn(kind: str) -> st.SearchStrategy[Any]:
    """Events of one kind with values of the form that its NamedTuple promises."""
    made = events.class_of(kind)
    assert made is not None
    texts = st.lists(TEXT, max_size=3).map(tuple)
    forms: dict[str, st.SearchStrategy[Any]] = {
        "asked": st.lists(st.integers(0, 99), max_size=4).map(tuple),
        "position": st.none() | st.tuples(st.integers(-(10**8), 10**8), st.integers(-(10**8), 10**8), st.just("gcj02")),
        "plates": st.lists(st.tuples(TEXT) | st.tuples(TEXT, TEXT), max_size=3).map(tuple),
        "findings": st.lists(
            st.builds(events.Finding, st.integers(0, 99), st.integers(0, 9), TEXT, TEXT, st.booleans(), texts, TEXT, TEXT), max_size=2
        ).map(tuple),
        "until": st.none() | st.integers(0, 10**13) | TEXT.filter(bool),
        "mode": st.sampled_from(["patrol", "self", "by drone"]),
        "roles": st.lists(st.fixed_dictionaries({"role": st.just("x"), "grids": st.lists(st.just("一网格"), min_size=1)}), max_size=2).map(tuple),
        "rows": st.just(()) | st.just(({"day": "2026-09-01", "person": "p"},)),
        "leave": st.just(()) | st.just(({"from": "2026-09-01", "to": "2026-09-02", "deputy": "p"},)),
    }  # fmt: skip
    for name in made._fields:  # type: ignore[attr-defined]
        optional = made._field_defaults.get(name, "") is None  # type: ignore[attr-defined]
        if name in forms:
            continue
        if name in events._INTEGERS:
            forms[name] = st.integers(0, 10**13) | (st.none() if optional else st.nothing())
        elif name in events._FLAGS:
            forms[name] = st.booleans()
        elif name in events._MAPS:
            forms[name] = st.dictionaries(st.sampled_from(["name", "since"]), TEXT.filter(bool), max_size=2)
        elif name in events._LISTS:
            forms[name] = texts
        else:
            forms[name] = TEXT
    return st.builds(made, **{name: forms[name] for name in made._fields})  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", [kind for kind in events.KINDS if kind != "catalogue.published"])
@settings(max_examples=50)
@given(st.data())
def test_a_fact_survives_bytes_and_back(kind: str, data: st.DataObject) -> None:
    event = data.draw(drawn(kind))
    required = [name for name in event._fields if name not in event._field_defaults]
    body = events.encode(event)
    back = events.decode(kind, body)
    if any(getattr(event, name) in ("", (), {}) for name in required):
        return  # a required field that says nothing is left out: such a fact is not known when read
    assert back == event
    assert events.encode(back) == body


def test_what_is_not_known_is_none_and_an_unknown_field_is_passed_over() -> None:
    assert events.decode("weather.seen", b'{"rain":1}') is None
    assert events.decode("visit.recorded", b'{"catalogue":"c","mood":"good"}') == events.VisitRecorded("c")
    assert events.decode("visit.recorded", b'{"catalogue":7}') is None
    assert events.decode("step.taken", b'{"case":"f","step":"done","value":true}') is None
    assert events.decode("step.taken", b"\xff") is None


# -- hash, order, chain


def test_a_fact_is_named_by_the_hash_of_its_frame_and_its_bytes() -> None:
    one = Fact(DEVICE, 3, WALL, WALL << 16, "p", "visit.recorded", "o", '{"catalogue":"𠮷"}'.encode(), "f" * 64, "")
    frame = f'[1,"{TOWN}","{DEVICE}",3,{WALL << 16},{WALL},"p","visit.recorded","o","{"f" * 64}"]\n'.encode()
    assert events.hash_of(TOWN, one) == sha256(frame + one.body).hexdigest()


@given(st.text(), st.text(), st.integers(), st.integers())
def test_the_frame_is_the_json_of_its_ten_values_whatever_they_hold(actor: str, subject: str, seq: int, at: int) -> None:
    one = Fact(DEVICE, seq, WALL, at, actor, "visit.recorded", subject, b"{}", "", "")
    values = [1, TOWN, DEVICE, seq, at, WALL, actor, "visit.recorded", subject, ""]
    frame = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    assert events.hash_of(TOWN, one) == sha256(frame + b"\n{}").hexdigest()


@pytest.mark.parametrize(("field", "value"), [("seq", '3,"x"'), ("at", "3"), ("wall", None), ("actor", 7), ("subject", None)])
def test_a_value_of_another_kind_makes_no_frame(field: str, value: Any) -> None:
    """Else two facts could have one frame, and so one name."""
    one = Fact(DEVICE, 3, WALL, WALL << 16, "p", "visit.recorded", "o", b"{}", "", "")
    with pytest.raises((TypeError, ValueError)):
        events.hash_of(TOWN, one._replace(**{field: value}))


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab"), st.integers(1, 3), st.sampled_from("xyz")), max_size=12), st.randoms())
def test_the_order_is_at_device_seq_hash_whatever_the_clock(keys: list[tuple[int, str, int, str]], chance: Any) -> None:
    facts = [Fact(device, seq, chance.randrange(10**6), at, "p", "k", "o", b"{}", "", hash_) for at, device, seq, hash_ in keys]
    shuffled = chance.sample(facts, len(facts))
    assert [events.order(one) for one in sorted(shuffled, key=events.order)] == sorted(keys)


@pytest.mark.parametrize(
    ("wall", "own", "greatest", "at", "why"),
    [
        (10, 0, 0, 10 << 16, "the clock's own place"),
        (10, 10 << 16, 0, (10 << 16) + 1, "after the device's last, in one millisecond"),
        (10, 0, 20 << 16, (20 << 16) + 1, "after everything that counts here, however slow the clock"),
        (30, 5, 20 << 16, 30 << 16, "a clock that is ahead stays ahead"),
    ],
)
def test_at_is_after_everything_that_counts_here(wall: int, own: int, greatest: int, at: int, why: str) -> None:
    assert events.next_at(wall, own, greatest) == at, why


FIRST = fact()
SECOND = fact(2, (WALL << 16) + 1, prev=FIRST.hash)


@pytest.mark.parametrize(
    ("one", "before", "why"),
    [
        (FIRST, None, ""),
        (SECOND, FIRST, ""),
        (fact(wall=1_577_836_799_999), None, "wall"),
        (fact(wall=1_577_836_800_000), None, ""),
        (fact(wall=4_133_980_799_999), None, ""),
        (fact(wall=4_133_980_800_000), None, "wall"),
        (fact(body=b"x" * ((1 << 20) + 1)), None, "size"),
        (fact(body=b"x" * (1 << 20)), None, ""),
        (SECOND, None, "gap"),
        (fact(3, (WALL << 16) + 1, prev=FIRST.hash), FIRST, "gap"),
        (fact(2, (WALL << 16) + 1, prev="e" * 64), FIRST, "gap"),
        (fact(2, (WALL << 16) + 1, prev=FIRST.hash, device="c" * 32), FIRST, "gap"),
        (fact(2, WALL << 16, prev=FIRST.hash), FIRST, "at"),
        (fact(actor="somebody else"), None, "hash"),
        (FIRST._replace(at=5), None, "hash"),
    ],
)
def test_what_is_not_well_formed_is_named(one: Fact, before: Fact | None, why: str) -> None:
    assert events.what_is_wrong(TOWN, one, before) == why


def test_a_fact_belongs_to_one_town() -> None:
    assert events.what_is_wrong("c" * 32, FIRST, None) == "hash"
