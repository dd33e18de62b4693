"""The command line: which commands there are, and the door to them. Loads nothing until a command is asked for."""

import gc
import os
import sys

from yima.i18n import _

# Name -> (module, function). "plate list" is the command `list` of the group `plate`. The order is the order of the help.
COMMANDS: dict[str, tuple[str, str]] = {
    "scan": ("yima.cli.scan", "scan"),
    "dispose": ("yima.cli.field", "dispose"),
    "handover": ("yima.cli.field", "handover"),
    "todo": ("yima.cli.field", "todo"),
    "show": ("yima.cli.field", "show"),
    "find": ("yima.cli.field", "find"),
    "undo": ("yima.cli.field", "undo"),
    "log": ("yima.cli.field", "log"),
    "use": ("yima.cli.field", "use"),
    "sweep": ("yima.cli.leaders", "sweep"),
    "answer": ("yima.cli.leaders", "answer"),
    "status": ("yima.cli.leaders", "status"),
    "report": ("yima.cli.weekly", "report"),
    "matrix": ("yima.cli.rules", "matrix"),
    "catalog check": ("yima.cli.rules", "catalog_check"),
    "catalog publish": ("yima.cli.rules", "catalog_publish"),
    "catalog diff": ("yima.cli.rules", "catalog_diff"),
    "catalog log": ("yima.cli.rules", "catalog_log"),
    "catalog show": ("yima.cli.rules", "catalog_show"),
    "catalog agenda": ("yima.cli.rules", "catalog_agenda"),
    "catalog claim": ("yima.cli.rules", "catalog_claim"),
    "catalog refuse": ("yima.cli.rules", "catalog_refuse"),
    "catalog defer": ("yima.cli.rules", "catalog_defer"),
    "suggest": ("yima.cli.rules", "suggest"),
    "import shops": ("yima.cli.registers", "import_shops"),
    "import points": ("yima.cli.registers", "import_points"),
    "import people": ("yima.cli.registers", "import_people"),
    "import roster": ("yima.cli.registers", "import_roster"),
    "import calendar": ("yima.cli.registers", "import_calendar"),
    "calendar show": ("yima.cli.calendar", "calendar_show"),
    "calendar due": ("yima.cli.calendar", "calendar_due"),
    "shop list": ("yima.cli.registers", "shop_list"),
    "shop add": ("yima.cli.registers", "shop_add"),
    "shop change": ("yima.cli.registers", "shop_change"),
    "shop retire": ("yima.cli.registers", "shop_retire"),
    "point list": ("yima.cli.registers", "point_list"),
    "point add": ("yima.cli.registers", "point_add"),
    "point change": ("yima.cli.registers", "point_change"),
    "point retire": ("yima.cli.registers", "point_retire"),
    "person list": ("yima.cli.people", "person_list"),
    "person add": ("yima.cli.people", "person_add"),
    "person change": ("yima.cli.people", "person_change"),
    "person retire": ("yima.cli.people", "person_retire"),
    "init": ("yima.cli.office", "init"),
    "sheet": ("yima.cli.office", "sheet"),
    "plate list": ("yima.cli.office", "plate_list"),
    "plate queue": ("yima.cli.office", "plate_queue"),
    "plate bind": ("yima.cli.office", "plate_bind"),
    "plate reprint": ("yima.cli.office", "plate_reprint"),
    "plate void": ("yima.cli.office", "plate_void"),
    "plate verify": ("yima.cli.office", "plate_verify"),
    "plate image": ("yima.cli.office", "plate_image"),
    "doctor": ("yima.cli.care", "doctor"),
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
        "yima.cli.leaders": _("For those who answer for it"),
        "yima.cli.weekly": _("The weekly report"),
        "yima.cli.rules": _("Rules: who is responsible for what"),
        "yima.cli.registers": _("Registers: shops and points, and ledgers read into them"),
        "yima.cli.calendar": _("The calendar: holidays, make-up days, limits"),
        "yima.cli.people": _("People: roles, places, leave"),
        "yima.cli.office": _("A town, and its codes on paper"),
        "yima.cli.care": _("Devices and safety"),
        "yima.cli.own": _("About yima"),
        "import": _("Read a ledger: shops, points, people, roster; or a holiday notice: calendar."),
        "calendar": _("The calendar: show, due."),
        "shop": _("Shops: list, add, change, retire."),
        "point": _("Points: list, add, change, retire."),
        "person": _("People: list, add, change, retire."),
        "catalog": _("The rules: check, publish, show."),
        "plate": _("Plates: list, queue, bind, reprint, void, verify, image."),
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
