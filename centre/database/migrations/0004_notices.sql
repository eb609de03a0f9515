-- Notices to people: by which channel each contact is reached, and what became of every attempt.

CREATE TABLE channel (
  name       text PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('wecom', 'dingtalk', 'feishu', 'smtp', 'http')),
  url        text NOT NULL,                    -- of the robot or gateway; smtp://user:password@host:587
  secret     text NOT NULL DEFAULT '',         -- signing key of a robot
  template   text NOT NULL DEFAULT '',         -- http: the body, with {address}, {text}, {id}
  sender     text NOT NULL DEFAULT '',         -- smtp: From
  per_minute integer NOT NULL DEFAULT 20 CHECK (per_minute > 0),
  active     boolean NOT NULL DEFAULT true
);

-- A contact of a box's files, or a person on duty, by a channel; the address is a mobile number or a mailbox.
CREATE TABLE recipient (
  contact text NOT NULL,
  channel text NOT NULL REFERENCES channel (name) ON DELETE CASCADE,
  address text NOT NULL DEFAULT '',
  language text NOT NULL DEFAULT 'zh-CN',
  PRIMARY KEY (contact, channel, address)
);

-- One notice. It is `sending` from before the first byte leaves until we know what became of it; one that was `sending`
-- when its worker died is `unknown`, and is never sent again by itself: at most once.
CREATE TABLE notice (
  id       text PRIMARY KEY,                   -- of the message it follows from, the channel and the address
  source   text NOT NULL,
  incident text NOT NULL,
  contact  text NOT NULL,
  channel  text NOT NULL REFERENCES channel (name) ON DELETE CASCADE,
  address  text NOT NULL,
  text     text NOT NULL,
  made     timestamptz NOT NULL,
  state    text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unknown', 'too_late')),
  tries    integer NOT NULL DEFAULT 0,
  next_at  timestamptz NOT NULL
);
CREATE INDEX notice_due ON notice (next_at) WHERE state = 'waiting';
CREATE INDEX notice_sending ON notice (next_at) WHERE state = 'sending';
CREATE INDEX notice_of_incident ON notice (source, incident);

CREATE TABLE notice_attempt (
  n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  notice  text NOT NULL REFERENCES notice (id) ON DELETE CASCADE,
  channel text NOT NULL,
  begun   timestamptz NOT NULL,
  ended   timestamptz,
  outcome text NOT NULL DEFAULT 'sending',
  detail  text NOT NULL DEFAULT ''
);
CREATE INDEX notice_attempt_by_channel ON notice_attempt (channel, begun);
CREATE INDEX notice_attempt_of_notice ON notice_attempt (notice);

ALTER TABLE notification ADD COLUMN noticed boolean NOT NULL DEFAULT false;
CREATE INDEX notification_new ON notification (at) WHERE NOT noticed;
ALTER TABLE order_step ADD COLUMN assignee text, ADD COLUMN noticed boolean NOT NULL DEFAULT false;
CREATE INDEX order_step_new ON order_step (at) WHERE status = 'dispatched' AND NOT noticed;
