"""Commands of the people of a town: who they are, what they do and where, who is on leave and who stands in."""

from typing import Annotated, Any

import typer

from yima.cli.frame import By, Json, command, now
from yima.i18n import _


def _option(name: str, metavar: str, help: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help)


NewName = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("The person's name."))]
Which = Annotated[str, typer.Argument(metavar=_("PERSON"), help=_("Who: name or number."))]
Dept = Annotated[str | None, _option("--dept", _("DEPARTMENT"), _("The department."))]
Number = Annotated[str | None, _option("--no", _("STAFF NO."), _("The person's number; namesakes need one."))]
NumberOf = Annotated[str | None, _option("--source", _("NAME"), _("What the numbers of that list are called."))]
Grids = Annotated[list[str] | None, _option("--grid", _("GRID"), _("In this grid only."))]
Streets = Annotated[list[str] | None, _option("--street", _("STREET"), _("In this street only."))]
Villages = Annotated[list[str] | None, _option("--village", _("VILLAGE"), _("In this village only."))]
Objects = Annotated[list[str] | None, _option("--object", _("CODE|NAME"), _("At this shop, house or point only; an owner needs one."))]
From = Annotated[str, _option("--from", _("DAY"), _("The role's first day."))]
To = Annotated[str, _option("--to", _("DAY"), _("The role's last day."))]


@command(help=_("Register one person with roles."))
def person_add(
    name: NewName,
    role: Annotated[list[str] | None, _option("--role", _("ROLE"), _("A role, by name or id."))] = None,
    dept: Dept = None,
    no: Number = None,
    source: NumberOf = None,
    grid: Grids = None,
    street: Streets = None,
    village: Villages = None,
    object: Objects = None,
    from_: From = "",
    to: To = "",
    by: By = None,
    json: Json = False,
) -> None:
    from yima.verbs.register.one_person import Roles

    roles = Roles(_all(role), (), (), _all(grid), _all(street), _all(village), _all(object), from_, to)
    _one("add", by, json, _said(name=name, dept=dept, no=no, source=source), roles)


@command(help=_("Change what is registered of one person: roles, places, department, leave and deputy."))
def person_change(
    person: Which,
    name: Annotated[str | None, _option("--name", _("NAME"), _("Another name."))] = None,
    dept: Dept = None,
    no: Number = None,
    role: Annotated[list[str] | None, _option("--role", _("ROLE"), _("These roles and no others."))] = None,
    add_role: Annotated[
        list[str] | None, _option("--add-role", _("ROLE"), _("One more role, or other places for one that is held."))
    ] = None,
    drop_role: Annotated[list[str] | None, _option("--drop-role", _("ROLE"), _("This role no longer."))] = None,
    grid: Grids = None,
    street: Streets = None,
    village: Villages = None,
    object: Objects = None,
    from_: From = "",
    to: To = "",
    leave: Annotated[str, _option("--leave", _("FROM..TO"), _("On leave on these days, for example 2026-11-23..2026-11-27."))] = "",
    deputy: Annotated[str, _option("--deputy", _("PERSON"), _("Who stands in during the leave."))] = "",
    back: Annotated[bool, typer.Option("--back", help=_("Back from leave today; a leave that has not begun is taken back."))] = False,
    by: By = None,
    json: Json = False,
) -> None:
    from yima.verbs.register.one_person import Roles

    roles = Roles(_all(role), _all(add_role), _all(drop_role), _all(grid), _all(street), _all(village), _all(object), from_, to)
    _one("change", by, json, person, _said(name=name, dept=dept, no=no), roles, leave=leave, deputy=deputy, back=back)


@command(help=_("Let one person leave; what they did stays."))
def person_retire(
    person: Which,
    reason: Annotated[str, _option("--reason", _("TEXT"), _("Why."))],
    on: Annotated[str, _option("--on", _("DAY"), _("The last day; today where it is not said."))] = "",
    by: By = None,
    json: Json = False,
) -> None:
    _one("retire", by, json, person, on=on, reason=reason)


@command(help=_("List the people with roles, resource and department."))
def person_list(
    dept: Annotated[str, typer.Option("--dept", metavar=_("DEPARTMENT"), help=_("Only of this department."))] = "", json: Json = False
) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import opened, voice
    from yima.verbs.listing import people

    moment = now()
    with opened() as store:
        result = people(store, moment, dept=dept)
        spoken = voice(store, moment, json)
    say(result, spoken)


def _all(words: list[str] | None) -> tuple[str, ...]:
    return tuple(words or ())


def _said(**fields: str | None) -> dict[str, str]:
    """What was typed, by the names that the register has for it."""
    return {name: text for name, text in fields.items() if text is not None}


def _one(verb: str, by: str | None, json: bool, *given: Any, **more: Any) -> None:
    from yima.adapters.render import say
    from yima.cli.shared import actor, opened, voice
    from yima.verbs.register import one_person

    moment = now()
    with opened() as store:
        result = getattr(one_person, verb)(store, *given, actor(store, by), moment, **more)
        spoken = voice(store, moment, json)
    say(result, spoken)
