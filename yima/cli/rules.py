"""Commands of the rules: what is governed, by whom, agreed when; publish, show, and who is responsible."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from yima.cli.frame import By, Check, Json, command, now
from yima.errors import BadInput, WrongUsage
from yima.i18n import _

if TYPE_CHECKING:
    from yima.adapters.render import Voice
    from yima.adapters.store import Store
    from yima.core.results.matrix import Matrix, MatrixOf


@command(
    help=_(
        "Check the rules of the town folder: every fault with file and line, empty cells, the three simples, the burden of everybody. "
        "Ends with 3 for faults in the files, 1 where only cells are empty or somebody has more than they can do, else 0."
    )
)
def catalog_check(json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.check import check

    moment = now()
    with opened() as store:
        result = check(store, moment)
        spoken = voice(store, moment, json)
    say(result, spoken)
    raise typer.Exit(result.code)


Except = Annotated[
    list[str] | None,
    typer.Option(
        "--except", metavar=_("ITEM"), help=_("Leave this item as it is in force, by number, id or name; may be given several times.")
    ),
]


@command(
    help=_(
        "Publish the rules of the town folder; what is not published does not count. "
        "Refused, with every empty cell by name, while a claimed item has nobody somewhere."
    )
)
def catalog_publish(except_: Except = None, by: By = None, json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.publish import publish

    moment = now()
    with opened() as store:
        result = publish(store, actor(store, by), moment, except_ or ())
        spoken = voice(store, moment, json)
    say(result, spoken)
    if result.is_refused:
        from yima.adapters.render.rules import refused_said

        raise BadInput(refused_said(result))


Edition = Annotated[str, typer.Argument(metavar=_("RULES"), help=_("Published rules: the first characters of their digest, or a day."))]


@command(
    help=_(
        "What is other in the files of the town folder than in the rules in force; with one edition, what has changed since; "
        "with two, between them."
    )
)
def catalog_diff(old: Edition = "", new: Edition = "", json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.publish import diff

    with opened() as store:
        result = diff(store, old, new)
        spoken = voice(store, now(), json)
    say(result, spoken)


@command(help=_("Every publication of the rules: when, by whom, and what it changed."))
def catalog_log(json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.publish import log

    with opened() as store:
        result = log(store)
        spoken = voice(store, now(), json)
    say(result, spoken)


@command(help=_("Show the rules in force, or one item of them."))
def catalog_show(
    item: Annotated[str, typer.Argument(metavar=_("ITEM"), help=_("An item by number, id or name."))] = "", json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.publish import show

    with opened() as store:
        result = show(store, item)
        spoken = voice(store, now(), json)
    say(result, spoken)


# -- the joint meeting: what it must decide, and what it decided

Topic = Annotated[
    str, typer.Argument(metavar=_("TOPIC"), help=_("A topic's number on the agenda: K2-0045, K1-17; or an item by number, id or name."))
]
Dept = Annotated[str, typer.Option("--dept", metavar=_("DEPARTMENT"), help=_("Which department, by id or name."))]
Meeting = Annotated[str, typer.Option("--meeting", metavar=_("MEETING"), help=_("Which meeting, for example 2026年第3次联席会议."))]
On = Annotated[str, typer.Option("--on", metavar=_("DAY"), help=_("The day of the meeting, for example 2026-11-23."))]
Basis = Annotated[str, typer.Option("--basis", metavar=_("TEXT"), help=_("On which basis: a law, the minutes."))]
Becomes = Annotated[str, typer.Option("--item", metavar=_("ITEM"), help=_("The item that an unlisted finding becomes or belongs to."))]
Words = Annotated[str, typer.Option("--text", metavar=_("TEXT"), help=_("What else was said."))]


@command(help=_("What the next joint meeting must decide: screen, HTML, XLSX."))
def catalog_agenda(
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar=_("FOLDER"), help=_("Write the files there."))] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="html,xlsx", help=_("Which files to write, into data/agenda if not said otherwise."))
    ] = "",
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.render.agenda import FORMATS, file_names
    from yima.cli.shared import opened, voice
    from yima.verbs.agenda import agenda, written

    formats = _formats(format, FORMATS) or (list(FORMATS) if output is not None else [])
    moment = now()
    with opened() as store:
        spoken = voice(store, moment, json)
        names = file_names(formats, moment, spoken)
        made = agenda(store, moment)
        if formats:
            files = [(names[form], partial(FORMATS[form], voice=spoken)) for form in formats]
            made = written(made, output if output is not None else store.folder / "data" / "agenda", files)
    say(made, spoken)


def _formats(text: str, known: Iterable[str]) -> list[str]:
    """The formats asked for; raises WrongUsage for one that is not there."""
    found = [word.strip().lower() for word in text.replace("，", ",").split(",") if word.strip()]
    for word in found:
        if word not in known:
            raise WrongUsage(_("“{0}” is no format; take {1}.").format(word, _(" or ").join(known)))
    return list(dict.fromkeys(found))


@command(help=_("Record that a department claims a topic at a joint meeting."))
def catalog_claim(
    topic: Topic,
    dept: Dept,
    meeting: Meeting,
    on: On,
    basis: Basis = "",
    item: Becomes = "",
    text: Words = "",
    by: By = None,
    json: Json = False,
) -> None:
    _decide(topic, ("claimed", dept, meeting, on, basis, item, text), by, json)


@command(help=_("Record that a joint meeting refused a topic."))
def catalog_refuse(
    topic: Topic,
    dept: Dept,
    meeting: Meeting,
    on: On,
    basis: Basis = "",
    item: Becomes = "",
    text: Words = "",
    by: By = None,
    json: Json = False,
) -> None:
    _decide(topic, ("refused", dept, meeting, on, basis, item, text), by, json)


@command(help=_("Record that a joint meeting put a topic off; it stays on the agenda."))
def catalog_defer(
    topic: Topic,
    dept: Dept,
    meeting: Meeting,
    on: On,
    basis: Basis = "",
    item: Becomes = "",
    text: Words = "",
    by: By = None,
    json: Json = False,
) -> None:
    _decide(topic, ("deferred", dept, meeting, on, basis, item, text), by, json)


def _decide(topic: str, what: tuple[str, ...], by: str | None, json: bool) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.agenda.decide import What, decide

    moment = now()
    with opened() as store:
        result = decide(store, topic, What(*what), actor(store, by), moment)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("A complaint or an idea about the rules or the tool, for the next joint meeting; anybody may."))
def suggest(
    text: Annotated[str, typer.Argument(metavar=_("TEXT"), help=_("In a sentence or two."))], by: By = None, json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.agenda.decide import suggest

    moment = now()
    with opened() as store:
        result = suggest(store, text, actor(store, by), moment)
        spoken = voice(store, moment, json)
    say(result, spoken)


@command(help=_("Who is responsible for what, where and by when: of the town, or of one shop or point; empty cells by name."))
def matrix(
    code: Annotated[str, typer.Argument(metavar=_("CODE"), help=_("A code, name or case number: only this object."))] = "",
    item: Annotated[str, typer.Option("--item", metavar=_("ITEM"), help=_("Only this item, by number, id or name."))] = "",
    grid: Annotated[str, typer.Option("--grid", metavar=_("GRID"), help=_("Only this grid."))] = "",
    dept: Annotated[str, typer.Option("--dept", metavar=_("DEPARTMENT"), help=_("Only items that this department leads."))] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar=_("FOLDER"), help=_("Where the XLSX and HTML go; else data/matrix."))
    ] = None,
    check: Check = False,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.store import look
    from yima.cli.shared import opened, voice
    from yima.verbs import matrix as verb

    if code and (grid or dept or output is not None):
        raise WrongUsage(_("--grid, --dept and -o are for the whole town; leave them out beside {0}.").format(code))
    moment = now()
    with opened() as store:
        spoken = voice(store, moment, json)
        if code:
            result: Matrix | MatrixOf = verb.matrix_of(store, look.resolve(store, code), moment, item=item)
        else:
            made = verb.matrix(store, moment, item=item, grid=grid, dept=dept, check=check and output is None)
            result = _with_files(store, made, output, spoken)
    say(result, spoken)
    raise typer.Exit(1 if check and result.has_gaps else 0)


def _with_files(store: "Store", made: "Matrix", output: Path | None, voice: "Voice") -> "Matrix":
    """The matrix with its files: of the whole town, and of a part where -o says where to."""
    if made.checked or (output is None and not made.whole):
        return made
    from yima.adapters.render.matrix_pages import file_names, html, xlsx
    from yima.verbs.matrix import written

    names = file_names(made, voice)
    files = [(names["xlsx"], partial(xlsx, voice=voice)), (names["html"], partial(html, voice=voice))]
    return written(made, output if output is not None else store.folder / "data" / "matrix", files)
