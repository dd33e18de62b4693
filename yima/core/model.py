"""The nouns: what a town governs, by whom, under which rules. Plain values; what reads them stands above.

Values on the scan path are NamedTuples (frozen slotted dataclasses cost half a start-up). An instant is an integer, ms since 1970 UTC;
a day is the number of the local day since 1970-01-01 (Thursday); a span is in ms.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MS_HOUR = 3_600_000
MS_DAY = 86_400_000
ENTERPRISE = ("shop", "stall")  # whose inside and papers are protected: only invited or with a 检查码
OWNER_OF = {"shop_owner": ("shop", "stall"), "house_owner": ("house", "site")}  # an owner role fits these kinds of object
COLOURS = ("grey", "green", "blue", "yellow", "red")  # from best to worst


class Role(NamedTuple):
    """A role of roles.yaml: what its people are and what they may do."""

    id: str
    name: str
    resource: str  # permanent contract third_party social
    line: str  # line local self
    may_inspect: bool
    may_close_enforcement: bool
    duty_days: str  # workdays daily roster
    capacity: int  # places a day, 0 = not counted
    own_places_only: bool  # owners, village staff, volunteers, self-government groups


class Item(NamedTuple):
    """One of the affairs (子项) with its rules. `every` and `primary` are by kind of object; a kind without period is on demand."""

    no: int
    id: str
    name: str
    module: str
    kinds: tuple[str, ...]
    where: str  # outside inside papers ask
    trades: tuple[str, ...]
    lead: str
    support: tuple[str, ...]
    finders: tuple[str, ...]
    primary: Mapping[str, str]
    handlers: tuple[str, ...]
    third_party_may_close: bool
    every: Mapping[str, str]
    by_colour: Mapping[str, str]  # a shorter period after a scan while the case has that colour
    flow: str
    window: int  # the owner's self-fix window, wall clock; 0 = none
    limit: int  # on the item's own clock
    unit: str
    schedule: str
    starts: str  # finding notified accepted
    ceiling: int  # what the law itself allows in all, on the item's own clock; 0 = no such ceiling
    score: int
    question: str
    claimed: bool
    more: Mapping[str, Any]  # the texts: opening, closing, legal, names in English


class Catalogue(NamedTuple):
    """The rules as published: `digest` is the SHA-256 of the publishing fact's body."""

    digest: str
    items: Mapping[int, Item]
    roles: Mapping[str, Role]
    flows: Mapping[str, Any]  # F1..F6: stages in order, closing rule
    branches: Mapping[str, Any]
    before: Mapping[str, Any]  # verify and triage
    told: Mapping[str, Any]
    ladder: Sequence[Any]
    ends_with_tenant: tuple[str, ...]
    town: Mapping[str, Any]
    centre: str
    departments: Mapping[str, Mapping[str, Any]]
    modules: Mapping[str, Mapping[str, Any]]
    trades: Mapping[str, Mapping[str, Any]]
    town_leaders: Sequence[Mapping[str, Any]]  # of roles.yaml: person (id) and the departments they are in charge of (分管)
    missed_rounds: Mapping[str, Any] = {}

    def item_of(self, word: str) -> Item | None:
        """The item with this number, id or name; None where there is none."""
        for item in self.items.values():
            if word in (str(item.no), item.id, item.name):
                return item
        return None

    def dept_name(self, dept: str) -> str:
        """What the department is called; its id where these rules do not know it."""
        return str(self.departments.get(dept, {}).get("name", dept))

    @property
    def url_prefix(self) -> str:
        """The town's address before the code in a QR; "" = none."""
        return str(self.town.get("url_prefix", ""))


class RoleOf(NamedTuple):
    """A role held by a person: for which departments and places, from and to which day (ISO, empty = open)."""

    role: str
    depts: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    from_: str = ""
    to: str = ""


class Person(NamedTuple):
    """A person of the town as of one instant. `left` is the last day on which the person counts (ISO; empty = still here)."""

    id: str
    name: str
    no: str = ""
    dept: str = ""
    roles: tuple[RoleOf, ...] = ()
    leave: tuple[tuple[str, str, str], ...] = ()  # from, to, deputy
    left: str = ""


TWICE = "same"  # `retired` of a place that was registered twice


class Object(NamedTuple):
    """What carries a code, as last registered. `registered` is the instant of its first registration, `retired` a day (ISO) or TWICE.

    same_as: the id of the place that it really is: it was registered twice.
    """

    id: str
    kind: str
    name: str
    street: str = ""
    door: str = ""
    unit: str = ""
    address: str = ""
    grid: str = ""
    village: str = ""
    trade: str = ""
    licence: str = ""
    part_of: str = ""
    position: tuple[int, int, str] | None = None
    tenant: tuple[str, str] = ("", "")  # name, since
    status: tuple[str, str, str] = ("", "", "")  # what, from, to
    same_as: str = ""
    source: tuple[str, str, str] = ("", "", "")  # name, no, row
    provisional: bool = False
    registered: int = 0
    retired: str = ""

    @property
    def place(self) -> str:
        """Street and number as people say them: 荷花路12号."""
        if self.street:
            return f"{self.street}{self.door}{'号' if self.door[-1:].isdigit() else ''}{self.unit}"
        return self.address

    @property
    def called(self) -> str:
        """Place and name, for a sentence."""
        return f"{self.place} {self.name}".strip()


def span(iso: str) -> int:
    """ms of an ISO 8601 duration of days, hours and minutes ("PT30M", "P1D", "PT4H"); 0 for an empty one."""
    total, digits, in_time = 0, "", False
    for sign in iso[1:]:
        if sign == "T":
            in_time = True
        elif sign.isdigit():
            digits += sign
        else:
            total += int(digits) * (60_000 if sign == "M" and in_time else MS_HOUR if sign == "H" else MS_DAY)
            digits = ""
    return total


def amount(value: int, unit: str) -> int:
    """ms of a limit on its own clock: a work_day is 8 working hours, a natural_day 24 hours (fixtures: rules of counting)."""
    return value * {"urgent_hour": MS_HOUR, "work_hour": MS_HOUR, "work_day": 8 * MS_HOUR, "natural_day": MS_DAY}[unit]


def catalogue_of(body: Mapping[str, Any], digest: str) -> Catalogue:
    """The published rules as values. Raises KeyError, TypeError, ValueError or AttributeError where the body is not a catalogue of this form."""
    from yima.core import sound  # on use: a scan reads rules that were checked when they were published

    if not body["items"]:
        raise ValueError("items")
    sound.check(body)
    claimed = {claim["item"] for claim in body.get("claims", ()) if claim.get("decision", "claimed") == "claimed"}
    return Catalogue(
        digest,
        {raw["no"]: _item(raw, raw["id"] in claimed) for raw in body["items"]},
        {
            raw["id"]: Role(
                raw["id"],
                raw["name"],
                raw["resource"],
                raw["line"],
                bool(raw.get("may_inspect")),
                bool(raw.get("may_close_enforcement")),
                raw.get("duty_days", "daily"),
                raw.get("capacity", 0),
                bool(raw.get("own_places_only")),
            )
            for raw in body["roles"]
        },
        body["flows"],
        body["branches"],
        body["before"],
        body["told"],
        body["ladder"],
        tuple(body.get("ends_with_tenant", ())),
        body["town"],
        body.get("centre", "ucc"),
        {raw["id"]: raw for raw in body["departments"]},
        {raw["id"]: raw for raw in body.get("modules", ())},
        {raw["id"]: raw for raw in body.get("trades", ())},
        tuple(body.get("town_leaders", ())),
        body.get("missed_rounds", {}),
    )


def _item(raw: Mapping[str, Any], claimed: bool) -> Item:
    limit = raw["limit"]
    most = limit.get("at_most")
    return Item(
        raw["no"],
        raw["id"],
        raw["name"],
        raw["module"],
        tuple(raw["kinds"]),
        raw["where"],
        tuple(raw.get("trades", ())),
        raw["lead"],
        tuple(raw.get("support", ())),
        tuple(raw["finders"]),
        raw.get("primary", {}),
        tuple(raw["handlers"]),
        raw.get("third_party_may_close") == "yes",
        raw.get("every", {}),
        raw.get("every_by_colour", {}),
        raw["flow"],
        span(raw.get("self_fix", "")),
        amount(limit["value"], limit["unit"]),
        limit["unit"],
        limit.get("schedule", "office"),
        limit.get("from", "finding"),
        amount(most["value"], most["unit"]) if most else 0,
        raw.get("score", 0),
        raw["question"],
        claimed,
        raw,
    )
