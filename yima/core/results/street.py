"""A visit and a step as recorded: what stands on the scan path, so each class here is paid for at every scan."""

from typing import NamedTuple


class FactName(NamedTuple):
    """A fact as people and other systems name it: the device's letters and its running number."""

    device: str
    seq: int


class ObjectSeen(NamedTuple):
    """An object in a result. place: street and number; colour: at the result's `now`; trade: its Chinese name."""

    id: str
    kind: str
    name: str
    place: str
    grid: str = ""
    street: str = ""
    trade: str = ""
    colour: str = ""
    code: str = ""


class CaseSeen(NamedTuple):
    """A case in a result. number: "K2-0042"; holder, handler, leader: names ("" = nobody); due: ms, None = no limit runs."""

    key: str
    number: str
    object: ObjectSeen
    item: int
    item_id: str
    item_name: str
    flow: str
    stage: str
    outcome: str
    opened: int
    since: int
    due: int | None
    provisional: bool
    colour: str
    repeat: bool
    holder: str
    handlers: tuple[str, ...]
    leader: str
    dept: str
    note: str
    window_end: int | None = None
    told: int | None = None
    closed: int | None = None
    allowed: int = 0  # ms of the running limit, to say how much is left
    reporters: int = 1
    overdue_ms: int = 0
    returned: int = 0
    asked_extension: bool = False
    suspended_to: int | None = None
    window: int = 0  # the owner's self-fix window, ms
    looked: bool = False  # F3: looked at, waits for closing by permanent staff
    suspension_asked: int | None = None  # where a suspension ends if the centre confirms it
    rungs: tuple[tuple[str, str, int, int | None, int | None], ...] = ()  # clock, rung, at, answer due, answered
    disputed: bool = False  # handed over, and the other department does not take it


class Question(NamedTuple):
    """An item to look at. due: the last ms of its due day; missed: dues that have passed."""

    item: int
    id: str
    name: str
    text: str
    where: str
    due: int
    missed: int


class Asked(NamedTuple):
    """What is shown when a code is scanned: the object, its open cases that this person may act on, the questions that are due."""

    object: ObjectSeen
    code: str
    read: str
    cases: tuple[CaseSeen, ...]
    questions: tuple[Question, ...]
    last: tuple[int, str] | None  # when, who
    closed_before: bool = False


class Scanned(NamedTuple):
    """One visit as recorded. asked: item names; opened … failed: cases as they stand now."""

    fact: FactName
    hash: str
    object: ObjectSeen
    plate: str
    asked: tuple[Question, ...]
    closed: str
    findings: int
    opened: tuple[CaseSeen, ...]
    reported_again: tuple[CaseSeen, ...]
    done: tuple[CaseSeen, ...]
    passed: tuple[CaseSeen, ...]
    failed: tuple[CaseSeen, ...]
    phones: tuple[tuple[str, str], ...] = ()
    self_check: bool = False
    twice_closed: bool = False
    left_out: tuple[str, ...] = ()  # told, control: said with the visit, and not recorded because it would not count
    plate_state: str = ""  # fine, missing, dirty, covered: what was said of the plate
    unanswered: tuple[CaseSeen, ...] = ()  # open cases that this person may judge, and `ok` in one line said nothing of
    noted: tuple[CaseSeen, ...] = ()  # cases said to be gone that this person's word does not move


class HandedOver(NamedTuple):
    """Cases given from one holder to another, each by a step of its own. left: those that stay, (case, why: a word of the fold)."""

    giver: str
    taker: str
    cases: tuple[CaseSeen, ...]
    left: tuple[tuple[CaseSeen, str], ...]


class Disposed(NamedTuple):
    """One step as recorded, and the case after it. into: the number of the case that it was merged into; dept: who answers, by name.

    Of an extension that was asked for: asked_until, the latest due (ms) that can be granted; asked_cut: more was asked; grants: who
    grants it, by name.
    """

    fact: FactName
    step: str
    case: CaseSeen
    into: str = ""
    dept: str = ""
    asked_until: int | None = None
    asked_cut: bool = False
    grants: str = ""
