"""The agenda of the next joint meeting (议题清单), a suggestion, and a decision as recorded."""

from typing import NamedTuple

from yima.core.results.street import FactName

TOPICS = ("unlisted", "unclaimed", "refused", "deferred", "disputed", "referred", "dead", "suggestion")  # in the order of the page


class Said(NamedTuple):
    """What a meeting decided. decision: claimed refused deferred; dept: its id; on: a day (ISO); item: a number, 0 = none."""

    decision: str
    dept: str
    dept_name: str
    meeting: str
    on: str
    basis: str = ""
    text: str = ""
    item: int = 0
    item_name: str = ""


class Found(NamedTuple):
    """An unlisted finding of a pool. sorted: what triage did (waiting item lead refused void merged), with item or department and reason.

    until: where a limit runs, its end (ms). decided: a meeting has settled it.
    """

    case: str
    object: str
    place: str
    grid: str
    note: str
    at: int
    reports: int
    sorted: str
    item: int = 0
    item_name: str = ""
    dept: str = ""
    dept_name: str = ""
    reason: str = ""
    until: int | None = None
    disputed: bool = False
    decided: bool = False


class Topic(NamedTuple):
    """One thing to decide. id: what people say (K2-0045, K1-17, 3); title: the newest note, the item's name, the suggestion.

    dept: who leads or was asked to lead; other: to whom a case was handed over; place: of a disputed case; at: since when (ms).
    found, open: cases of an item in the last 90 days and now; rounds, places, looked: of a dead item. said: what a meeting said of it last;
    published: whether that stands in the rules in force. document, on: under which number and for which day (ISO) a case was referred.
    """

    kind: str
    id: str
    title: str
    dept: str = ""
    dept_name: str = ""
    other: str = ""
    other_name: str = ""
    place: str = ""
    at: int | None = None
    by: str = ""
    findings: tuple[Found, ...] = ()
    found: int = 0
    open: int = 0
    rounds: int = 0
    places: int = 0
    looked: int = 0
    said: Said | None = None
    published: bool = True
    note: str = ""
    document: str = ""
    on: str = ""


class Agenda(NamedTuple):
    """The topics by kind. unpublished: names of items that a meeting has claimed, but whose claim is not published yet; fault: why the town
    folder's own claims could not be read, "" = they were; files: what was written."""

    town: str
    sample: bool
    now: int
    topics: tuple[Topic, ...]
    unpublished: tuple[str, ...] = ()
    fault: str = ""
    files: tuple[str, ...] = ()


class Suggested(NamedTuple):
    """A suggestion as recorded."""

    fact: FactName
    id: str
    text: str
    by: str


class TopicDecided(NamedTuple):
    """A decision as recorded. kind: of the topic (item, unlisted, disputed, referred, suggestion); findings: case numbers of a pool that it is about;
    same: it was recorded already, and nothing was written."""

    kind: str
    id: str
    title: str
    said: Said
    same: bool = False
    findings: tuple[str, ...] = ()
