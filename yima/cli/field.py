"""Commands for the field: dispose, handover, undo, todo, show, find, log, use. Each is one call deep."""

from pathlib import Path
from typing import Annotated

import typer

from yima.cli.frame import By, Code, For, Json, MaybeCode, command, now
from yima.cli.shared import actor, opened, voice
from yima.errors import WrongUsage
from yima.i18n import _


@command(help=_("A step in a case; without STEP: done."))
def dispose(
    case: Annotated[
        str,
        typer.Argument(
            metavar=_("CASE"), help=_("The case's number, such as K2-0042; or the code or name of an object with one open case.")
        ),
    ],
    step: Annotated[
        str,
        typer.Argument(
            metavar=_("STEP"),
            help=_(
                "told control confirm as_item temporary_lead refuse accept done fail close return send_back reassign transfer"
                " extend suspend resume grant void rate contest appeal uphold merge call answer refer"
            ),
        ),
    ] = "done",
    about: Annotated[
        str,
        typer.Option(
            "--about",
            metavar=_("WHAT"),
            help=_("What is granted, refused, upheld or answered: extension, suspension, transfer, void, contest, appeal, call."),
        ),
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why."))] = "",
    to: Annotated[str, typer.Option("--to", metavar=_("WHOM"), help=_("person:NAME, dept:DEPARTMENT, item:ITEM or case:NUMBER."))] = "",
    until: Annotated[str | None, typer.Option("--until", metavar=_("DAY"), help=_("A day, or a time such as 2026-12-01T17:00."))] = None,
    document: Annotated[str, typer.Option("--document", metavar=_("DOC NO"), help=_("The document's number."))] = "",
    value: Annotated[int | None, typer.Option("--value", metavar="1-5", help=_("The owner's rating."))] = None,
    note: Annotated[str, typer.Option("--note", metavar=_("TEXT"), help=_("A few words."))] = "",
    for_: For = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.store.look import resolve
    from yima.verbs import dispose as verb

    with opened() as store:
        moment = now()
        what = verb.Step(step, about, reason, to, verb.until_of(store, until), document, note, for_ or "", value)
        result = verb.dispose(store, resolve(store, case), what, actor(store, by), moment)
        say(result, voice(store, moment, json))


@command(help=_("Hand over what somebody holds: every open case to somebody else."))
def handover(
    giver: Annotated[str, typer.Argument(metavar=_("PERSON"), help=_("Who holds the cases: name, number or id."))],
    to: Annotated[str, typer.Option("--to", metavar=_("PERSON"), help=_("Who takes them over."))],
    reason: Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.adapters.store.look import person_by
    from yima.verbs import dispose as verb

    with opened() as store:
        moment = now()
        result = verb.hand_over(store, person_by(store, giver), person_by(store, to), reason, actor(store, by), moment)
        say(result, voice(store, moment, json))


@command(help=_("Take back your own last entry (within 30 minutes), or as the centre any entry with a reason."))
def undo(
    fact: Annotated[
        str, typer.Argument(metavar=_("FACT"), help=_("The entry's number from `yima log`, such as K1-17; else your own last one."))
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.verbs import undo as verb

    with opened() as store:
        moment = now()
        say(verb.undo(store, actor(store, by), moment, fact_name=fact, reason=reason), voice(store, moment, json))


Output = Annotated[Path | None, typer.Option("-o", "--output", help=_("The PDF file; else in data/outbox/DAY/."))]


@command(help=_("What waits for you, worst first; --route prints the day's walk."))
def todo(
    route: Annotated[
        bool, typer.Option("--route", help=_("Print a patrol sheet: the places with due rounds in the order of the walk, with codes."))
    ] = False,
    output: Output = None,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say

    if output is not None and not route:
        raise WrongUsage(_("-o is the file of --route; say both, or neither."))
    if route:
        from yima.verbs.scan import route as walk

        with opened() as store:
            moment = now()
            path = output.absolute() if output is not None else None
            say(walk.route(store, actor(store, by), moment, path), voice(store, moment, json))
        return
    from yima.verbs import todo as verb

    with opened() as store:
        moment = now()
        say(verb.todo(store, actor(store, by), moment), voice(store, moment, json))


@command(help=_("One shop, point, case or list of missed rounds on one page; --card and --slip print."))
def show(
    code: Code,
    duty: Annotated[
        bool, typer.Option("--duty", help=_("Who is responsible for every item here, not only for those with an open case."))
    ] = False,
    card: Annotated[
        bool, typer.Option("--card", help=_("Print a card: a shop's duty in front of its door; of a case, what is to be put right."))
    ] = False,
    slip: Annotated[bool, typer.Option("--slip", help=_("Print a small slip of a case, for an owner without a phone."))] = False,
    output: Output = None,
    json: Json = False,
) -> None:
    from yima.adapters.render import say
    from yima.verbs import show as verb

    if (card and slip) or ((card or slip) and duty):
        raise WrongUsage(_("Say one of --card, --slip and --duty."))
    if output is not None and not (card or slip):
        raise WrongUsage(_("-o is the file of --card or --slip; say one of them too."))
    if card or slip:
        from yima.verbs import card as paper

        with opened() as store:
            moment = now()
            path = output.absolute() if output is not None else None
            say(paper.card(store, code, moment, slip=slip, path=path), voice(store, moment, json))
        return
    with opened() as store:
        moment = now()
        say(verb.shown(store, code, moment, all_duty=duty), voice(store, moment, json))


@command(help=_("Find shops, points and people by a part of name, place, pinyin initials or code."))
def find(text: Annotated[str, typer.Argument(metavar=_("TEXT"), help=_("What to look for."))], json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.verbs import show as verb

    with opened() as store:
        moment = now()
        say(verb.find(store, text, moment), voice(store, moment, json))


@command(help=_("The last entries of the town, or of one object."))
def log(code: MaybeCode = None, json: Json = False) -> None:
    from yima.adapters.render import say
    from yima.adapters.store.look import resolve
    from yima.verbs import show as verb

    with opened() as store:
        say(verb.log(store, resolve(store, code) if code else None), voice(store, now(), json))


@command(help=_("Set who uses this device from now on."))
def use(
    person: Annotated[str, typer.Argument(metavar=_("PERSON"), help=_("Name or number."))],
) -> None:
    from yima.adapters.store.look import person_by

    with opened() as store:
        found = person_by(store, person)
        with store.transaction():
            store.set_setting("person", found.id)
        print(_("This device is used by {0} from now on.").format(found.name))
