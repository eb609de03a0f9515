-- What boxes have said. Instants are those of the box, except `received`, which is ours.

-- Every message, whole, once. Partitioned by the month in which it happened: (source, id) name a message, and the same
-- message always has the same time, so the key needs no column of ours.
CREATE TABLE message (
  source   text        NOT NULL,               -- cityops/v1/{adcode}/{agent}
  id       text        NOT NULL,
  type     text        NOT NULL,               -- incident.opened, ...
  subject  text        NOT NULL,
  seq      integer,                            -- its number within the subject, where that has numbers
  agentseq bigint,                             -- its number within the box
  time     timestamptz NOT NULL,
  received timestamptz NOT NULL DEFAULT now(),
  tx       xid8        NOT NULL DEFAULT pg_current_xact_id(), -- pages of the read API end before what is not committed
  event    jsonb       NOT NULL,
  PRIMARY KEY (source, id, time)
) PARTITION BY RANGE (time);
CREATE TABLE message_other PARTITION OF message DEFAULT; -- clocks far off
CREATE INDEX message_by_subject ON message (source, subject, seq);
CREATE INDEX message_by_tx ON message (tx, source, id);

-- The partition of a month. Where messages of it lie in message_other already, they stay there, and so do later ones.
CREATE FUNCTION add_month(first date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text := 'message_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NULL THEN
    EXECUTE format('CREATE TABLE %I PARTITION OF message FOR VALUES FROM (%L) TO (%L)',
                   name, first::text || ' 00:00+00', (first + interval '1 month')::date::text || ' 00:00+00');
  END IF;
EXCEPTION WHEN check_violation OR duplicate_table OR invalid_object_definition THEN NULL;
END $$;

-- Messages that are not as the contract says. Of large ones only the beginning is kept.
CREATE TABLE dead_letter (
  n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received timestamptz NOT NULL DEFAULT now(),
  topic    text        NOT NULL,
  bytes    integer     NOT NULL,
  reason   text        NOT NULL,
  payload  bytea       NOT NULL
);

-- Which numbers of a subject have come. A hole is a message that is late or lost.
CREATE TABLE subject (
  source text NOT NULL,
  subject text NOT NULL,
  seqs   int4multirange NOT NULL,
  heard  timestamptz NOT NULL DEFAULT now(),   -- when the last one came
  asked  timestamptz,                          -- when the box was asked to say the last one again
  PRIMARY KEY (source, subject)
);
CREATE INDEX subject_with_gap ON subject (heard) WHERE NOT (seqs @> int4multirange(int4range(1, upper(seqs))));

CREATE TABLE agent (
  source    text PRIMARY KEY,
  adcode    text NOT NULL,
  agent     text NOT NULL,
  status    text NOT NULL DEFAULT 'unknown',   -- online, offline, gone
  status_at timestamptz NOT NULL DEFAULT now(),
  health    text,                              -- ok, or a named trouble
  health_at timestamptz,
  reason    text NOT NULL DEFAULT '',
  software  text,
  clock_ok  boolean,
  heard     timestamptz NOT NULL DEFAULT now(),
  seqs      int8multirange NOT NULL DEFAULT '{}', -- of agentseq
  site      jsonb,                             -- its own description, whole
  open      jsonb,                             -- what it says is open, with the last number of each
  asked     timestamptz                        -- when it was asked to report, because of that
);

CREATE TABLE camera (
  source    text NOT NULL,
  camera    text NOT NULL,
  name      jsonb NOT NULL DEFAULT '{}',
  state     text,
  state_at  timestamptz,
  reason    text NOT NULL DEFAULT '',
  lon       double precision,
  lat       double precision,
  legal     jsonb,
  PRIMARY KEY (source, camera)
);

CREATE TABLE zone (
  source  text NOT NULL,
  zone    text NOT NULL,
  camera  text NOT NULL,
  name    jsonb NOT NULL DEFAULT '{}',
  address text NOT NULL DEFAULT '',
  kinds   text[] NOT NULL DEFAULT '{}',
  polygon jsonb NOT NULL DEFAULT '[]',         -- fractions of the picture, or degrees where the box knows them
  PRIMARY KEY (source, zone)
);

-- Where an incident stands: what its last message by `seq` says.
CREATE TABLE incident (
  source      text NOT NULL,
  incident    text NOT NULL,
  adcode      text NOT NULL,
  seq         integer NOT NULL,
  stage       text NOT NULL,                   -- the event of the last message: opened, warned, escalated, ...
  open        boolean NOT NULL,
  camera      text NOT NULL,
  zone        text NOT NULL,
  kind        text NOT NULL,
  opened      timestamptz NOT NULL,
  at          timestamptz NOT NULL,            -- of the last message
  ended       timestamptz,
  reason      text NOT NULL DEFAULT '',
  ended_stage text,                            -- warnings played when it ended, or after_order
  delivered   integer NOT NULL,
  recurred    integer NOT NULL DEFAULT 0,
  dwell_s     double precision NOT NULL,
  severity    smallint NOT NULL DEFAULT 2,     -- 1 low, 2 middle, 3 high
  responsible text NOT NULL DEFAULT '',
  shop        text,
  plate       text,
  work_order  text,
  lon         double precision,
  lat         double precision,
  data        jsonb NOT NULL,                  -- of the last message, whole, without its thumbnail
  received    timestamptz NOT NULL DEFAULT now(), -- when we first heard of it
  PRIMARY KEY (source, incident)
);
CREATE INDEX incident_open ON incident (adcode, kind) WHERE open;
CREATE INDEX incident_by_time ON incident (opened);
CREATE INDEX incident_by_place ON incident (source, zone, opened);

CREATE TABLE work_order (
  source      text NOT NULL,
  work_order  text NOT NULL,
  incident    text NOT NULL,
  adcode      text NOT NULL,
  seq         integer NOT NULL,
  status      text NOT NULL,
  open        boolean NOT NULL,
  opened      timestamptz NOT NULL,
  at          timestamptz NOT NULL,
  due         timestamptz,
  late        boolean NOT NULL,
  assignee    text,
  responsible text NOT NULL DEFAULT '',
  reason      text NOT NULL DEFAULT '',
  verified_by text,
  data        jsonb NOT NULL,
  PRIMARY KEY (source, work_order)
);
CREATE INDEX work_order_of_incident ON work_order (source, incident);

-- Each change of a work order, so that the minutes between two stages can be counted.
CREATE TABLE order_step (
  source     text NOT NULL,
  work_order text NOT NULL,
  seq        integer NOT NULL,
  status     text NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (source, work_order, seq)
);

-- Files that messages name, and small pictures that came in a message.
CREATE TABLE evidence (
  source     text NOT NULL,
  incident   text NOT NULL,
  sha256     text NOT NULL,
  role       text NOT NULL,
  media_type text NOT NULL,
  bytes      bigint,
  url        text,
  width      integer,
  height     integer,
  redacted   boolean NOT NULL DEFAULT false,
  stage      text NOT NULL,                    -- the event that named it first
  at         timestamptz NOT NULL,
  stored     timestamptz,                      -- when the box said that it had arrived
  PRIMARY KEY (source, incident, sha256)
);
CREATE TABLE thumbnail (
  source     text NOT NULL,
  incident   text NOT NULL,
  seq        integer NOT NULL,                 -- 0: of an answer to `look`
  at         timestamptz NOT NULL,
  media_type text NOT NULL,
  picture    bytea NOT NULL,
  PRIMARY KEY (source, incident, seq)
);

-- What we tell boxes. A row is written with what a person did; ingest sends it, and the receipt ends it.
CREATE TABLE command (
  id       text PRIMARY KEY,
  source   text NOT NULL,
  verb     text NOT NULL,
  incident text,
  zone     text,
  by       text NOT NULL,
  issued   timestamptz NOT NULL,
  expires  timestamptz NOT NULL,
  payload  text NOT NULL,
  sent     timestamptz,                        -- last time the broker took it
  tries    integer NOT NULL DEFAULT 0,
  heard    boolean,                            -- whether anybody was subscribed, by the broker's word
  outcome  text,                               -- accepted, already_done, expired, refused
  reason   text NOT NULL DEFAULT '',
  answered timestamptz,
  receipt  jsonb
);
CREATE INDEX command_waiting ON command (issued) WHERE outcome IS NULL;
CREATE INDEX command_of_incident ON command (source, incident, issued);

-- Whom a box wants told; `notices` makes attempts of it.
CREATE TABLE notification (
  source   text NOT NULL,
  id       text NOT NULL,
  incident text NOT NULL,
  seq      integer NOT NULL,
  at       timestamptz NOT NULL,
  role     text NOT NULL,
  contact  text NOT NULL,
  texts    jsonb NOT NULL,
  work_order text,
  PRIMARY KEY (source, id)
);
CREATE INDEX notification_of_incident ON notification (source, incident);
