"""The three files as tables of fields, and the checks that need more than one field.

The words here are those that the rules of the program know (kinds of object, clocks, steps, actors); everything else is the town's own.
"""

from typing import Any

from yima.adapters.catalog.reading import (
    Conv,
    Page,
    by_name,
    day,
    either,
    flag,
    form,
    line_of,
    listed_in,
    once,
    record,
    several,
    text,
    whole,
    word,
)
from yima.adapters.catalog.text import Node
from yima.core.model import COLOURS, OWNER_OF, amount, span
from yima.i18n import _

KINDS = ("shop", "point", "road", "house", "site", "waste_point", "stall")
WALL, WORKING = ("urgent_hour", "natural_day"), ("work_hour", "work_day")
RESOURCES = ("permanent", "contract", "third_party", "social")
ACTORS = ("finder", "owner", "handler", "permanent_handler", "checker", "centre", "dept_leader", "town_leader")
STAGES = ("self_fix", "accept", "handle", "check", "closed")
BRANCHES = ("return", "transfer", "extend", "suspend", "void", "fail", "contest", "appeal", "merge", "call", "refer", "handover")
STEPS = (
    "told", "control", "confirm", "as_item", "temporary_lead", "accept", "done", "pass", "fail", "close", "rate", "return", "reassign",
    "send_back", "transfer", "extend", "suspend", "resume",
    "grant", "refuse", "contest", "appeal", "uphold", "merge", "refer", "call", "answer", "void",
)  # fmt: skip
NEEDED_ROLES = ("shop_owner", "house_owner", "dept_leader", "town_leader", "admin", "data_clerk", "dept_staff")
QUESTION = 24  # characters: what can be read aloud at a door (DESIGN, 三简)


# ── checks of several fields ──


def check_clock(made: dict[str, Any], node: Node, page: Page) -> None:
    if made.get("unit") in WALL and "schedule" in made:
        page.say(line_of(node, "schedule"), _("{unit} runs day and night; take schedule out."), unit=made["unit"])


def check_stage_limit(made: dict[str, Any], node: Node, page: Page) -> None:
    needs = {"fixed": ("value", "unit"), "share": ("percent",)}.get(made.get("kind", ""), ())
    for must in needs:
        if must not in made:
            page.say(node.line, _("{key}: a limit of kind {kind} needs {must}; write it."), kind=made["kind"], must=must)
    check_clock(made, node, page)


def check_hours(made: dict[str, Any], node: Node, page: Page) -> None:
    times = [time for pair in made.get("hours", []) for time in pair]
    if any(len(pair) != 2 for pair in made.get("hours", [])) or times != sorted(set(times)):
        page.say(line_of(node, "hours"), _("hours: write pairs from early to late, for example {example}."), example='[["08:00", "12:00"]]')


def check_flow(made: dict[str, Any], node: Node, page: Page) -> None:
    stages = [stage.get("id") for stage in made.get("stages", [])]
    if stages and stages not in (list(STAGES), list(STAGES[1:])):
        page.say(
            line_of(node, "stages"), _("stages: write them in this order (the first may be left out): {order}."), order=", ".join(STAGES)
        )
    for stage, one in zip(made.get("stages", []), stages, strict=True):
        for step, to in stage.get("steps", {}).items():
            if to not in stages:
                page.say(
                    line_of(node, "stages"),
                    _("stages: {stage}: {step} leads to {to}, which is no stage here."),
                    stage=one,
                    step=step,
                    to=to,
                )


def check_role(made: dict[str, Any], node: Node, page: Page) -> None:
    """Inspecting businesses and closing enforcement cases is for permanent staff (国办发〔2024〕54号)."""
    for may in ("may_inspect", "may_close_enforcement"):
        if made.get(may) and made.get("resource", "permanent") != "permanent":
            page.say(line_of(node, may), _("{may}: only permanent staff may; take it out."), may=may)


def check_roles(made: dict[str, Any], node: Node, page: Page) -> None:
    there = [one.get("id") for one in made.get("roles", [])]
    for must in NEEDED_ROLES:
        if there and must not in there:
            page.say(line_of(node, "roles"), _("roles: {role} is missing; the program needs this role, put it back."), role=must)


def check_campaign(made: dict[str, Any], node: Node, page: Page) -> None:
    if made.get("every") == "on_demand":
        page.say(line_of(node, "every"), _("every: a campaign needs a period; write for example P7D."))
    if made.get("from", "") > made.get("to", "9"):
        page.say(line_of(node, "to"), _("to is a day before from; write the later day in to."))


def check_claim(made: dict[str, Any], node: Node, page: Page) -> None:
    made.setdefault("decision", "claimed")
    page.kept.append((made, node))  # whether it agrees with the items is seen when all files are read


def check_item(made: dict[str, Any], node: Node, page: Page) -> None:
    """What the fields of one item say about each other; then `every` and `third_party` get their published form."""

    def say(key: str, what: str, **words: object) -> None:
        page.say(line_of(node, *key.split(".")), what, **{"key": key, **words})

    kinds, every, primary, limit = (made.get(key, {}) for key in ("kinds", "every", "primary", "limit"))
    unit, most = limit.get("unit", ""), limit.get("at_most", {})
    if len(made.get("question", "")) > QUESTION:
        say(
            "question",
            _("{key}: {count} characters cannot be read out at a door; at most {most}."),
            count=len(made["question"]),
            most=QUESTION,
        )
    for kind in kinds:
        if primary and kind not in primary:
            say("primary", _("{key}: nobody is named for {kind}; write {kind}: and one of the finders."), kind=kind)
        if every and kind not in every and "any" not in every:
            say("every", _("{key}: there is no period for {kind}; write any: P7D, or {kind}: P7D."), kind=kind)
    for key in ("primary", "every"):
        for kind in [one for one in KINDS if kinds and one in made.get(key, {}) and one not in kinds]:
            say(f"{key}.{kind}", _("{key}: {kind} is not among the kinds of this item; take it out, or add it to kinds."), kind=kind)
    if all(role in OWNER_OF for role in made.get("handlers", [""])):
        say("handlers", _("{key}: only owners are named; add who acts when the owner does not, for example dept_staff."))
    if unit in WORKING and "schedule" not in limit:
        say("limit", _("{key}: {unit} runs on working time; write schedule: office, or schedule: street."), unit=unit)
    if unit and unit == most.get("unit") and most.get("value", 0) < limit.get("value", 0):
        say("limit.at_most", _("{key} is what the law allows in all, so it is not less than the limit itself; write the greater number."))
    if made.get("basis", {}).get("limit") == "law" and limit and not most:
        say("limit", _("{key}: the basis is law, so write at_most, what the law allows in all."))
    if "self_fix" in made and made.get("flow") in ("F2", "F5"):
        say("self_fix", _("{key}: the flow {flow} has no stage for the owner; take self_fix out, or take another flow."), flow=made["flow"])
    elif "self_fix" in made and "value" in limit and span(made["self_fix"]) >= _longest(limit["value"], unit):
        say("self_fix", _("{key}: {window} is not shorter than the limit; write less."), window=made["self_fix"])
    if any(made.get("id") == other.get("item") for other in made.get("not_this_if", [])):
        say("not_this_if", _("{key}: names this item itself; write the item that it is instead."))
    if "code" in made.get("gb", {}) and "std" not in made["gb"]:
        say("gb", _("{key}: write std beside the code; another edition gives the same code to something else."))
    if every:
        period = {kind: every.get(kind, every.get("any", "on_demand")) for kind in kinds}
        made["every"] = {kind: one for kind, one in period.items() if one != "on_demand"}
        made["every_by_colour"] = {colour: every[colour] for colour in every if colour in COLOURS}
    for key, said in made.pop("third_party", {}).items():
        made[f"third_party_{key}"] = said
    page.kept.append((made, node))  # what needs the roles as well is seen when all files are read


def _longest(value: int, unit: str) -> int:
    """ms of wall clock that a limit takes at least, roughly: a work_day as a whole day. Enough to find what is obviously wrong."""
    return amount(value, "natural_day" if unit == "work_day" else unit) if unit else 1 << 60


# ── tables of fields ──
# fmt: off

count, percent = whole(1, 999), whole(1, 100)
period, window = form(r"P[1-9]\d?[DM]|on_demand", "P7D"), form(r"P[1-9]\d?D|PT[1-9]\d{0,2}[HM]", "PT30M")
clock = form(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00", "08:00")
role, roles = listed_in("roles"), several(listed_in("roles"), "")
actor, actors = word(*ACTORS), several(word(*ACTORS), "")
dept, depts, others = listed_in("departments"), several(listed_in("departments"), ""), several(listed_in("outside"), "")
items, schedule, steps = several(listed_in("items"), ""), listed_in("schedules"), record(dict.fromkeys(STEPS, word(*STAGES, "first stage")))
NAMED: dict[str, Conv] = {"id!": form(r"[a-z][a-z0-9_]{0,39}", "shop_sign"), "name!": text, "name_en": text}
AMOUNT: dict[str, Conv] = {"value!": count, "unit!": word(*WALL, *WORKING)}
TIMED = record({**AMOUNT, "schedule": schedule}, check_clock)
STAGE_LIMIT = record({
    "kind!": word("fixed", "item_window", "item_limit", "share"), "value": count, "unit": word(*WALL, *WORKING), "schedule": schedule,
    "percent": percent,
}, check_stage_limit)
STAGE = record({
    "id!": word(*STAGES), "name!": text, "by": actors, "led_by": actor, "limit": STAGE_LIMIT, "inside_item_limit": flag("by_limit_starts"),
    "skip_when": several(text), "steps": steps, "on_timeout": text, "note": text,
})
CLOSING = record({
    "by_resource!": several(word(*RESOURCES), ""), "needs_role": word("may_close_enforcement"),
    "third_party!": word("never", "item.third_party_may_close"), "not_owner_of_object": flag(), "not_who_reported_done": flag(),
    "owner_rating_closes": flag(), "rule_zh": text,
})
FLOW = record({
    "name!": text, "name_en": text, "stages!": several(STAGE, "id"), "branches": several(word(*BRANCHES), ""), "closing!": CLOSING,
    "third_party_scan": text, "inspection_needs": text, "at_once": record({"by!": actors, "name": text, "note": text}),
}, check_flow, named=True)
BEFORE = record({"name!": text, "for": text, "by!": actors, "limit!": STAGE_LIMIT, "steps!": steps, "note": text}, named=True)
BRANCH = record({
    "name!": text, "stage": record({"id!": word("returned", "unclaimed", "suspended"), "name!": text}), "by!": actors, "reason": text,
    "to": text, "from": several(word(*STAGES, "returned"), ""), "leader_must": several(word(*STEPS), ""), "limit": STAGE_LIMIT,
    "clock": text, "at_most": count, "each_at_most": text, "at_most_each": TIMED, "at_most_in_all": TIMED, "granted_by": actors,
    "confirmed_by": actor, "decided_by": actor, "answered_by": text, "asked": text, "until": text, "needs": text,
    "reasons_zh": several(text), "never_for": text,
    "counts": text, "whole_due": text, "effect": text, "on_timeout": text,
    "law_ceiling": either(text, record({**AMOUNT, "for": dept, "source": text})),
}, named=True)
RUNG = record({
    "name!": text, "at_percent": whole(1, 1000), "when": several(text), "tell!": actor, "answer": either(word("none"), TIMED),
    "source": text, "digest": record({"at!": clock, "unless": several(listed_in("flows"))}),
}, named=True)
MEANT = record({"name!": text, "is!": text, "roles": roles})
ITEM = record({
    "no!": whole(1, 9999), **NAMED, "module!": listed_in("modules"), "kinds!": several(word(*KINDS), ""),
    "trades": several(listed_in("trades"), ""), "where!": word("outside", "inside", "papers", "ask"),
    "question!": text, "opening!": text, "closing!": text, "not_this_if": several(record({"item!": listed_in("items"), "when!": text}), "item"),
    "lead!": dept, "support": depts, "support_others": others,
    "finders!": roles, "primary!": record(dict.fromkeys(KINDS, role)), "handlers!": roles,
    "third_party!": record({"may_close!": word("yes", "part", "no"), "note": text}),
    "every!": record(dict.fromkeys(("any", *KINDS, *COLOURS), period)), "flow!": listed_in("flows"), "self_fix": window,
    "evidence": word("none", "before", "before_after"),
    "limit!": record({
        **AMOUNT, "schedule": schedule, "from!": word("finding", "notified", "accepted"), "at_most": record(AMOUNT), "condition": text,
    }, check_clock),
    "score": whole(0, 5), "legal": record({"basis!": text, "verified!": word("yes", "partial", "replaced", "name_only")}),
    "gb": record({
        "std": text, "kind": word("event", "part"), "code": text, "name": text,
        "status": word("city_table", "city_extension", "near", "name_only", "none"),
    }),
    "basis!": record({
        "every": word("practice", "mixed", "default"), "every_source": text,
        "limit": word("law", "other_city", "practice", "default"), "limit_source": text, "score": word("default", "practice"),
    }),
    "claim_note": text, "note": text,
}, check_item, named=True)
PHONE = record({"name!": text, "number!": form(r"\+?\d[\d -]{1,19}", "119"), "for": items}, named=True)
CAMPAIGN = record({"name!": text, "from!": day, "to!": day, "items!": items, "every!": period}, check_campaign, named=True)
HOURS = record({"days!": word("workdays", "daily"), "hours!": several(several(clock))}, check_hours)
TOWN = record({
    "utc_offset!": whole(-720, 840), "street_start": day, "street_starts": by_name(day, "荷花路: 2026-09-01"),
    "visit_budget!": whole(1, 99), "recheck_share!": whole(1, 9999),
    "inspection_cap!": whole(0, 99), "scores": flag(), "schedules!": record({"office!": HOURS, "street!": HOURS}),
    "colours!": record({
        "yellow_percent!": percent, "group_red_permille!": whole(1, 1000), "group_yellow_permille!": whole(1, 1000),
        "words!": record({f"{colour}!": text for colour in COLOURS}),
        "palette": record(dict.fromkeys(COLOURS, form("#[0-9A-Fa-f]{6}", "#C8102E"))),
    }),
    "phones": several(PHONE), "service_phone": form(r"\+?\d[\d -]{2,19}", "021-12345678"),
    "url_prefix": form(r"HTTPS?://[A-Z0-9./:-]{3,60}/", "HTTPS://M.EXAMPLE/"), "campaigns": several(CAMPAIGN),
})
MODULES_FILE = record({
    "town!": TOWN, "modules!": several(record(NAMED, named=True), "id", "name"),
    "trades!": several(record({**NAMED, "words": several(once)}, named=True), "id", "name"),
    "items!": several(ITEM, "no", "id", "name"),
    "flows!": record({f"F{number}!": FLOW for number in range(1, 7)}), "before!": record({"verify!": BEFORE, "triage!": BEFORE}),
    "branches!": record(dict.fromkeys(BRANCHES, BRANCH)), "ladder!": several(RUNG, "name"),
    "missed_rounds": record({"name!": text, "at": clock, "tell": actor, "form": text, "answer": text}),
    "told!": record({"by!": record({"self_fix": actors, "accept": actors}), "note": text}),
    "ends_with_tenant": several(listed_in("flows"), ""),
    "second_person": record({"name!": text, "prefer": text}), "fixed_on_the_spot": record({"name!": text, "is": text}),
    "proof": text, "photos": text, "limits": record(dict.fromkeys(("fixed", "item_window", "item_limit", "share"), MEANT)),
    "actors": record(dict.fromkeys(ACTORS, MEANT)),
})
ROLE = record({
    **NAMED, "resource!": word(*RESOURCES), "line!": word("line", "local", "self"), "dept": dept, "may_inspect": flag(),
    "may_close_enforcement": flag(), "duty_days!": word("workdays", "daily", "roster"), "capacity": count, "own_places_only": flag(),
    "note": text,
}, check_role, named=True)
DEPARTMENT = record({
    **NAMED, "kind!": word("line", "local", "outside"), "leader": listed_in("people"), "deputy": listed_in("people"),
    "note": text,
}, named=True)
ROLES_FILE = record({
    "centre!": dept, "roles!": several(ROLE, "id", "name"), "departments!": several(DEPARTMENT, "id", "name"),
    "town_leaders": several(record({"person!": listed_in("people"), "depts": depts}), "person"),
}, check_roles)
CLAIMS_FILE = record({"claims": several(record({
    "item!": listed_in("items"), "decision": word("claimed", "refused", "deferred"), "dept!": dept, "meeting!": text, "on!": day,
    "basis": text,
}, check_claim))})
