"""`yima doctor`: whether the file, every device's chain of facts and the folded state are what they must be; what is not, by name."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from yima.adapters.store import Store, examine, look, seen
from yima.core import agenda, events, plates
from yima.core.events import Fact
from yima.core.model import MS_DAY, MS_HOUR
from yima.core.results.leaders import Defect, Examined, Unmoved
from yima.core.results.street import FactName
from yima.core.town import Town

FAR_OFF = 26 * MS_HOUR  # more than any time zone: nobody's clock is so wrong by accident of where it stands
EXAMPLES = 3
Progress = Callable[[int, int], None]


def doctor(store: Store, *, now: int, rebuild: bool = False, progress: Progress | None = None) -> Examined:
    """Examine everything, and change nothing but stale folded rows. rebuild: first make every folded table anew from the facts."""
    faults = tuple(Defect("file", more=(fault,)) for fault in examine.file_faults(store))
    if faults:
        return Examined(0, 0, 0, faults, (), ())
    town = examine.town_from_facts(store)
    facts = examine.count(store)
    if town is None:
        return Examined(facts, 0, 0, (Defect("founded"),), (), ())
    if rebuild:
        store.rebuild(progress)
    store.fresh(progress=progress)
    objects = examine.objects(store)
    problems = [Defect("guard", more=(name,)) for name in examine.missing_guards(store)]
    if word := examine.key_fault(store, town):
        problems.append(Defect("key", _letters(town, store.device), more=(word,), damage=word != "open"))
    log = _Log(store, town, now)
    for done, fact in enumerate(examine.chains(store)):
        log.take(fact)
        if progress is not None and not done % 1000:
            progress(done, facts + objects)
    log.end()

    def tell(done: int) -> None:
        if progress is not None:
            progress(facts + done, facts + objects)

    problems += log.problems
    problems += [Defect("state", more=("", table)) for table in examine.town_differences(store, town)]
    problems += [_state(store, town, object_id) for object_id in examine.object_differences(store, town, tell)]
    unmoved = tuple(Unmoved(why, number, tuple(log.examples[why])) for why, number in sorted(log.unmoved.items()))
    return Examined(facts, len(log.devices), objects, tuple(problems), unmoved, tuple(sorted(log.unknown.items())), rebuild)


def _letters(town: Town, device: str) -> str:
    """The device's letters; the beginning of its id where it is not enrolled."""
    found = town.devices.get(device)
    return found.letters if found is not None else f"{device[:4]}-{device[4:8]}".upper()


def _state(store: Store, town: Town, object_id: str) -> Defect:
    """An object whose stored rows are not what its facts make, with the last of these facts."""
    obj, last = look.store_object(store, object_id), examine.last_fact(store, object_id)
    name = obj.called if obj is not None else object_id
    device, seq = (_letters(town, last.device), last.seq) if last is not None else ("", 0)
    return Defect("state", device, seq, (name, ""))


class _Range(NamedTuple):
    """Facts of one device, first to last seq, whose clock is off by about `ms` (ahead > 0); at_ms: up to where it pushed the order."""

    device: str
    first: int
    last: int
    ms: int
    at_ms: int


class _Log:
    """What is gathered while the chains pass by, one fact at a time."""

    def __init__(self, store: Store, town: Town, now: int) -> None:
        self.store, self.town, self.now = store, town, now
        self.founding = examine.founding_hash(store)
        self.reasons = examine.reasons(store) | plates.unmoved(examine.plate_facts(store), town)
        self.problems: list[Defect] = []
        self.devices: dict[str, int] = {}
        self.unmoved: Counter[str] = Counter()
        self.examples: dict[str, list[FactName]] = {}
        self.unknown: Counter[str] = Counter()
        self.last: Fact | None = None
        self.here: dict[str, Fact] = {}  # the facts at this seq; more than one is a fork
        self.there: dict[str, Fact] = {}  # those at the seq before
        self.forked: set[str] = set()
        self.fast: list[_Range] = []
        self.slow: list[_Range] = []
        self.back: list[_Range] = []
        self.latest_fast = 0  # the latest wall of a fact whose clock is known to be ahead

    def take(self, fact: Fact) -> None:
        self._chain(fact)
        self._count(fact)
        self._clock(fact)
        self.last = fact

    # the chain

    def _chain(self, fact: Fact) -> None:
        seq = self.last.seq if self.last is not None and self.last.device == fact.device else 0
        if not seq:
            self.here = {}
            self.devices[fact.device] = 0
            if fact.device not in self.town.devices:
                self._problem("device", fact, damage=False)
        self.devices[fact.device] += 1
        if fact.seq != seq:
            self.there, self.here = self.here if fact.seq == seq + 1 else {}, {}
            if fact.seq > seq + 1:
                self.problems.append(Defect("gap", self._letters(fact), seq + 1, (fact.seq - 1,)))
        elif fact.device not in self.forked:
            self.forked.add(fact.device)
            self._problem("fork", fact, damage=False)
        before = self.there.get(fact.prev)
        first = events.ZEROS if fact.kind == "town.founded" else self.founding
        broken = fact.prev != first if fact.seq == 1 else before is None and bool(self.there)
        if events.hash_of(self.town.id, fact) != fact.hash:
            self._problem("hash", fact)
        elif broken:
            self._problem("chain", fact)
        elif before is not None and fact.at <= before.at:
            self._problem("order", fact)
        elif not events.FIRST_WALL <= fact.wall <= events.LAST_WALL:
            self._problem("wall", fact)
        elif len(fact.body) > events.MAX_BODY:
            self._problem("size", fact)
        self.here[fact.hash] = fact

    def _problem(self, kind: str, fact: Fact, *, damage: bool = True) -> None:
        self.problems.append(Defect(kind, self._letters(fact), fact.seq, (), damage))

    def _letters(self, fact: Fact) -> str:
        return _letters(self.town, fact.device)

    # what moves nothing

    def _count(self, fact: Fact) -> None:
        if fact.kind not in events.KINDS:
            self.unknown[fact.kind] += 1
            return
        why = self.reasons.get(fact.hash, "")
        if not why and fact.kind in agenda.KINDS:
            why = agenda.why_not(self.town, fact)
        if why:
            self.unmoved[why] += 1
            examples = self.examples.setdefault(why, [])
            if len(examples) < EXAMPLES:
                examples.append(seen.fact_name(self.store, fact))

    # clocks that are far off

    def _clock(self, fact: Fact) -> None:
        when = self.town.when(fact)
        if when < fact.wall:  # corrected already
            self.latest_fast = max(self.latest_fast, fact.wall)
        if when > self.now + FAR_OFF:
            _extend(self.fast, fact, when - self.now)
        if (fact.at >> 16) > when + FAR_OFF:
            _extend(self.slow, fact, when - (fact.at >> 16))
        if self.last is not None and self.last.device == fact.device and self.town.when(self.last) > when + FAR_OFF:
            first = examine.before(self.store, fact.device, fact.seq, fact.wall) + 1
            self.back.append(_Range(fact.device, first, self.last.seq, self.town.when(self.last) - when, self.last.wall))

    def end(self) -> None:
        """Name the clocks: first those that went back, then those ahead of now, then those that only lag behind without such a cause."""
        ahead = [
            one for one in self.fast if not any(one.device == b.device and b.first <= one.last and one.first <= b.last for b in self.back)
        ]
        self.latest_fast = max([self.latest_fast, *(one.at_ms for one in (*self.back, *self.fast))])
        behind = [one for one in self.slow if one.at_ms > self.latest_fast]
        for word, ranges in (("back", self.back), ("fast", ahead), ("slow", behind)):
            for one in ranges:
                shift = -round(one.ms / MS_DAY)
                self.problems.append(
                    Defect("clock", _letters(self.town, one.device), one.first, (word, one.last, abs(one.ms), shift), False)
                )


def _extend(ranges: list[_Range], fact: Fact, ms: int) -> None:
    """One more fact whose clock is off: it goes on with the last range, or begins another."""
    if ranges and ranges[-1].device == fact.device and ranges[-1].last >= fact.seq - 1:
        one = ranges[-1]
        ranges[-1] = one._replace(last=fact.seq, ms=max(one.ms, ms, key=abs), at_ms=max(one.at_ms, fact.at >> 16))
    else:
        ranges.append(_Range(fact.device, fact.seq, fact.seq, ms, fact.at >> 16))
