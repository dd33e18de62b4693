-- Over the log: indexes that may be dropped at will, made at founding and at every rebuild, so that older files get them too.
-- Of the visits few speak of the plate: waiting.py asks for these alone, whatever the history.
CREATE INDEX IF NOT EXISTS event_of_plate ON event (subject)
    WHERE kind = 'visit.recorded' AND instr(body, CAST('"plate_state":' AS BLOB));
