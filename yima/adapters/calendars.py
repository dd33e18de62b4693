"""The calendars that come with the program: the days of 2004-2026 that differ from Monday-Friday, as announced each year."""

import csv
from pathlib import Path

SHIPPED = Path(__file__).parent.parent / "rules" / "calendar.csv"


def shipped_calendars() -> dict[int, tuple[tuple[str, ...], tuple[str, ...]]]:
    """year -> (off, work), ISO days: free though Monday to Friday, and worked though Saturday or Sunday.

    Source: the package chinesecalendar (MIT), which follows the yearly notices of the State Council's office (国务院办公厅).
    """
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {int(row["year"]): (tuple(row["off"].split()), tuple(row["work"].split())) for row in rows}
