"""What one set of rules has other than another, field by field. Plain values in, plain values out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yima.core.duty import applies
from yima.core.model import Item, Object, catalogue_of
from yima.core.results.rules import Difference, FieldChange, ItemChange, PartChange

Body = Mapping[str, Any]
# As a clerk goes through an item; what is not in it follows.
FIELDS = (
    "claim", "name", "module", "question", "limit", "limit.from", "self_fix", "every", "every_by_colour", "lead", "support", "support_others",
    "finders", "primary", "handlers", "flow", "kinds", "trades", "where", "third_party_may_close", "score", "opening", "closing",
    "not_this_if", "evidence",
)  # fmt: skip
OPENED = ("limit", "legal", "basis", "gb")  # fields of an item whose own fields are compared one by one
LISTS = ("roles", "departments", "modules", "trades", "items")
OTHER = ("format", "items", "claims")  # what is no part of its own


def difference(old: Body, new: Body, places: Iterable[Object], people: Mapping[str, str]) -> Difference:
    """What `new` has other than `old`. places: every object that is not retired; people: id -> name."""
    before, after = _items(old), _items(new)
    counts = counted(places)
    rules = [{item.id: item for item in catalogue_of(body, "").items.values()} for body in (old, new)]

    def change(id_: str, raw: Body, fields: tuple[FieldChange, ...] = ()) -> ItemChange:
        return ItemChange(raw["no"], id_, raw["name"], concerned(counts, [items[id_] for items in rules if id_ in items]), fields)

    return Difference(
        tuple(change(id_, raw) for id_, raw in after.items() if id_ not in before),
        tuple(change(id_, raw) for id_, raw in before.items() if id_ not in after),
        tuple(change(id_, raw, _fields(before[id_], raw)) for id_, raw in after.items() if id_ in before and before[id_] != raw),
        tuple(_parts(old, new)),
        {**_names(old), **_names(new), **{("people", id_): name for id_, name in people.items()}},
    )


def claimed(body: Body) -> set[str]:
    """Ids of the items whose department has said yes."""
    return {claim["item"] for claim in body.get("claims", ()) if claim.get("decision", "claimed") == "claimed"}


def _items(body: Body) -> dict[str, Body]:
    """Id -> the item with its claim, and with one `limit` of value and unit beside `limit.from` and the like."""
    claims = {claim["item"]: claim for claim in body.get("claims", ())}
    made: dict[str, Body] = {}
    for raw in body["items"]:
        one = {key: value for key, value in raw.items() if key not in OPENED}
        for key in OPENED:
            one |= {f"{key}.{inner}": value for inner, value in raw.get(key, {}).items()}
        one["limit"] = [one.pop("limit.value"), one.pop("limit.unit")]
        if raw["id"] in claims:
            one["claim"] = {key: value for key, value in claims[raw["id"]].items() if key != "item"}
        made[raw["id"]] = one
    return made


def counted(places: Iterable[Object]) -> Counter[tuple[str, str]]:
    """How many places there are of each kind and trade: all that decides whether an item applies."""
    return Counter((obj.kind, obj.trade) for obj in places)


def concerned(counts: Mapping[tuple[str, str], int], items: Iterable[Item]) -> int:
    """Objects to which the item applies, under any of its forms."""
    items = list(items)
    return sum(
        number for (kind, trade), number in counts.items() if any(applies(item, Object("", kind, "", trade=trade)) for item in items)
    )


def _fields(old: Body, new: Body) -> tuple[FieldChange, ...]:
    keys = sorted({*old, *new}, key=lambda key: (FIELDS.index(key) if key in FIELDS else len(FIELDS), key))
    return tuple(FieldChange(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))


def _parts(old: Body, new: Body) -> Iterator[PartChange]:
    for part in [key for key in dict.fromkeys((*new, *old)) if key not in OTHER and old.get(key) != new.get(key)]:
        before, after = _records(old.get(part)), _records(new.get(part))
        for id_ in dict.fromkeys((*after, *before)):
            one, other = after.get(id_), before.get(id_)
            if one == other:
                continue
            name = str((one or other or {}).get("name", id_))
            if id_ and (one is None or other is None):
                yield PartChange(part, id_, name, "gone" if one is None else "new")
            else:
                yield PartChange(part, id_, name if id_ else "", "changed", tuple(_leaves("", other or {}, one or {})))


def _records(part: Any) -> dict[str, Body]:
    """A part by its records: roles by id, flows by their letter, people by theirs; a part without records is one, named ""."""
    if isinstance(part, list) and all(isinstance(one, Mapping) for one in part):
        return {str(one.get("id") or one.get("person") or one.get("name", "")): one for one in part}
    if isinstance(part, Mapping) and part and all(isinstance(one, Mapping) and "name" in one for one in part.values()):
        return dict(part)
    return {"": part if isinstance(part, Mapping) else {"": part}} if part is not None else {}


def _leaves(path: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*new, *old)):
            yield from _leaves(f"{path}.{key}".strip("."), old.get(key), new.get(key))
    else:
        yield FieldChange(path, old, new)


def _names(body: Body) -> dict[tuple[str, str], str]:
    names = {(key, one["id"]): str(one["name"]) for key in LISTS for one in body.get(key, ())}
    return names | {("flows", id_): str(flow.get("name", id_)) for id_, flow in body.get("flows", {}).items()}
