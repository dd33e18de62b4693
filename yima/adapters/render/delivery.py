"""What became of notices and messages, under a sweep: what was sent, what stands in the way, what waits."""

from typing import Any

from yima.adapters import render
from yima.core.results.leaders import Delivery, MessageTried, NoticeWritten
from yima.i18n import _

NAMED = 3  # people or notices named in a line


def delivery_lines(made: Delivery) -> list[str]:
    """What became of the messages, and what still waits; nothing where all is told."""
    lines = []
    sent = [one for one in made.messages if one.sent]
    if sent:
        lines.append(_("Sent by the notify command: {0}").format(len(sent)))
    for one in made.notices:
        if one.lacking:
            said = _("{0} ({1}): the font has no shape for {2}; 〓 stands there.")
            lines.append(said.format(one.number, render.clean(one.name), "".join(one.lacking)))
    lines += [render.clean(trouble) for trouble in made.troubles]
    for why in dict.fromkeys(one.why for one in made.messages if not one.sent):
        names = dict.fromkeys(one.name for one in made.messages if one.why == why)
        lines.append(_("Not sent to {0}: {1}.").format(render.some(tuple(names), NAMED), render.clean(why)))
    if made.dropped:
        said = _("Not told within 30 days, and dropped: {0}")
        lines.append(said.format(render.some([_("{0} ({1})").format(number, name) for number, name in made.dropped], NAMED)))
    if made.waiting:
        lines.append(_("{0} messages wait; the next sweep writes and sends them.").format(made.waiting))
    return lines


def delivery_json(made: Delivery) -> dict[str, Any]:
    return {
        "outbox": made.outbox,
        "notices": [_notice_json(one) for one in made.notices],
        "messages": [_message_json(one) for one in made.messages],
        "waiting": made.waiting,
        "dropped": [{"number": number, "to_name": name} for number, name in made.dropped],
        "troubles": list(made.troubles),
    }


def _notice_json(one: NoticeWritten) -> dict[str, Any]:
    found = {"number": one.number, "kind": one.kind, "to": one.to, "to_name": one.name, "file": one.file}
    return {**found, "pages": one.pages, "lacking": list(one.lacking)}


def _message_json(one: MessageTried) -> dict[str, Any]:
    return {"number": one.number, "kind": one.kind, "to": one.to, "to_name": one.name, "sent": one.sent, "why": one.why}
