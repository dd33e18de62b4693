"""Who does it: the rows of lines and resources by name, and what each person has to do. People have no colour and no rank."""

from collections.abc import Sequence

from yima.adapters import render
from yima.adapters.render.office import resource_word
from yima.core.results.leaders import Board
from yima.i18n import _

FREE = 12  # names of people with nothing to do


def who_word(by: str, key: str) -> str:
    """A line (力量来源) or a resource (管理资源) in words."""
    if by == "resource":
        return resource_word(key)
    return {"line": _("line of a superior body"), "local": _("the town's own"), "self": _("self-government")}.get(key, key)


def people_table(board: Board) -> str:
    """What everybody has to do, by department and name; who has nothing stands in one line below."""
    head = (_("Department"), _("Name"), _("cases held"), _("of these late"), _("places today"), _("questions"), _("shared places"))
    lines: list[Sequence[str]] = [head]
    free, any_shared = [], False
    for row in board.rows:
        load = row.load
        if load is None or not (load.held or load.places):
            free.append(row.name)
            continue
        numbers = (load.held, load.overdue, load.places, load.questions, load.shared)
        lines.append((load.dept_name or _("no department"), row.name, *(str(one) if one else "" for one in numbers)))
        any_shared = any_shared or load.shared > 0
    said = [render.table(lines, right=range(2, 7))] if len(lines) > 1 else []
    if any_shared:
        said.append(_("Shared places: others are asked there too; one of them is enough."))
    if board.unheld:
        said.append(_("Held by nobody yet: {0} cases").format(board.unheld))
    if free:
        names = render.join(free[:FREE]) + ("…" if len(free) > FREE else "")
        said.append(_("Nothing held, no rounds today, {0} people: {1}").format(len(free), names))
    return "\n".join(said)
