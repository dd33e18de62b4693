"""How the results of the office commands are said: founding, ledgers, rules, lists, paper."""

from collections.abc import Mapping
from typing import Any

from yima.adapters.render import Voice, clean, join
from yima.core.results import Founded, Imported
from yima.i18n import _

SHOWN = 8  # of a long list on a screen; JSON is never cut


def founded(result: Founded, voice: Voice) -> str:
    lines = [
        _("{0} is founded in {1}. Administrator {2}, this device {3}.").format(result.name, result.folder, result.admin, result.letters),
        _("Published: {0} items, all still to be claimed by their departments, and the calendar {1}-{2}.").format(
            result.items, *result.years
        ),
        _("The town's key: {0}. It is not in the town folder; keep a copy in a safe place.").format(result.key),
        _("Next: yima import shops FILE --datum gcj02, then points and people; rules: yima catalog check."),
    ]
    if result.sample:
        lines[2] = _("Founded under YIMA_NOW: a sample for ever, its key lies in its own folder and proves nothing.")
    return "\n".join(lines)


def founded_json(result: Founded, voice: Voice) -> Any:
    return {
        "town": {"id": result.town, "name": result.name, "sample": result.sample},
        "folder": result.folder,
        "admin": {"id": result.admin_id, "name": result.admin},
        "device": {"id": result.device, "letters": result.letters, "key": result.key},
        "items": result.items,
        "calendar": {"from": result.years[0], "to": result.years[1]},
    }


def field_word(field: str) -> str:
    """A field of the register as people call it."""
    return {
        "kind": _("kind"),
        "name": _("name"),
        "street": _("street"),
        "door": _("door"),
        "unit": _("unit"),
        "address": _("address"),
        "grid": _("grid"),
        "village": _("village"),
        "trade": _("trade"),
        "licence": _("licence"),
        "part_of": _("market"),
        "position": _("coordinates"),
        "tenant": _("occupant"),
        "status": _("status"),
        "source": _("ledger number"),
        "provisional": _("confirmed"),
        "phone": _("phone"),
        "no": _("number"),
        "dept": _("department"),
        "roles": _("roles"),
    }.get(field, field)


def imported(result: Imported, voice: Voice) -> str:
    what = {"shops": _("shops"), "points": _("points"), "people": _("people")}[result.register]
    start = _("Dry run, nothing was written: ") if result.dry_run else ""
    lines = [
        start
        + _("{0} ({1}): {2} rows read, {3} new, {4} changed, {5} unchanged, {6} rejected.").format(
            clean(result.file), what, result.read, result.added, result.changed, result.same, len(result.rejected)
        )
    ]
    for line, name, fields in result.changes[:SHOWN]:
        lines.append(_("  line {0} {1}: {2}").format(line, clean(name), join(field_word(field) for field in fields)))
    lines += _more(len(result.changes))
    for line, reason in result.rejected[:SHOWN]:
        lines.append(_("  rejected, line {0}: {1}").format(line, clean(reason)))
    lines += _more(len(result.rejected))
    if result.rejected_file:
        lines.append(_("The rejected rows with their reasons: {0}; correct them there and import that file.").format(result.rejected_file))
    lines += [clean(note) for note in result.notes[:SHOWN]]
    lines += _more(len(result.notes))
    return "\n".join(lines)


def _more(count: int) -> list[str]:
    return [_("  … and {0} more").format(count - SHOWN)] if count > SHOWN else []


def imported_json(result: Imported, voice: Voice) -> Any:
    return {
        "register": result.register,
        "file": result.file,
        "read": result.read,
        "added": result.added,
        "changed": result.changed,
        "same": result.same,
        "rejected": len(result.rejected),
        "rejected_file": result.rejected_file or None,
        "rejected_rows": [{"line": line, "reason": reason} for line, reason in result.rejected],
        "changes": [{"line": line, "name": name, "fields": list(fields)} for line, name, fields in result.changes],
        "notes": list(result.notes),
        "dry_run": result.dry_run,
    }


TABLE: Mapping[str, Any] = {
    "Founded": (founded, founded_json),
    "Imported": (imported, imported_json),
}
