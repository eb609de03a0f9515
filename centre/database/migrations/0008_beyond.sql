-- What goes out to other programs, who comes in by a login of the city's, and what cameras look like.

-- Other programs that are told. The messages after the cursor are what they have not been told yet; a new one is told
-- what is committed from now on.
CREATE TABLE webhook (
  name      text PRIMARY KEY,
  url       text NOT NULL,
  secret    text NOT NULL,                     -- whsec_ and base64, as Standard Webhooks have it
  types     text NOT NULL DEFAULT '',          -- beginnings of types by commas: work_order., incident.escalated; empty: all
  districts text NOT NULL DEFAULT '',          -- by commas; empty: all
  active    boolean NOT NULL DEFAULT true,
  tx        xid8 NOT NULL DEFAULT pg_current_xact_id(),
  source    text NOT NULL DEFAULT '',
  id        text NOT NULL DEFAULT '',
  tries     integer NOT NULL DEFAULT 0,        -- of the message after the cursor
  since     timestamptz,                       -- when the first of them was
  next_at   timestamptz NOT NULL DEFAULT now(),
  trouble   text NOT NULL DEFAULT '',          -- of the last try; empty where it was taken
  told      bigint NOT NULL DEFAULT 0
);
-- Messages that a program did not take for a whole day; then the next one is told.
CREATE TABLE webhook_missed (
  webhook text NOT NULL REFERENCES webhook (name) ON UPDATE CASCADE ON DELETE CASCADE,
  source  text NOT NULL,
  id      text NOT NULL,
  at      timestamptz NOT NULL,
  reason  text NOT NULL,
  PRIMARY KEY (webhook, source, id)
);

-- A login that has been begun at the city's provider and has not come back yet.
CREATE TABLE oidc_login (
  state    text PRIMARY KEY,                   -- sha256 of it
  nonce    text NOT NULL,
  verifier text NOT NULL,
  next     text NOT NULL,
  made     timestamptz NOT NULL
);
-- Who an account is at the provider: set by its first login there, and from then on no other may be it.
ALTER TABLE account ADD COLUMN issuer text, ADD COLUMN subject text;
CREATE UNIQUE INDEX account_at_provider ON account (issuer, subject) WHERE subject IS NOT NULL;

-- The last picture of a camera that somebody asked for.
CREATE TABLE camera_picture (
  source  text NOT NULL,
  camera  text NOT NULL,
  at      timestamptz NOT NULL,
  picture bytea NOT NULL,
  PRIMARY KEY (source, camera)
);
ALTER TABLE command ADD COLUMN camera text;
