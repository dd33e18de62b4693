"""The agenda of the joint meeting as text, as JSON, as a page to print, and as a workbook; a suggestion, and a decision as recorded."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from yima.adapters.render import Voice, clean, clock, date_of, day_said, iso, join, local, table
from yima.adapters.render.street import GAP, fact_json
from yima.core.agenda import DAYS, ROUNDS
from yima.core.results.agenda import TOPICS, Agenda, Found, Said, Suggested, Topic, TopicDecided
from yima.i18n import LANG, _

TEMPLATES = Path(__file__).parents[2] / "templates"
PLACES = 4  # of a pool, on a screen
FINDINGS = 20  # of a pool, on the page; the workbook has them all


When = Callable[[int], str]  # how an instant is said: on a screen today, on paper with its date


# -- words


def on_paper(voice: Voice) -> When:
    return lambda ms: local(ms, voice).strftime("%Y-%m-%d %H:%M")


def kind_title(kind: str) -> str:
    return {
        "unlisted": _("Findings outside the items"),
        "unclaimed": _("Items still to be claimed"),
        "refused": _("Items whose claim was refused"),
        "deferred": _("Items put off at a meeting"),
        "disputed": _("Cases handed over and not taken"),
        "referred": _("Cases referred by leaders"),
        "dead": _("Items that find nothing (last {0} days)").format(DAYS),
        "suggestion": _("Suggestions"),
    }[kind]


def decision_word(decision: str) -> str:
    return {"claimed": _("claimed (meeting)"), "refused": _("refused (meeting)"), "deferred": _("put off")}.get(decision, decision)


def said_line(said: Said) -> str:
    """再议：城建办 2026年第3次联席会议 2026-11-20；依据."""
    parts = " ".join(clean(part) for part in (said.dept_name, said.meeting, said.on) if part)
    more = [_("item {0}").format(said.item_name or said.item)] if said.item else []
    more += [part for part in (said.basis, said.text) if part]
    line = _("{0}: {1}").format(decision_word(said.decision), parts)
    return _("; ").join([line, *map(clean, more)])


def sorted_said(one: Found, when: When) -> str:
    """What triage did with one finding, and until when it has time."""
    said = {
        "waiting": _("to be sorted"),
        "item": _("sorted to {0} {1}").format(one.item, clean(one.item_name)),
        "lead": _("{0} leads for now").format(clean(one.dept_name)),
        "refused": _("not taken up: {0}").format(clean(one.reason)) if one.reason else _("not taken up"),
        "void": _("void, a false report"),
        "merged": _("merged"),
    }.get(one.sorted, one.sorted)
    if one.disputed:
        said = _("{0} (hand-over in dispute)").format(said)
    return said if one.until is None else _("{0}, by {1}").format(said, when(one.until))


def triage_said(topic: Topic, when: When) -> str:
    """What triage did with the findings of a pool, each sort with its count."""
    if len(topic.findings) == 1:
        return sorted_said(topic.findings[0], when)
    tally = Counter(sorted_said(one._replace(until=None), when) for one in topic.findings)
    return join(_("{0} × {1}").format(said, count) for said, count in tally.items())


def places_of(topic: Topic) -> list[str]:
    """The places of a pool, the newest first, each once."""
    return list(dict.fromkeys(clean(one.place) for one in reversed(topic.findings)))


def counts_said(topic: Topic) -> str:
    reports, places = sum(one.reports for one in topic.findings), len({one.object for one in topic.findings})
    said = _("{0} times, {1} places").format(reports, places)
    before = sum(one.decided for one in topic.findings)
    return _("{0}, {1} decided before").format(said, before) if before else said


def situation(topic: Topic, when: When) -> str:
    """Why the topic stands here, in one line."""
    match topic.kind:
        case "unlisted":
            newest = _("newest {0}").format(when(topic.at)) if topic.at is not None else ""
            return GAP.join(part for part in (counts_said(topic), newest, triage_said(topic, when)) if part)
        case "unclaimed":
            found = _("found {0} times in {1} days, {2} open").format(topic.found, DAYS, topic.open) if topic.found or topic.open else ""
            return GAP.join(part for part in (found, clean(topic.note)) if part)
        case "disputed":
            since = _("since {0}").format(when(topic.at)) if topic.at is not None else ""
            way = _("{0} → {1}, which does not take it").format(clean(topic.dept_name), clean(topic.other_name))
            return GAP.join(part for part in (clean(topic.place), way, since) if part)
        case "referred":
            said = _("{0} asks under {1}, for {2}").format(clean(topic.dept_name), clean(topic.document), clean(topic.on))
            return GAP.join(part for part in (clean(topic.place), said) if part)
        case "dead":
            if not topic.looked:
                return _("{0} rounds asked at {1} places, nobody has looked").format(topic.rounds, topic.places)
            return _("{0} rounds asked, {1} of {2} places looked at, nothing found").format(topic.rounds, topic.looked, topic.places)
        case "suggestion":
            return GAP.join(part for part in (clean(topic.by), when(topic.at) if topic.at is not None else "") if part)
    return ""


def said_of(topic: Topic) -> str:
    """What a meeting said of it before."""
    if topic.said is None:
        return ""
    line = said_line(topic.said._replace(basis="") if topic.kind == "dead" else topic.said)  # when it was claimed, not once more why
    return line if topic.published else _("{0} (in claims.yaml, not published yet)").format(line)


# -- text


def agenda_text(made: Agenda, voice: Voice) -> str:
    head = _("{0}: agenda of the joint meeting").format(clean(made.town))
    lines = [GAP.join((head, day_said(made.now, voice), _("{0} topics").format(len(made.topics))))]
    for kind in TOPICS:
        topics = [topic for topic in made.topics if topic.kind == kind]
        if topics:
            lines += ["", _("{0} ({1})").format(kind_title(kind), len(topics)), *_kind_lines(kind, topics, voice)]
    if not made.topics:
        lines.append(_("Nothing waits for the meeting."))
    if made.unpublished or made.fault:
        lines.append("")
    if made.unpublished:
        lines.append(_("Claimed, but not published yet: {0}. It counts after yima catalog publish.").format(join(made.unpublished)))
    if made.fault:
        lines.append(_("The town folder's claims were not counted: {0}").format(clean(made.fault)))
    if made.topics:
        lines += ["", _("Record what was decided: yima catalog claim|refuse|defer NUMBER --dept DEPARTMENT --meeting MEETING --on DAY")]
    return "\n".join([*lines, *made.files])


def _kind_lines(kind: str, topics: Sequence[Topic], voice: Voice) -> list[str]:
    if kind == "unclaimed":  # department by department: each sees what it is asked to claim
        by_dept: dict[str, list[str]] = {}
        for topic in topics:
            found = _("({0} found)").format(topic.found) if topic.found else ""
            by_dept.setdefault(topic.dept_name, []).append(f"{topic.id} {topic.title}{found}")
        return table(("  " + dept, str(len(items)), join(items)) for dept, items in by_dept.items()).splitlines()
    if kind == "unlisted":
        return [line for topic in topics for line in _pool_lines(topic, voice)]
    when = partial(clock, voice=voice)
    said = [("  " + topic.id, topic.title, *(part for part in (situation(topic, when), said_of(topic)) if part)) for topic in topics]
    return table(said).splitlines()


def _pool_lines(topic: Topic, voice: Voice) -> list[str]:
    head, when = f"  {topic.id}  {clean(topic.title)}", partial(clock, voice=voice)
    if len(topic.findings) == 1 and topic.findings[0].reports == 1:
        one = topic.findings[0]
        lines = [head, "      " + GAP.join((clean(one.place), when(one.at), sorted_said(one, when)))]
        return [*lines, f"      {said_of(topic)}"] if topic.said is not None else lines
    places = places_of(topic)
    more = _(" … {0} in all").format(len(places)) if len(places) > PLACES else ""
    lines = [head, f"      {situation(topic, when)}", f"      {join(places[:PLACES])}{more}"]
    return [*lines, f"      {said_of(topic)}"] if topic.said is not None else lines


# -- JSON


def _said_json(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        "decision": said.decision,
        "dept": said.dept,
        "meeting": said.meeting,
        "on": said.on,
        "basis": said.basis,
        "text": said.text,
        "item": said.item or None,
    }


def _found_json(one: Found, voice: Voice) -> dict[str, Any]:
    return {
        "case": one.case,
        "object": one.object,
        "place": one.place,
        "grid": one.grid,
        "note": one.note,
        "at": iso(one.at, voice),
        "reports": one.reports,
        "sorted": one.sorted,
        "item": one.item or None,
        "dept": one.dept or None,
        "reason": one.reason,
        "until": iso(one.until, voice),
        "disputed": one.disputed,
        "decided": one.decided,
    }


def agenda_json(made: Agenda, voice: Voice) -> dict[str, Any]:
    return {
        "town": made.town,
        "as_of": iso(made.now, voice),
        "topics": [
            {
                "kind": topic.kind,
                "id": topic.id,
                "title": topic.title,
                "dept": topic.dept or None,
                "other": topic.other or None,
                "place": topic.place,
                "at": iso(topic.at, voice),
                "by": topic.by,
                "findings": [_found_json(one, voice) for one in topic.findings],
                "found": topic.found,
                "open": topic.open,
                "rounds": topic.rounds,
                "places": topic.places,
                "looked": topic.looked,
                "said": _said_json(topic.said),
                "published": topic.published,
                "note": topic.note,
                "document": topic.document,
                "on": topic.on,
            }
            for topic in made.topics
        ],
        "unpublished": list(made.unpublished),
        "fault": made.fault,
        "files": list(made.files),
    }


# -- the page


def html(made: Agenda, voice: Voice) -> str:
    """One self-contained page for phone and A4: inline CSS, nothing fetched. Foreign text goes through clean and autoescape."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    here = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return here.get_template("agenda.html").render(page=page(made, voice), _=_)


def page(made: Agenda, voice: Voice) -> dict[str, Any]:
    """What the template prints, in the language of this process."""
    return {
        "lang": "en" if LANG == "en" else "zh-CN",
        "title": _("{0}: agenda of the joint meeting").format(clean(made.town)),
        "as_of": day_said(made.now, voice),
        "sample": made.sample,
        "count": len(made.topics),
        "sections": [
            {"title": kind_title(kind), "topics": [_topic(topic, voice) for topic in made.topics if topic.kind == kind]}
            for kind in TOPICS
            if any(topic.kind == kind for topic in made.topics)
        ],
        "unpublished": join(made.unpublished),
        "fault": clean(made.fault),
        "days": DAYS,
        "rounds": ROUNDS,
    }


def _topic(topic: Topic, voice: Voice) -> dict[str, Any]:
    newest, when = topic.findings[::-1], on_paper(voice)
    return {
        "id": topic.id,
        "title": clean(topic.title),
        "dept": clean(topic.dept_name),
        "situation": "" if len(newest) == 1 else situation(topic, when),
        "said": said_of(topic),
        "findings": [
            {
                "case": one.case,
                "place": clean(one.place),
                "when": when(one.at),
                "note": clean(one.note),
                "sorted": sorted_said(one, when),
            }
            for one in newest[:FINDINGS]
        ],
        "more": max(len(newest) - FINDINGS, 0),
    }


# -- the workbook


def xlsx(made: Agenda, voice: Voice) -> bytes:
    """A sheet of topics with columns for what the meeting decides, and one with every unlisted finding."""
    from yima.adapters.render.xlsx import Cell, Sheet, workbook

    when = on_paper(voice)
    title = _("{0}: agenda of the joint meeting").format(clean(made.town)) + f"　{day_said(made.now, voice)}"
    head = (
        _("sort of topic"), _("topic"), _("what it is about"), _("department"), _("situation"), _("place"), _("said before"),
        _("decision"), _("who takes it"), _("basis"),
    )  # fmt: skip
    rows = [
        (
            kind_title(topic.kind),
            Cell(topic.id, "strong"),
            topic.title,
            topic.dept_name,
            situation(topic, when),
            "\n".join(places_of(topic)) or topic.place,
            said_of(topic),
        )
        for topic in made.topics
    ]
    found = [
        (topic.id, one.case, one.note, one.place, one.grid, when(one.at), sorted_said(one, when))
        for topic in made.topics
        for one in topic.findings
    ]
    sheets = [Sheet(_("agenda"), title, head, rows, (12, 10, 30, 12, 28, 22, 20, 10, 12, 14), 3)]
    if found:
        columns = (_("topic"), _("case"), _("what it is about"), _("place"), _("grid"), _("found on"), _("sorted how"))
        sheets.append(Sheet(_("findings outside the items"), title, columns, found, (10, 10, 34, 28, 12, 17, 26), 2))
    return workbook(sheets, local(made.now, voice))


# -- one topic


def suggested_text(result: Suggested, voice: Voice) -> str:
    return _("{0} is on the agenda of the next joint meeting: {1}").format(f"{result.fact.device}-{result.fact.seq}", clean(result.text))


def suggested_json(result: Suggested, voice: Voice) -> dict[str, Any]:
    return {"fact": fact_json(result.fact), "suggestion": result.id, "text": result.text}


def decided_text(result: TopicDecided, voice: Voice) -> str:
    """What was recorded, and what must follow so that it counts."""
    what = f"{result.id} {clean(result.title)}"
    if result.same:
        return _("{0}: that is recorded already ({1}); nothing was written.").format(what, said_line(result.said))
    lines = [f"{what}{GAP}{said_line(result.said)}"]
    if len(result.findings) > 1:
        lines.append(_("It stands for {0} findings that are alike: {1}").format(len(result.findings), join(result.findings)))
    next_ = _next(result)
    return "\n".join([*lines, next_] if next_ else lines)


def _next(result: TopicDecided) -> str:
    """What must follow."""
    said = result.said
    if result.kind == "item":
        if said.decision == "claimed":
            return _("Written into claims.yaml; it counts after yima catalog publish, then its rounds begin.")
        return _("Written into claims.yaml; after yima catalog publish the item is still to be claimed: no rounds, no supervision.")
    if said.decision == "deferred":
        return _("It stays on the agenda.")
    if said.decision == "refused":
        return ""
    if result.kind == "disputed":
        return _("Next: the town leader says yima dispose {0} reassign --to dept:{1}").format(result.id, said.dept)
    if result.kind == "unlisted" and not said.item:
        return _("Next: write it as an item into modules.yaml with lead {0}, then yima catalog claim that item, then publish.").format(
            said.dept
        )
    return ""


def decided_json(result: TopicDecided, voice: Voice) -> dict[str, Any]:
    return {
        "kind": result.kind,
        "topic": result.id,
        "title": result.title,
        "said": _said_json(result.said),
        "written": not result.same,
        "findings": list(result.findings),
    }


FORMATS: Mapping[str, Any] = {"html": lambda made, voice: html(made, voice).encode(), "xlsx": xlsx}


def file_names(formats: Iterable[str], now: int, voice: Voice) -> dict[str, str]:
    """Format -> file name, after the day on which the agenda was made."""
    return {form: _("agenda") + f"-{date_of(now, voice)}.{form}" for form in formats}


TABLE: Mapping[str, Any] = {
    "Agenda": (agenda_text, agenda_json),
    "Suggested": (suggested_text, suggested_json),
    "TopicDecided": (decided_text, decided_json),
}
