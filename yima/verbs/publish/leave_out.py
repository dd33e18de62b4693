"""`--except`: some items stay as they are in force, the rest of the new rules is published."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from yima.errors import BadInput
from yima.i18n import _

Body = Mapping[str, Any]
NAMED_IN = {"lead": "departments", "support": "departments", "support_others": "departments", "module": "modules", "trades": "trades",
            "finders": "roles", "handlers": "roles", "flow": "flows"}  # fmt: skip


def chosen(words: Sequence[str], new: Body, old: Body) -> tuple[dict[str, str], ...]:
    """The items that the words name, as {id, name}: by number, id or name, in the new rules or those in force. Raises BadInput."""
    found = []
    for word in words:
        fits = [one for body in (new, old) for one in body["items"] if word in (str(one["no"]), one["id"], one["name"])]
        if not fits:
            raise BadInput(_("--except {0}: there is no such item; give its number, id or name. Nothing was published.").format(word))
        found.append({"id": fits[0]["id"], "name": fits[0]["name"]})
    return tuple(found)


def without(new: Body, old: Body, ids: Sequence[str]) -> dict[str, Any]:
    """The new rules with these items as they are in force, their claims too; one that was never published is left out.

    Raises BadInput where an item in force names a role or department that the new rules no longer have.
    """
    if not ids:
        return dict(new)
    before = {one["id"]: one for one in old["items"] if one["id"] in ids}
    for one in before.values():
        for what in _lost(one, new):
            said = _(
                "--except {0}: as it is in force it names {1}, which the new rules no longer have; keep {1} in them. Nothing was published."
            )
            raise BadInput(said.format(one["name"], what))
    there = {one["id"] for one in new["items"]}
    items = [before.get(one["id"], one) for one in new["items"] if one["id"] not in ids or one["id"] in before]
    items += [one for id_, one in before.items() if id_ not in there]
    dropped = {id_ for id_ in ids if id_ not in before}
    decided = {one["item"]: one for one in old.get("claims", ()) if one["item"] in ids}
    claims = [decided.pop(one["item"], None) if one["item"] in ids else one for one in new.get("claims", ())]
    claims = [one for one in (*claims, *decided.values()) if one is not None]  # in the order of the file: other bytes are other rules
    made = dict(new) | {"items": [_unnamed(one, "not_this_if", "item", dropped) for one in items], "claims": claims}
    made["town"] = _town(new["town"], dropped)
    return made


def _lost(item: Body, new: Body) -> Iterator[str]:
    known = {key: {one["id"] for one in new.get(key, ())} for key in ("departments", "modules", "trades", "roles")}
    known["flows"] = set(new["flows"])
    for field, table in NAMED_IN.items():
        said = item.get(field, [])
        yield from (one for one in ([said] if isinstance(said, str) else said) if one not in known[table])
    yield from (role for role in item.get("primary", {}).values() if role not in known["roles"])
    schedule = item["limit"].get("schedule", "")
    if schedule and schedule not in new["town"]["schedules"]:
        yield schedule


def _unnamed(one: Body, field: str, key: str, dropped: set[str]) -> dict[str, Any]:
    """A record without what names an item that is not there."""
    kept = [said for said in one.get(field, ()) if said[key] not in dropped]
    return {name: value for name, value in one.items() if name != field} | ({field: kept} if kept else {})


def _town(town: Body, dropped: set[str]) -> dict[str, Any]:
    """The settings without what names an item that is not there: an emergency number for it alone, a campaign about it alone."""
    made = dict(town)
    for part, field in (("phones", "for"), ("campaigns", "items")):
        kept = []
        for one in town.get(part, ()):
            left = [id_ for id_ in one.get(field, ()) if id_ not in dropped]
            if left or not one.get(field):
                kept.append({**one, field: left} if left else one)
        if part in town:
            made[part] = kept
    return made
