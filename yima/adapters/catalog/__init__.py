"""The rules that people edit (modules.yaml, roles.yaml, claims.yaml) -> the body of catalogue.published, and every fault at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yima.adapters.catalog import schema
from yima.adapters.catalog.reading import Page, Wanted, line_of, look_up
from yima.adapters.catalog.text import Fault, compose
from yima.core.events import lean
from yima.errors import BadInput, Damaged, Unwritable
from yima.i18n import _

__all__ = ["FILES", "Fault", "copy_defaults", "defaults", "read", "whole"]

FILES = ("modules.yaml", "roles.yaml", "claims.yaml")
FORMAT = 1
PERSON = re.compile(r"[0-9a-f]{20}")


def read(folder: Path, people: Mapping[str, str] | None = None) -> tuple[dict[str, Any], list[Fault]]:
    """The body of catalogue.published, lean (no null, false or empty; true is 1) and ready for canonical JSON, and all faults in order.

    people: what roles.yaml may call a leader (person id, name or number) -> person id; without it only ids of 20 hex digits are taken.
    The body may be published only when there is no fault. What stands in the files raises nothing.
    """
    faults: list[Fault] = []
    wanted: list[Wanted] = []
    made: dict[str, Any] = {}
    claims = Page(FILES[2], faults, wanted)
    tables = (schema.MODULES_FILE, schema.ROLES_FILE, schema.CLAIMS_FILE)
    for page, table in zip((Page(FILES[0], faults, wanted), Page(FILES[1], faults, wanted), claims), tables, strict=True):
        if node := compose(folder / page.file, faults):
            made |= table(node, page) or {}
    look_up(wanted, {**_tables(made), "people": _people(wanted, people)})
    _check_claims(claims, made.get("items", []))
    _name_leaders(made, people or {})
    made["claims"] = _last(made.get("claims", []))
    return lean({"format": FORMAT, **made}), sorted(faults, key=lambda fault: (FILES.index(fault.file), fault.line))


def _tables(made: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """list -> {word: name}, of the lists that could be read whole: a role without its id would make a fault of every item that names it."""

    def names(key: str, *kinds: str) -> dict[str, str]:
        return {one["id"]: one.get("name", "") for one in made[key] if "id" in one and (not kinds or one.get("kind") in kinds)}

    read = [key for key in ("modules", "trades", "items", "roles", "departments") if key in made and all("id" in one for one in made[key])]
    tables = {key: names(key) for key in read if key != "departments"}
    if "departments" in read:
        tables |= {"departments": names("departments", "line", "local"), "outside": names("departments", "outside")}
    if "flows" in made:
        tables["flows"] = {one: flow.get("name", "") for one, flow in made["flows"].items()}
    if "schedules" in made.get("town", {}):
        tables["schedules"] = dict.fromkeys(made["town"]["schedules"], "")
    return tables


def _people(wanted: list[Wanted], people: Mapping[str, str] | None) -> dict[str, str]:
    if people is None:
        return {one.word: "" for one in wanted if PERSON.fullmatch(one.word)}
    return dict.fromkeys([*people, *people.values()], "")


def _check_claims(page: Page, items: list[dict[str, Any]]) -> None:
    """A claim is the yes of the department that leads the item; two decisions of one day would contradict each other."""
    leads = {item.get("id"): item.get("lead") for item in items}
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


def _last(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each item the decision of its latest day, which holds. The older ones stay in claims.yaml and in the catalogues before."""
    return list({claim.get("item"): claim for claim in sorted(claims, key=lambda claim: str(claim.get("on", "")))}.values())


def _name_leaders(made: Mapping[str, Any], people: Mapping[str, str]) -> None:
    for key, field in (("departments", "leader"), ("town_leaders", "person")):
        for one in made.get(key, []):
            if field in one:
                one[field] = people.get(one[field], one[field])


def defaults() -> Path:
    """The folder of the three files that come with the program: inside the package where it is installed, beside it in a checkout."""
    package = Path(__file__).parent.parent.parent
    for folder in (package / "rules", package.parent):
        if all((folder / file).is_file() for file in FILES):
            return folder
    raise Damaged(_("The program's own rules (modules.yaml, roles.yaml, claims.yaml) are missing; install yima again."))


def copy_defaults(folder: Path) -> None:
    """Write the three files into a town folder; a file that is there stays as it is. Raises Unwritable where it cannot be written."""
    source = defaults()
    for file in FILES:
        target, new = folder / file, folder / f"{file}.new"
        try:
            if not target.exists():
                new.write_bytes((source / file).read_bytes())
                new.replace(target)  # whole or not at all: half a file of rules would be read as all of them
        except OSError as error:
            what = _("{file} cannot be written into {folder}; look at its rights and at the free space.")
            raise Unwritable(what.format(file=file, folder=folder)) from error


def whole(folder: Path, people: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body, ready to be published; raises BadInput with the first fault, and says how many more there are."""
    body, faults = read(folder, people)
    if not faults:
        return body
    first, more = faults[0], len(faults) - 1
    if not more:
        raise BadInput(_("{0}:{1}  {2} Nothing was published.").format(first.file, first.line, first.what))
    what = _("{0}:{1}  {2} And {3} more after it. Nothing was published.")
    raise BadInput(what.format(first.file, first.line, first.what, more))
