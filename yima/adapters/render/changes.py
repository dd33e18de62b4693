"""What new rules have other than the old ones, in words that a clerk says: 时限 2工作小时→4工作小时."""

from collections.abc import Mapping, Sequence
from typing import Any

from yima.adapters.render import clean, colour_word, join, kind_word, span, table
from yima.adapters.render.office import period_word, unit_word, where_word
from yima.core import model
from yima.core.results.rules import Difference, FieldChange, ItemChange, PartChange
from yima.i18n import _

Names = Mapping[tuple[str, str], str]
NAMED_BY = {  # fields of an item whose words are ids of a list
    "module": "modules", "lead": "departments", "support": "departments", "support_others": "departments", "finders": "roles",
    "handlers": "roles", "trades": "trades", "flow": "flows",
}  # fmt: skip
PEOPLE = ("leader", "deputy", "person")
TEXTS = ("question", "opening", "closing", "name", "note", "claim_note", "legal.basis", "limit.condition", "third_party_note")


def changes_said(found: Difference, most: int = 1 << 30) -> list[str]:
    """The difference line by line, at most so many lines of items and of other parts each."""
    rows: list[tuple[str, ...]] = [(_("new"), str(one.no), touched(one)) for one in found.new]
    rows += [(_("gone"), str(one.no), touched(one)) for one in found.gone]
    rows += [("", str(one.no), touched(one), "　".join(field_said(field, found.names) for field in one.fields)) for one in found.changed]
    parts = [part_said(one, found.names) for one in found.parts]
    items = table([row[not (found.new or found.gone) :] for row in rows[:most]], right=[int(bool(found.new or found.gone))]).splitlines()
    more = max(len(rows) - most, 0) + max(len(parts) - most, 0)
    lines = [f"  {line}" for line in (*items, *parts[:most])]
    return [*lines, *([_("  … and {0} more: yima catalog diff").format(more)] if more else [])]


def touched(one: ItemChange) -> str:
    return _("{0} ({1} places)").format(clean(one.name), one.matters)


def counts_said(found: Difference) -> str:
    """How much is other, in one line."""
    counts = (
        (_("{0} items changed"), len(found.changed)),
        (_("{0} new"), len(found.new)),
        (_("{0} gone"), len(found.gone)),
        (_("{0} other settings"), len(found.parts)),
    )
    return join(sentence.format(number) for sentence, number in counts if number)


# -- one field


def field_word(field: str) -> str:
    """A field of an item as people call it; what has no word of its own is said by its key, as it stands in modules.yaml."""
    return {
        "claim": _("claim"),
        "name": _("name"),
        "name_en": _("English name"),
        "module": _("module"),
        "question": _("question"),
        "opening": _("found when"),
        "closing": _("closed when"),
        "not_this_if": _("not this if"),
        "kinds": _("kinds"),
        "trades": _("trades"),
        "where": _("place"),
        "lead": _("lead"),
        "support": _("support"),
        "support_others": _("outside bodies"),
        "finders": _("finders"),
        "primary": _("whose scan counts"),
        "handlers": _("handlers"),
        "third_party_may_close": _("third party closes"),
        "third_party_note": _("about third parties"),
        "every": _("how often"),
        "every_by_colour": _("how often by colour"),
        "flow": _("flow"),
        "self_fix": _("owner's own time"),
        "evidence": _("photos offered"),
        "limit": _("limit"),
        "limit.from": _("limit from"),
        "limit.schedule": _("limit's hours"),
        "limit.condition": _("limit for"),
        "limit.at_most": _("at most by law"),
        "score": _("score"),
        "legal.basis": _("legal basis"),
        "legal.verified": _("how far checked"),
        "claim_note": _("why this lead"),
        "note": _("remark"),
    }.get(field, field)


def field_said(one: FieldChange, names: Names) -> str:
    """时限 2工作小时→4工作小时, 处置 加 网格监督员，去 城管执法队员."""
    word = field_word(one.field)
    if one.field == "claim":
        new = claim_said(one.new, names) if one.new else _("no longer")
        return _("{0} {1}→{2}").format(word, claim_said(one.old, names), new) if one.old else _("{0} {1}").format(word, new)
    if one.field in ("every", "primary", "every_by_colour"):
        return _("{0} {1}").format(word, join(_by_kind(one, names)))
    if isinstance(one.old, list) and isinstance(one.new, list) and one.field != "limit":
        before, after = ([_value(one.field, said, names) for said in some] for some in (one.old, one.new))
        added, left = [said for said in after if said not in before], [said for said in before if said not in after]
        said = join([*([_("plus {0}").format(join(added))] if added else []), *([_("without {0}").format(join(left))] if left else [])])
        return _("{0} {1}").format(word, said or _("in another order"))
    return _("{0} {1}→{2}").format(word, _value(one.field, one.old, names), _value(one.field, one.new, names))


def _by_kind(one: FieldChange, names: Names) -> list[str]:
    old, new = one.old or {}, one.new or {}
    return [
        _("{0} {1}→{2}").format(kind_said(kind), _value(one.field, old.get(kind), names), _value(one.field, new.get(kind), names))
        for kind in dict.fromkeys((*new, *old))
        if old.get(kind) != new.get(kind)
    ]


def kind_said(kind: str) -> str:
    """A kind of object, or a colour, as people call it."""
    return colour_word(kind) if kind in model.COLOURS else kind_word(kind)


def _value(field: str, said: Any, names: Names) -> str:
    """A value as people say it; "—" where there is none."""
    if said is None:
        return _("on demand") if field in ("every", "every_by_colour") else _("(empty)")
    if field == "limit":
        return unit_word(int(said[0]), str(said[1]))
    if field == "limit.at_most":
        return unit_word(int(said["value"]), str(said["unit"]))
    if field == "not_this_if":
        return names.get(("items", said["item"]), str(said["item"]))
    if field in ("every", "every_by_colour"):
        return period_word(str(said))
    if field == "self_fix":
        return span(model.span(str(said)))
    if field in TEXTS:
        return _("“{0}”").format(clean(str(said)))
    if isinstance(said, Sequence) and not isinstance(said, str):
        return join(_value(field, one, names) for one in said)
    return _word(field, str(said), names)


def _word(field: str, said: str, names: Names) -> str:
    if field == "kinds":
        return kind_word(said)
    if field == "where":
        return where_word(said)
    if field == "primary":
        return names.get(("roles", said), said)
    if field in NAMED_BY:
        return names.get((NAMED_BY[field], said), said)
    return {
        "third_party_may_close": {"yes": _("may close"), "no": _("may not close"), "part": _("only reports that the work is done")},
        "limit.from": {"finding": _("from the finding"), "notified": _("from being told"), "accepted": _("from being accepted")},
        "legal.verified": verified_words(),
    }.get(field, {}).get(said, clean(said))


def verified_words() -> dict[str, str]:
    """How far a legal basis was checked."""
    return {
        "yes": _("the articles were read"),
        "partial": _("some articles were read"),
        "replaced": _("read in a text that has changed since"),
        "name_only": _("only its name is known"),
    }


def claim_said(claim: Mapping[str, str], names: Names) -> str:
    """城管执法中队 认领（第3次联席会议，2026-08-20）."""
    dept = names.get(("departments", claim.get("dept", "")), claim.get("dept", ""))
    decision = claim.get("decision", "claimed")
    said = {"claimed": _("claimed by {0}"), "refused": _("refused by {0}"), "deferred": _("put off, {0}")}.get(decision, "{0}").format(dept)
    where = join(part for part in (claim.get("meeting", ""), claim.get("on", "")) if part)
    return _("{0} ({1})").format(clean(said), where) if where else clean(said)


# -- settings, roles, departments


def part_word(part: str) -> str:
    """A part of the rules as people call it."""
    return {
        "town": _("town settings"),
        "roles": _("roles"),
        "departments": _("departments"),
        "town_leaders": _("town leaders"),
        "centre": _("the centre"),
        "trades": _("trades"),
        "modules": _("modules"),
        "flows": _("flows"),
        "branches": _("branches of the flows"),
        "before": _("before the flows"),
        "ladder": _("the ladder"),
    }.get(part, part)


def part_said(one: PartChange, names: Names) -> str:
    """部门 城管执法中队：leader 无→陈立. The keys are those of the file, which is what a clerk edits."""
    name = names.get(("people", one.name), one.name)
    what = " ".join(word for word in (part_word(one.part), clean(name)) if word)
    if one.what != "changed":
        return {"new": _("new: {0}"), "gone": _("gone: {0}")}[one.what].format(what)
    fields = [_plain_change(field, names) for field in one.fields]
    return _("{0}: {1}").format(what, join(fields))


def _plain_change(one: FieldChange, names: Names) -> str:
    old, new = (_plain(one.field, said, names) for said in (one.old, one.new))
    return _("{0} {1}→{2}").format(one.field, old, new).strip()


def _plain(field: str, said: Any, names: Names) -> str:
    if said is None:
        return _("(empty)")
    if isinstance(said, Mapping):
        return join(f"{key}: {_plain(str(key), one, names)}" for key, one in said.items())
    if isinstance(said, (list, tuple)):
        return "[" + join(_plain(field, one, names) for one in said) + "]"
    return clean(names.get(("people", str(said)), str(said)) if field.rpartition(".")[2] in PEOPLE else str(said))
