"""Commands of those who answer for it: the four colours, the sweep, a leader's answer."""

from typing import Annotated, Literal

import typer

from yima.cli.frame import AsOf, By, Check, DryRun, Json, command, now
from yima.i18n import _

By_ = Literal["grid", "street", "village", "kind", "module", "item", "dept", "line", "resource", "person", "object"]
Colour = Literal["red", "yellow", "blue", "green", "grey"]
Answer = Literal["instruct", "reassign", "extend", "takeover", "refer"]


@command(help=_("Find what is late, and tell the next person up."))
def sweep(dry_run: DryRun = False, check: Check = False, by: By = None, json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, progress, voice
    from yima.verbs.sweep import sweep

    instant = now()
    with opened() as store, progress(_("Sweeping")) as bar:
        result = sweep(store, by=actor(store, by), now=instant, dry_run=dry_run, tell=True, progress=bar)
        spoken = voice(store, instant, json)
    say(result, spoken)
    raise typer.Exit(1 if check and result.has_red else 0)


@command(help=_("A leader's answer to supervision or escalation, with the step that it means."))
def answer(
    case: Annotated[str, typer.Argument(metavar=_("CASE"), help=_("The case's number, such as K2-0042, or a list's, such as L-1123-cg."))],
    how: Annotated[Answer, typer.Argument(metavar=_("ANSWER"), help=_("What the leader decides."))],
    text: Annotated[str, typer.Option("--text", metavar=_("TEXT"), help=_("The answer in words."))],
    to: Annotated[str, typer.Option("--to", metavar=_("PERSON"), help=_("reassign: who takes it over."))] = "",
    until: Annotated[
        str | None, typer.Option("--until", metavar=_("TIME"), help=_("extend: the new due, else as long as may be; refer: its day."))
    ] = None,
    document: Annotated[str, typer.Option("--document", metavar=_("NUMBER"), help=_("refer: the document's number."))] = "",
    leader: Annotated[str | None, typer.Option("--for", metavar=_("LEADER"), help=_("Whose answer on paper is entered."))] = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.store import look
    from yima.cli.shared import actor, opened, voice
    from yima.core.flow import lists
    from yima.verbs.answer import answer, answer_list
    from yima.verbs.dispose import until_of

    instant = now()
    with opened() as store:
        who, whose = actor(store, by), look.person_by(store, leader) if leader else None
        result: object
        if missed := lists.named(case, store.town.day(instant)):
            result = answer_list(store, *missed, how, text=text, leader=whose, by=who, now=instant)
        else:
            hit, end = look.resolve(store, case), until_of(store, until)
            result = answer(store, hit, how, text=text, to=to, until=end, document=document, leader=whose, by=who, now=instant)
        spoken = voice(store, instant, json)
    say(result, spoken)


@command(help=_("The four colours of every grid."))
def status(
    by: Annotated[By_, typer.Option("--by", help=_("What the rows are."))] = "grid",
    colour: Annotated[Colour | None, typer.Option("--colour", help=_("Only rows of this colour."))] = None,
    as_of: AsOf = None,
    check: Check = False,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import as_of_said, opened, progress, voice
    from yima.verbs.status import status

    instant = now()
    with opened() as store, progress(_("Folding")) as bar:
        result = status(store, by=by, colour=colour or "", as_of=as_of_said(store, as_of), now=instant, progress=bar)
        spoken = voice(store, instant, json)
    say(result, spoken)
    raise typer.Exit(1 if check and result.has_red else 0)
