"""What a sweep tells people: a notice as values, before words are made of it; and what became of notices and messages."""

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


class CaseTold(NamedTuple):
    """One case of a notice, as it stands when the notice is written.

    clock, rung: as in the fact; over: when the limit of that clock ends or ended (None = it does not run any more); allowed: (value, unit)
    of the item's limit; steps: the last few; supervised: of an escalation; answer_due: None = no answer is owed (any more).
    """

    case: CaseSeen
    clock: str
    rung: str
    over: int | None
    question: str
    closing: str
    basis: str
    verified: str
    allowed: tuple[int, str]
    steps: tuple[StepSeen, ...] = ()
    supervised: Supervised | None = None
    answer_due: int | None = None


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


class NoticeWritten(NamedTuple):
    """A notice on paper. file: below the town folder; lacking: characters that the font cannot draw."""

    number: str
    kind: str
    to: str
    name: str
    file: str
    pages: int
    lacking: tuple[str, ...] = ()


class MessageTried(NamedTuple):
    """A message handed to the notify command. why: the last that it said, where it was not sent."""

    number: str
    kind: str
    to: str
    name: str
    sent: bool
    why: str = ""


class Delivery(NamedTuple):
    """What became of what was raised, now and before. outbox: the folder of the notices, below the town folder.

    waiting: how many are not written or not sent yet, and wait for the next sweep; dropped: (number, name) of those that waited too long;
    troubles: sentences.
    """

    outbox: str = ""
    notices: tuple[NoticeWritten, ...] = ()
    messages: tuple[MessageTried, ...] = ()
    waiting: int = 0
    dropped: tuple[tuple[str, str], ...] = ()
    troubles: tuple[str, ...] = ()
