-- What a city keeps of its streets, and what it decides.

CREATE TABLE party (
  name   text PRIMARY KEY,                     -- as the boxes' zones name it: responsible
  phone  text NOT NULL DEFAULT '',
  note   text NOT NULL DEFAULT ''
);
CREATE TABLE shop (
  code    text PRIMARY KEY,                    -- 商铺码
  name    text NOT NULL,
  address text NOT NULL DEFAULT '',
  adcode  text NOT NULL DEFAULT '',
  contact text NOT NULL DEFAULT ''
);
CREATE TABLE permit (
  id         text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{1,64}$'),
  source     text NOT NULL,                    -- of the box that watches the zone
  zone       text NOT NULL,
  holder     text NOT NULL,
  valid_from timestamptz,
  valid_to   timestamptz NOT NULL,
  kinds      text NOT NULL DEFAULT '',         -- by commas; empty: all
  shop       text NOT NULL DEFAULT '',
  outline    jsonb,                            -- a polygon of GeoJSON, in CGCS2000
  command    text                              -- the last grant or revoke
);

-- 首违不罚, 三色码: a row for each sort of key. `steps`: the colour of the first time, the second, ...
CREATE TABLE strike_rule (
  by          text PRIMARY KEY CHECK (by IN ('shop', 'plate', 'place')),
  window_days integer NOT NULL CHECK (window_days BETWEEN 1 AND 3660),
  steps       text[] NOT NULL CHECK (cardinality(steps) BETWEEN 1 AND 10)
);
INSERT INTO strike_rule VALUES
  ('shop', 30, '{green,yellow,red}'), ('plate', 30, '{green,yellow,red}'), ('place', 30, '{green,yellow,red}');

-- An incident that is not counted: who has forgiven it, and why.
CREATE TABLE forgiven (
  source   text NOT NULL,
  incident text NOT NULL,
  at       timestamptz NOT NULL,
  account  text NOT NULL,
  reason   text NOT NULL,
  PRIMARY KEY (source, incident)
);
CREATE INDEX incident_by_shop ON incident (shop, opened) WHERE shop IS NOT NULL;
CREATE INDEX incident_by_plate ON incident (plate, opened) WHERE plate IS NOT NULL;

-- Programs that read. Only the digest of a token is kept.
CREATE TABLE api_token (
  digest    text PRIMARY KEY,
  name      text NOT NULL,
  districts text[],                            -- NULL: all
  made      timestamptz NOT NULL DEFAULT now(),
  used      timestamptz
);
