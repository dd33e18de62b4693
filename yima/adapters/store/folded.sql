-- Folded: computed from facts, dropped and rebuilt at will. The fold number stands in folded_by.
CREATE TABLE folded_by (
    number INTEGER NOT NULL
) STRICT;

CREATE TABLE town_part (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE catalogue (
    digest TEXT PRIMARY KEY,
    slim   TEXT NOT NULL
) STRICT;

CREATE TABLE person (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    no       TEXT NOT NULL,
    dept     TEXT NOT NULL,
    roles    TEXT NOT NULL,
    gone     TEXT NOT NULL,
    versions TEXT NOT NULL
) STRICT;

CREATE TABLE plate (
    code        TEXT PRIMARY KEY,
    batch       TEXT NOT NULL,
    number      INTEGER NOT NULL,
    object      TEXT NOT NULL,
    printed     INTEGER NOT NULL,
    bound       INTEGER,
    voided      TEXT NOT NULL,
    voided_at   INTEGER,
    replaced_by TEXT NOT NULL,
    times       INTEGER NOT NULL,
    last_printed INTEGER NOT NULL
) STRICT;

CREATE INDEX plate_of_object ON plate (object);

CREATE TABLE object (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    street     TEXT NOT NULL,
    door       TEXT NOT NULL,
    unit       TEXT NOT NULL,
    address    TEXT NOT NULL,
    grid       TEXT NOT NULL,
    village    TEXT NOT NULL,
    trade      TEXT NOT NULL,
    licence    TEXT NOT NULL,
    part_of    TEXT NOT NULL,
    source     TEXT NOT NULL,
    source_no  TEXT NOT NULL,
    retired    TEXT NOT NULL,
    initials   TEXT NOT NULL,
    versions   TEXT NOT NULL,
    stale      INTEGER NOT NULL,
    visit_at   INTEGER,
    visit_by   TEXT NOT NULL,
    visit_hash TEXT NOT NULL,
    base       TEXT NOT NULL,
    since      INTEGER NOT NULL,
    yellow_at  INTEGER,
    red_at     INTEGER,
    hazard_at  INTEGER,
    answer_at  INTEGER,
    beside     INTEGER NOT NULL -- 1 = it has rows in case_file, finding or unmoved
) STRICT;

CREATE INDEX object_by_name ON object (name);

CREATE INDEX object_by_licence ON object (licence) WHERE licence <> '';

CREATE INDEX object_by_source ON object (source_no, source) WHERE source_no <> '';

CREATE INDEX object_stale ON object (stale) WHERE stale = 1; -- in the order of insertion: an import makes every object stale

CREATE TABLE matter (
    object      TEXT NOT NULL,
    item        INTEGER NOT NULL,
    finding     TEXT NOT NULL,
    module      TEXT NOT NULL,
    dept        TEXT NOT NULL,
    open        TEXT NOT NULL,
    closed      INTEGER,
    scan_day    INTEGER,
    scan_when   INTEGER,
    role        TEXT NOT NULL,
    period      TEXT NOT NULL,
    due_day     INTEGER,
    hastened    TEXT NOT NULL,
    ask_day     INTEGER,
    round_base  TEXT NOT NULL,
    round_since INTEGER,
    round_yellow INTEGER,
    round_red   INTEGER,
    case_base   TEXT NOT NULL,
    case_since  INTEGER,
    case_yellow INTEGER,
    case_red    INTEGER,
    PRIMARY KEY (object, item, finding)
) STRICT, WITHOUT ROWID;

CREATE TABLE case_file (
    key          TEXT PRIMARY KEY,
    object       TEXT NOT NULL,
    item         INTEGER NOT NULL,
    device       TEXT NOT NULL,
    number       INTEGER NOT NULL,
    opened       INTEGER NOT NULL,
    closed       INTEGER,
    stage        TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    dept         TEXT NOT NULL,
    holder       TEXT NOT NULL,
    next_rung_at INTEGER,
    state        TEXT NOT NULL
) STRICT;

CREATE INDEX case_of_object ON case_file (object, closed);

CREATE INDEX case_open ON case_file (dept) WHERE closed IS NULL;

CREATE INDEX case_next_rung ON case_file (next_rung_at) WHERE next_rung_at IS NOT NULL;

-- closed, and somebody may still have to say a word: a void, an objection (申辩) or appeal (申诉) without an answer
CREATE INDEX case_asked ON case_file (opened) WHERE closed IS NOT NULL AND (outcome = 'void' OR instr(state, '"asked"'));

CREATE TABLE finding (
    name   TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    case_key TEXT NOT NULL,
    item   INTEGER NOT NULL,
    device TEXT NOT NULL,
    number INTEGER NOT NULL
) STRICT;

CREATE INDEX finding_of_object ON finding (object);

CREATE INDEX finding_by_number ON finding (number);

CREATE TABLE unmoved (
    hash    TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    why     TEXT NOT NULL
) STRICT;

CREATE INDEX unmoved_of_subject ON unmoved (subject);
