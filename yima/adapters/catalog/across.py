"""What the files say about each other, seen when all of them have been read: claims and their lead, who may look inside a shop, numbers."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yima.adapters.catalog.reading import Page, line_of, nearest
from yima.adapters.catalog.text import Node
from yima.core.model import ENTERPRISE, OWNER_OF
from yima.i18n import _

ENFORCEMENT = ("F3", "F5")
ALIKE = 0.85  # a word so like another one was meant to be it
DAYS_A_YEAR, MONTHS_A_YEAR = 365, 12
Raw = Mapping[str, Any]
Kept = Sequence[tuple[Raw, Node]]


def check_claims(page: Page, items: Kept) -> None:
    """A claim is the yes of the department that leads the item; two decisions of one day would contradict each other."""
    leads = {item.get("id"): item.get("lead") for item, _node in items}
    seen: dict[tuple[str, str], int] = {}
    for claim, node in page.kept:
        item, dept, on = claim.get("item", ""), claim.get("dept", ""), claim.get("on", "")
        lead = leads.get(item)
        if lead and dept and dept != lead and claim["decision"] == "claimed":
            what = _("{item} is led by {lead}, but {dept} claims it; write {dept} as its lead in modules.yaml, or mend the claim.")
            page.say(line_of(node, "dept"), what, item=item, lead=lead, dept=dept)
        if item and on and (item, on) in seen:
            what = _("{item} has a second decision of the same day (first in line {first}); keep one.")
            page.say(node.line, what, item=item, first=seen[item, on])
        seen.setdefault((item, on), node.line)


def check_items(page: Page, roles: Mapping[str, Raw], cap: int | None, before: Raw) -> None:
    """The rules of DESIGN §3 and §6 that need the roles, the yearly cap, or the rules that were published before.

    roles: by id; empty where roles.yaml could not be read whole. cap: inspections of a shop a year; None = not known.
    """
    for item, node in page.kept:
        with page.inside(where=f"{item.get('name', '')} {item.get('id', '')}".strip()):
            _check_primary(page, item, node, roles)
            _check_enforcement(page, item, node, roles)
    if cap is not None:
        _check_inspections(page, roles, cap)
    _check_numbers(page, before.get("items", ()))


def _check_primary(page: Page, item: Raw, node: Node, roles: Mapping[str, Raw]) -> None:
    """Whose scan meets the round is a finder. Businesses are inspected by permanent staff only (国办发〔2024〕54号); else the owner checks."""
    for kind, role in item.get("primary", {}).items():
        finders = item.get("finders", [role])
        if kind in _behind_a_door(item) and role in roles and role not in OWNER_OF and not roles[role].get("may_inspect"):
            what = _(
                "{key}: {name} ({role}) may not inspect a business; write shop_owner (self-check), or a permanent role with may_inspect."
            )
            page.say(line_of(node, "primary", kind), what, key=f"primary.{kind}", name=roles[role].get("name", role), role=role)
        elif role not in finders and not nearest(role, finders, ALIKE):  # a mistyped finder is named where it stands
            what = _("{key}: {role} is not among the finders; add it there, or name one of them.")
            page.say(line_of(node, "primary", kind), what, key=f"primary.{kind}", role=role)


def _check_enforcement(page: Page, item: Raw, node: Node, roles: Mapping[str, Raw]) -> None:
    handlers = item.get("handlers", ())
    if item.get("flow") not in ENFORCEMENT or not handlers or any(role not in roles for role in handlers):
        return
    if not any(roles[role].get("resource") == "permanent" for role in handlers):
        what = _("{key}: {flow} is enforcement, which only permanent staff may handle; add a permanent role, for example cg_officer.")
        page.say(line_of(node, "handlers"), what, key="handlers", flow=item["flow"])


def _check_inspections(page: Page, roles: Mapping[str, Raw], cap: int) -> None:
    """Planned inspections of one shop a year. What one department looks at is one visit, so its most frequent item counts."""
    trades = sorted({trade for item, _node in page.kept for trade in item.get("trades", ())}) or [""]
    named: set[int] = set()
    for kind, trade in [(kind, trade) for kind in ENTERPRISE for trade in trades]:
        visits: dict[tuple[str, str], int] = {}
        for item, node in page.kept:
            planned = _planned(item, kind, trade, roles)
            if not planned:
                continue
            role = item["primary"][kind]
            party = (role, item.get("lead", "") if role == "dept_staff" else "")
            more = planned > visits.get(party, 0)
            visits[party] = max(planned, visits.get(party, 0))
            if more and sum(visits.values()) > cap and node.line not in named:
                named.add(node.line)
                _say_inspections(page, item, node, sum(visits.values()), cap)


def _planned(item: Raw, kind: str, trade: str, roles: Mapping[str, Raw]) -> int:
    """Visits a year to a place of this kind and trade that permanent staff have to make for this item."""
    role = item.get("primary", {}).get(kind, "")
    if kind not in _behind_a_door(item) or not roles.get(role, {}).get("may_inspect"):
        return 0
    if kind == "shop" and trade and item.get("trades") and trade not in item["trades"]:
        return 0
    period = item.get("every", {}).get(kind, "")
    if not period:
        return 0
    return math.ceil((DAYS_A_YEAR if period[-1] == "D" else MONTHS_A_YEAR) / int(period[1:-1]))


def _say_inspections(page: Page, item: Raw, node: Node, visits: int, cap: int) -> None:
    with page.inside(where=f"{item.get('name', '')} {item.get('id', '')}".strip()):
        if cap:
            what = _(
                "every: with it {visits} planned inspections of a shop a year, more than {cap} (inspection_cap); write {period} or longer."
            )
            page.say(line_of(node, "every"), what, visits=visits, cap=cap, period=f"P{math.ceil(MONTHS_A_YEAR / cap)}M")
        else:
            page.say(line_of(node, "every"), _("every: no inspections are planned here (inspection_cap: 0); write on_demand."))


def _behind_a_door(item: Raw) -> Iterator[str]:
    return (kind for kind in ENTERPRISE if item.get("where") in ("inside", "papers") and kind in item.get("kinds", ()))


def _check_numbers(page: Page, before: Sequence[Raw]) -> None:
    """A number belongs to one item for ever: records and printed sheets name items by it."""
    numbers = {one["id"]: one["no"] for one in before}
    owners = {one["no"]: one for one in before}
    free = max([*owners, *(item.get("no", 0) for item, _node in page.kept)], default=0) + 1
    for item, node in page.kept:
        no, id_ = item.get("no"), item.get("id")
        with page.inside(where=f"{item.get('name', '')} {id_ or ''}".strip()):
            if no is None or id_ is None or owners.get(no, {}).get("id") == id_:
                continue
            if id_ in numbers:
                page.say(
                    line_of(node, "no"),
                    _("no: {id} was published as number {no}, which it keeps; write no: {no}."),
                    id=id_,
                    no=numbers[id_],
                )
            elif no in owners:
                what = _("no: {no} belongs to {name} ({id}) for ever; write no: {free}. An id that was published does not change.")
                page.say(line_of(node, "no"), what, no=no, name=owners[no].get("name", ""), id=owners[no]["id"], free=free)
