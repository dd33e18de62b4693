"""The three files -> the body of catalogue.published, and every fault at once."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yima.adapters.catalog import schema
from yima.adapters.catalog.across import check_claims, check_items
from yima.adapters.catalog.reading import Page, Wanted, look_up
from yima.adapters.catalog.text import Fault, compose
from yima.core.events import lean
from yima.errors import BadInput
from yima.i18n import _

FILES = ("modules.yaml", "roles.yaml", "claims.yaml")
FORMAT = 1
PERSON = re.compile(r"[0-9a-f]{20}")


def read(
    folder: Path, people: Mapping[str, str] | None = None, before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Fault]]:
    """The body of catalogue.published, lean (no null, false or empty; true is 1) and ready for canonical JSON, and all faults in order.

    people: what roles.yaml may call a leader (person id, name or number) -> person id; without it only ids of 20 hex digits are taken.
    before: {"items": [{no, id, name} …]} that were ever published, whose numbers are never used again.
    The body may be published only when there is no fault. What stands in the files raises nothing.
    """
    return read_from({file: folder / file for file in FILES}, people, before)


def read_from(
    paths: Mapping[str, Path], people: Mapping[str, str] | None = None, before: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[Fault]]:
    """`read`, where a file may lie elsewhere. paths: each of FILES -> where it lies."""
    faults: list[Fault] = []
    wanted: list[Wanted] = []
    made: dict[str, Any] = {}
    modules, _roles, claims = pages = [Page(file, faults, wanted) for file in FILES]
    for page, table in zip(pages, (schema.MODULES_FILE, schema.ROLES_FILE, schema.CLAIMS_FILE), strict=True):
        if node := compose(paths[page.file], faults, page.file):
            made |= table(node, page) or {}
    tables = _tables(made)
    look_up(wanted, {**tables, "people": _people(wanted, people)})
    check_claims(claims, modules.kept)
    known = {one["id"]: one for one in made["roles"] if "resource" in one} if "roles" in tables else {}
    check_items(modules, known, made.get("town", {}).get("inspection_cap"), before or {})
    _name_leaders(made, people or {})
    made["claims"] = _last(made.get("claims", []))
    return lean({"format": FORMAT, **made}), sorted(faults, key=lambda fault: (FILES.index(fault.file), fault.line))


def _tables(made: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """list -> {word: name}, of the lists that could be read whole: a role without its id would make a fault of every item that names it."""

    def names(key: str, *kinds: str) -> dict[str, str]:
        return {one["id"]: one.get("name", "") for one in made[key] if "id" in one and (not kinds or one.get("kind") in kinds)}

    read = [key for key in ("modules", "trades", "items", "roles", "departments") if key in made and all("id" in one for one in made[key])]
    tables = {key: names(key) for key in read if key != "departments"}
    if "departments" in read and all("kind" in one for one in made["departments"]):
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


def _last(claims: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each item the decision of its latest day, which holds. The older ones stay in claims.yaml and in the catalogues before."""
    return list({claim.get("item"): claim for claim in sorted(claims, key=lambda claim: str(claim.get("on", "")))}.values())


def _name_leaders(made: Mapping[str, Any], people: Mapping[str, str]) -> None:
    for key, field in (("departments", "leader"), ("departments", "deputy"), ("town_leaders", "person")):
        for one in made.get(key, []):
            if field in one:
                one[field] = people.get(one[field], one[field])


def whole(folder: Path, people: Mapping[str, str] | None = None, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The body, ready to be published; raises BadInput with the first fault, and says how many more there are. Arguments: see `read`."""
    body, faults = read(folder, people, before)
    if not faults:
        return body
    first, more = faults[0], len(faults) - 1
    if not more:
        raise BadInput(_("{0}:{1}  {2} Nothing was published.").format(first.file, first.line, first.what))
    what = _("{0}:{1}  {2} And {3} more after it. Nothing was published.")
    raise BadInput(what.format(first.file, first.line, first.what, more))
