"""The statements of the store. Values are always bound; what is late, allowed or red is decided in the core."""

from yima.core import events

COLUMNS = "device, seq, wall, at, actor, kind, subject, body, prev, hash"
INSERT_FACT = f"INSERT INTO event ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
FACTS_OF = f"SELECT {COLUMNS} FROM event WHERE subject = ? ORDER BY at, device, seq, hash"
TOWN_FACTS = f"SELECT {COLUMNS} FROM event WHERE kind IN ({','.join('?' * len(events.TOWN_KINDS))}) ORDER BY at, device, seq, hash"
PLATE_KINDS = ("plates.printed", "plate.bound", "plate.voided")
MATTER_ROWS = (
    "SELECT object, item, finding, module, dept, open, closed, scan_day, scan_when, role, period, due_day, hastened, ask_day, round_base,"
    " round_since, round_yellow, round_red, case_base, case_since, case_yellow, case_red FROM matter WHERE object = ? ORDER BY item, finding"
)
STORED = (  # one statement: two cost a visit half as much again; a matter to which nothing has happened is no part of a state
    "SELECT 1, versions, visit_at, visit_by, visit_hash, base, since, yellow_at, red_at, hazard_at, answer_at, beside FROM object"
    " WHERE id = ?1 AND stale = 0"
    " UNION ALL SELECT 0, finding, item, open, closed, scan_day, scan_when, hastened, NULL, NULL, NULL, NULL FROM matter"
    " WHERE object = ?1 AND (scan_day IS NOT NULL OR open <> '' OR closed IS NOT NULL)"
)
BESIDE = (  # read only where the object says that something is there: most places are in order
    "SELECT 'case', key, state, NULL, NULL, NULL FROM case_file WHERE object = ?1"
    " UNION ALL SELECT 'name', name, case_key, item, device, number FROM finding WHERE object = ?1"
    " UNION ALL SELECT 'unmoved', hash, why, NULL, NULL, NULL FROM unmoved WHERE subject = ?1"
)
ROUNDS_OF = (  # a round is green or grey: base and since in one number, the worst base and its first since is the least
    "SELECT MIN(round_since - ((round_base = 'green') << 44)), MIN(round_yellow), MIN(round_red) FROM matter WHERE object = ?"
)
INSERT_MATTER = (
    "INSERT INTO matter (object, item, finding, module, dept, open, closed, scan_day, scan_when, role, period, due_day, hastened, ask_day,"
    " round_base, round_since, round_yellow, round_red, case_base, case_since, case_yellow, case_red)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (object, item, finding) DO UPDATE SET module = excluded.module, dept = excluded.dept, open = excluded.open,"
    " closed = excluded.closed, scan_day = excluded.scan_day, scan_when = excluded.scan_when, role = excluded.role, period = excluded.period,"
    " due_day = excluded.due_day, hastened = excluded.hastened, ask_day = excluded.ask_day, round_base = excluded.round_base,"
    " round_since = excluded.round_since, round_yellow = excluded.round_yellow, round_red = excluded.round_red,"
    " case_base = excluded.case_base, case_since = excluded.case_since, case_yellow = excluded.case_yellow, case_red = excluded.case_red"
)
INSERT_CASE = (
    "INSERT INTO case_file (key, object, item, device, number, opened, closed, stage, outcome, dept, holder, next_rung_at, state)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET item = excluded.item, closed = excluded.closed,"
    " stage = excluded.stage, outcome = excluded.outcome, dept = excluded.dept, holder = excluded.holder,"
    " next_rung_at = excluded.next_rung_at, state = excluded.state"
)
INSERT_FINDING = (
    "INSERT INTO finding (name, object, case_key, item, device, number) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (name) DO UPDATE SET case_key = excluded.case_key"
)
INSERT_UNMOVED = "INSERT INTO unmoved (hash, subject, why) VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET why = excluded.why"
ORPHANS = (
    "SELECT DISTINCT subject FROM unmoved WHERE subject <> '' AND subject NOT IN (SELECT id FROM object)"
    " UNION SELECT id FROM person WHERE EXISTS (SELECT 1 FROM event WHERE subject = person.id AND kind IN ('rung.raised', 'rung.answered'))"
)
INSERT_NEW_OBJECT = (
    "INSERT INTO object (id, kind, name, street, door, unit, address, grid, village, trade, licence, part_of, source, source_no, retired,"
    " initials, versions, stale, visit_by, visit_hash, base, since, beside)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '', '', 'grey', 0, 0)"
)
INSERT_OBJECT = (
    f"{INSERT_NEW_OBJECT} ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, street = excluded.street, door = excluded.door,"
    " unit = excluded.unit, address = excluded.address, grid = excluded.grid, village = excluded.village, trade = excluded.trade,"
    " licence = excluded.licence, part_of = excluded.part_of, source = excluded.source, source_no = excluded.source_no,"
    " retired = excluded.retired, initials = excluded.initials, versions = excluded.versions, stale = 1"
)
UPDATE_OBJECT = (
    "UPDATE object SET stale = 0, visit_at = ?, visit_by = ?, visit_hash = ?, base = ?, since = ?, yellow_at = ?, red_at = ?,"
    " hazard_at = ?, answer_at = ?, beside = ? WHERE id = ?"
)
PLATE_COLUMNS = "code, batch, number, object, printed, bound, voided, voided_at, replaced_by, times, last_printed"
INSERT_PLATE = (
    f"INSERT INTO plate ({PLATE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (code) DO UPDATE SET object = excluded.object, bound = excluded.bound, voided = excluded.voided,"
    " voided_at = excluded.voided_at, replaced_by = excluded.replaced_by, times = excluded.times, last_printed = excluded.last_printed"
)
FOLDED = ("folded_by", "town_part", "catalogue", "person", "plate", "object", "matter", "case_file", "finding", "unmoved")
