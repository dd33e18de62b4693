-- The log: facts, appended and never changed. Everything below it is kept (local) or folded (folded.sql, may be dropped at will).
CREATE TABLE event (
    device  TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    wall    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    body    BLOB NOT NULL,
    prev    TEXT NOT NULL,
    hash    TEXT NOT NULL,
    PRIMARY KEY (device, seq, hash)
) STRICT;

CREATE INDEX event_of_subject ON event (subject, at);

CREATE INDEX event_in_order ON event (at);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN
    SELECT RAISE(ABORT, 'facts are never changed');
END;

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN
    SELECT RAISE(ABORT, 'facts are never deleted');
END;

-- Kept: this folder's device, its current person, its counters. Not part of the log, not rebuilt.
CREATE TABLE kept_setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- Kept: private contact details. They are no facts, because a hash chain cannot forget.
CREATE TABLE kept_contact (
    subject TEXT PRIMARY KEY,
    phone   TEXT NOT NULL
) STRICT;

-- Kept: what each ledger said last of each row, so that importing it again does not undo a clerk's own change.
CREATE TABLE kept_import (
    register TEXT NOT NULL,
    subject  TEXT NOT NULL,
    source   TEXT NOT NULL,
    fields   TEXT NOT NULL,
    PRIMARY KEY (register, subject, source)
) STRICT;
