-- What one box remembers across a power cut. Instants are ISO 8601 in UTC, spans are seconds.
--
-- Each migration runs once, in order, in one transaction that also records its number in PRAGMA user_version.
-- A migration that has been released is never edited: add the next one below it.

-- migration 1: worlds, outbox, warnings, work orders, snapshots, notes, health

CREATE TABLE worlds (
  camera  TEXT PRIMARY KEY,
  at      TEXT,              -- media time of the last event folded in
  looked  TEXT,              -- media time of the last look; a recording is resumed after it
  events  INTEGER NOT NULL,  -- how many events were folded in: the detection log is cut to as many after a crash
  world   TEXT NOT NULL      -- everything the core remembers, as JSON
) STRICT;

CREATE TABLE outbox (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order of delivery, never reused
  id         TEXT NOT NULL UNIQUE,               -- the event's derived id: committing it twice queues it once
  key        TEXT NOT NULL,                      -- the incident; its messages keep their order
  topic      TEXT NOT NULL,
  payload    BLOB NOT NULL,                      -- the bytes to send, the same at every attempt
  delivered  INTEGER NOT NULL DEFAULT 0          -- 1 once the broker has acknowledged it
) STRICT;
CREATE INDEX outbox_undelivered ON outbox (position) WHERE delivered = 0;

CREATE TABLE warnings (
  id        TEXT PRIMARY KEY,  -- the derived id of this very request
  camera    TEXT NOT NULL,
  incident  TEXT NOT NULL,
  zone      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  n         INTEGER NOT NULL,  -- 1, 2, 3: which warning of the incident
  attempt   INTEGER NOT NULL,  -- from 1: how often warning n has been asked for
  asked     TEXT NOT NULL,
  expires   TEXT NOT NULL,     -- not to be played after this
  text      TEXT NOT NULL,     -- JSON object: message by language tag
  answered  TEXT,              -- when the core was told the outcome; NULL while it has not been
  result    TEXT,              -- played, failed or unknown
  reason    TEXT
) STRICT;
CREATE INDEX warnings_unanswered ON warnings (camera, asked) WHERE answered IS NULL;

CREATE TABLE work_orders (
  id         TEXT PRIMARY KEY,  -- derived from the incident: at most one each
  incident   TEXT NOT NULL,
  camera     TEXT NOT NULL,
  zone       TEXT NOT NULL,
  kind       TEXT NOT NULL,
  opened     TEXT NOT NULL,
  why        TEXT NOT NULL,     -- "3 of 3 warnings delivered"
  delivered  INTEGER NOT NULL,  -- warnings that were played
  warnings   INTEGER NOT NULL,  -- warnings the ladder has
  status     TEXT NOT NULL,     -- opened, or verified: the camera saw the spot clear
  closed     TEXT
) STRICT;

CREATE TABLE snapshots (
  event     TEXT NOT NULL,  -- the event of the incident it belongs to
  stage     TEXT NOT NULL,
  camera    TEXT NOT NULL,
  incident  TEXT NOT NULL,
  at        TEXT NOT NULL,  -- media time of the picture asked for; the file itself is in the evidence folder
  box       TEXT NOT NULL,  -- JSON array x0, y0, x1, y1: the subject, in fractions of the picture
  PRIMARY KEY (event, stage)
) STRICT;

CREATE TABLE notes (
  camera          TEXT NOT NULL,
  case_id         TEXT NOT NULL,
  at              TEXT NOT NULL,
  what            TEXT NOT NULL,  -- why something did, or did not, happen
  zone            TEXT NOT NULL,
  kind            TEXT NOT NULL,
  dwell_s         REAL NOT NULL,
  unobservable_s  REAL NOT NULL,
  needed_s        REAL,           -- the span the case fell short of, where it did
  PRIMARY KEY (camera, case_id, at, what)
) STRICT;

CREATE TABLE health (
  camera  TEXT PRIMARY KEY,
  at      TEXT NOT NULL,
  state   TEXT NOT NULL  -- ok, or the named trouble
) STRICT;

-- migration 2: what is over can be forgotten after a while

ALTER TABLE outbox ADD COLUMN at TEXT;  -- media time of the step that queued it; NULL for rows of older versions
CREATE INDEX outbox_delivered ON outbox (at) WHERE delivered = 1;
CREATE INDEX notes_at ON notes (at);
CREATE INDEX snapshots_at ON snapshots (at);

-- migration 3: health may be dropped where records may not; what the broker will never take is kept apart

ALTER TABLE outbox ADD COLUMN expires_s INTEGER;  -- health: how long it is worth telling; NULL for a record
CREATE INDEX outbox_health ON outbox (position) WHERE delivered = 0 AND expires_s IS NOT NULL;

CREATE TABLE dead_letters (
  position   INTEGER PRIMARY KEY,  -- its place in the outbox
  id         TEXT NOT NULL UNIQUE,
  key        TEXT NOT NULL,
  topic      TEXT NOT NULL,
  payload    BLOB NOT NULL,
  at         TEXT,
  reason     TEXT NOT NULL         -- what the broker said
) STRICT;

-- migration 4: what the operations centre commanded, and the one answer to each

CREATE TABLE commands (
  id       TEXT PRIMARY KEY,  -- the command's own; the same again gets the same receipt
  verb     TEXT NOT NULL,
  payload  BLOB NOT NULL,     -- as it came
  heard    TEXT NOT NULL,
  done     TEXT,              -- when it was answered, in the transaction of what was done; NULL while it was not
  topic    TEXT,              -- of the receipt
  receipt  BLOB
) STRICT;
CREATE INDEX commands_pending ON commands (heard) WHERE done IS NULL;
CREATE INDEX snapshots_incident ON snapshots (incident);

-- migration 5: records are numbered, so that a receiver sees that one is missing; health may be dropped, and is not

ALTER TABLE outbox ADD COLUMN number INTEGER;  -- from 1, without a gap; NULL for health and for rows of older versions
CREATE TABLE counters (
  name   TEXT PRIMARY KEY,
  value  INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('records', 0);
CREATE TRIGGER outbox_numbered AFTER INSERT ON outbox WHEN NEW.number IS NOT NULL
BEGIN
  UPDATE counters SET value = NEW.number WHERE name = 'records';  -- not where a message was there already
END;

-- migration 6: what became of each incident, kept for longer than the messages that told it

CREATE TABLE outcomes (
  incident  TEXT PRIMARY KEY,
  seq       INTEGER NOT NULL,  -- of the event that it was told by; a later one takes its place
  camera    TEXT NOT NULL,
  zone      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  opened    TEXT NOT NULL,
  heard     INTEGER NOT NULL,  -- warnings that were played
  heard_at  TEXT,              -- the last of them
  ordered   INTEGER NOT NULL,  -- 1 once there is a work order
  ended     TEXT,              -- the last sighting; NULL while it is not over
  how       TEXT               -- left, or why else it is over
) STRICT;
CREATE INDEX outcomes_opened ON outcomes (opened);

-- migration 7: remarks are kept with all that explains them

ALTER TABLE notes ADD COLUMN told TEXT;  -- the whole remark as JSON; NULL in rows of older versions

-- migration 8: every row carries a checksum of its other columns (checksums.py); where the clock has jumped

CREATE TABLE clock_jumps (
  at    TEXT PRIMARY KEY,  -- what the clock began with
  by_s  REAL NOT NULL      -- how much later that was than the latest record
) STRICT;
ALTER TABLE worlds ADD COLUMN checksum BLOB;
ALTER TABLE outbox ADD COLUMN checksum BLOB;
ALTER TABLE warnings ADD COLUMN checksum BLOB;
ALTER TABLE work_orders ADD COLUMN checksum BLOB;
ALTER TABLE snapshots ADD COLUMN checksum BLOB;
ALTER TABLE notes ADD COLUMN checksum BLOB;
ALTER TABLE health ADD COLUMN checksum BLOB;
ALTER TABLE dead_letters ADD COLUMN checksum BLOB;
ALTER TABLE commands ADD COLUMN checksum BLOB;
ALTER TABLE counters ADD COLUMN checksum BLOB;
ALTER TABLE outcomes ADD COLUMN checksum BLOB;
ALTER TABLE clock_jumps ADD COLUMN checksum BLOB;

-- migration 9: what is open is found without reading all, and a work order knows its last message

ALTER TABLE work_orders ADD COLUMN seq INTEGER;  -- of the last change; NULL in rows of older versions
CREATE INDEX outcomes_open ON outcomes (opened) WHERE ended IS NULL;
CREATE INDEX work_orders_open ON work_orders (opened) WHERE closed IS NULL;

-- migration 10: where the review of each incident by a person stands

CREATE TABLE reviews (
  incident  TEXT PRIMARY KEY,
  seq       INTEGER NOT NULL,  -- of the event that it was told by; a later one takes its place
  status    TEXT NOT NULL,     -- before_warning or before_order while somebody is asked; confirmed, rejected, unanswered
  checksum  BLOB
) STRICT;

-- migration 11: who was asked before (the strike ledger), and at which step a warning has words of its own

CREATE TABLE strikes (
  incident  TEXT PRIMARY KEY,
  camera    TEXT NOT NULL,
  zone      TEXT NOT NULL,
  kind      TEXT NOT NULL,
  by        TEXT NOT NULL,     -- shop, plate or place
  party     TEXT NOT NULL,     -- which one
  n         INTEGER NOT NULL,  -- how many-th it is within the window
  step      TEXT NOT NULL,
  at        TEXT NOT NULL,     -- when the party heard of it
  void      TEXT NOT NULL,     -- why it does not count any more; empty while it does
  checksum  BLOB
) STRICT;
CREATE INDEX strikes_at ON strikes (at);
ALTER TABLE warnings ADD COLUMN step TEXT;  -- NULL where nothing is said otherwise

-- migration 12: what the broker has acknowledged so lately that it may not have saved it (unsettled.py)

CREATE TABLE unsettled (
  message   INTEGER PRIMARY KEY,  -- its position in the outbox
  times     INTEGER NOT NULL,     -- how often it was offered again for that
  checksum  BLOB
) STRICT;

-- migration 13: how many strikes other boxes have counted, as the centre tells

ALTER TABLE strikes ADD COLUMN elsewhere INTEGER NOT NULL DEFAULT 0;  -- of those before it
