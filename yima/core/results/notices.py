"""What a sweep tells one receiver: a notice as values, before words are made of it."""

from typing import NamedTuple

from yima.core.results.leaders import MissedPage
from yima.core.results.street import CaseSeen, ObjectSeen

KINDS = ("remind", "supervise", "escalate", "hazard", "missed", "withdrawn")  # 催办单 督办单 提级督查单 隐患提级督查单 漏扫清单 撤回单


class StepSeen(NamedTuple):
    """What somebody did about a case: when, who (a name), the step's word, and what was said with it."""

    when: int
    who: str
    step: str
    note: str


class Supervised(NamedTuple):
    """The 督查 that an escalation follows: who was asked (a name), when, and the answer's word. answered: None = nobody answered."""

    who: str
    at: int
    answered: int | None
    answer: str


class Limit(NamedTuple):
    """A limit for which somebody was told. clock: as in the fact; over: when it ends or ended (None = it does not run any more);

    allowed: (value, unit) of the item's limit; of a stage's (0, "").
    """

    clock: str
    over: int | None
    allowed: tuple[int, str]


class CaseTold(NamedTuple):
    """One case of a notice, as it stands when the notice is written.

    limits: those for which the receiver is told, the longest over first; steps: the last few; supervised: of an escalation;
    answer_due: None = no answer is owed (any more): one answer is for all.
    """

    case: CaseSeen
    rung: str
    limits: tuple[Limit, ...]
    question: str
    closing: str
    basis: str
    verified: str
    steps: tuple[StepSeen, ...] = ()
    supervised: tuple[Supervised, ...] = ()
    answer_due: int | None = None
    answer_provisional: bool = False  # days were counted that nobody has announced yet


class TakenBack(NamedTuple):
    """A rung proved unfounded (撤回): who was told of it at `told`. case: None where its finding was taken back, so that no case is left."""

    number: str
    object: ObjectSeen
    rung: str
    told: int
    case: CaseSeen | None


class Notice(NamedTuple):
    """What one receiver is told. number: "K1-N0007"; raised: the sweep's instant; now: when it is written.

    to: a person's id, "" = nobody is registered; name: theirs; said: how a command line names them; dept: a department's name.
    """

    kind: str
    number: str
    town: str
    raised: int
    now: int
    to: str
    name: str
    said: str
    dept: str
    cases: tuple[CaseTold, ...] = ()
    missed: tuple[MissedPage, ...] = ()
    withdrawn: tuple[TakenBack, ...] = ()
