"""The command line: which commands there are, and the door to them. Loads nothing until a command is asked for."""

import gc
import os
import sys

from yima.i18n import _

# Name -> (module, function). "plate list" is the command `list` of the group `plate`. The order is the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "scan": ("yima.cli.scan", "scan"),
    "dispose": ("yima.cli.field", "dispose"),
    "todo": ("yima.cli.field", "todo"),
    "show": ("yima.cli.field", "show"),
    "find": ("yima.cli.field", "find"),
    "undo": ("yima.cli.field", "undo"),
    "log": ("yima.cli.field", "log"),
    "use": ("yima.cli.field", "use"),
    "init": ("yima.cli.office", "init"),
    "import shops": ("yima.cli.office", "import_shops"),
    "import points": ("yima.cli.office", "import_points"),
    "import people": ("yima.cli.office", "import_people"),
    "shop list": ("yima.cli.office", "shop_list"),
    "point list": ("yima.cli.office", "point_list"),
    "person list": ("yima.cli.office", "person_list"),
    "catalog publish": ("yima.cli.office", "catalog_publish"),
    "catalog show": ("yima.cli.office", "catalog_show"),
    "sheet": ("yima.cli.office", "sheet"),
    "plate list": ("yima.cli.office", "plate_list"),
    "plate bind": ("yima.cli.office", "plate_bind"),
    "plate void": ("yima.cli.office", "plate_void"),
    "sweep": ("yima.cli.leaders", "sweep"),
    "answer": ("yima.cli.leaders", "answer"),
    "status": ("yima.cli.leaders", "status"),
    "doctor": ("yima.cli.care", "doctor"),
    "report": ("yima.cli.weekly", "report"),
    "version": ("yima.cli.own", "version"),
    "completion": ("yima.cli.own", "completion"),
    "noop": ("yima.cli.own", "noop"),
}


def titles() -> dict[str, str]:
    """What the help says of the whole, of each group of commands, and of each module (a part of the list)."""
    return {
        "yima": _("One code for every shop and point of a town: scan, dispose, answer for it. Works offline."),
        "yima.cli.scan": _("In the street"),
        "yima.cli.field": _("Cases, and what waits"),
        "yima.cli.office": _("Registers, rules and paper"),
        "yima.cli.leaders": _("For those who answer for it"),
        "yima.cli.weekly": _("The weekly report"),
        "yima.cli.care": _("Devices and safety"),
        "yima.cli.own": _("About yima"),
        "import": _("Read a ledger: shops, points, people."),
        "shop": _("Shops: list them."),
        "point": _("Points: list them."),
        "person": _("People: list them."),
        "catalog": _("The rules: publish, show."),
        "plate": _("Plates: list, bind, void."),
    }


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code: 0 fine, 1 check failed, 2 to 6 as in errors.py, 130 interrupted."""
    is_own_process = argv is None
    if is_own_process:
        gc.set_threshold(100_000, 50, 50)  # a start-up makes thousands of objects and no garbage: looking for some takes 4 ms
    try:
        from yima.cli.frame import run

        code = run(COMMANDS, titles, sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        code = 130
    if is_own_process:
        sys.stderr.flush()
        os._exit(code)  # all is written, flushed and closed: taking the interpreter apart would only cost 10 ms at each scan
    return code
