-- Who may look, and who may act.

CREATE TABLE account (
  name     text PRIMARY KEY,                   -- the login, and `by` of the commands
  title    text NOT NULL,                      -- the person's name as others read it
  password text NOT NULL,                      -- argon2id
  language text,                               -- as the browser says, where none
  active   boolean NOT NULL DEFAULT true,
  made     timestamptz NOT NULL DEFAULT now()
);

-- A role holds in one district, or in all: '*'.
CREATE TABLE account_role (
  account text NOT NULL REFERENCES account (name) ON UPDATE CASCADE ON DELETE CASCADE,
  adcode  text NOT NULL,
  role    text NOT NULL CHECK (role IN ('viewer', 'dispatcher', 'manager', 'admin')),
  PRIMARY KEY (account, adcode)
);

CREATE TABLE session (
  digest  text PRIMARY KEY,                    -- sha256 of the cookie, which is nowhere else
  account text NOT NULL REFERENCES account (name) ON UPDATE CASCADE ON DELETE CASCADE,
  csrf    text NOT NULL,
  made    timestamptz NOT NULL,
  used    timestamptz NOT NULL
);

CREATE TABLE login_attempt (
  at      timestamptz NOT NULL,
  name    text NOT NULL,
  address text NOT NULL
);
CREATE INDEX login_attempt_by_time ON login_attempt (at);

-- Who did what. Rows are added and never changed, which the database itself sees to.
CREATE TABLE audit (
  n       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL,
  account text NOT NULL,
  address text NOT NULL,
  action  text NOT NULL,                       -- login, command, view_original, ...
  thing   text NOT NULL,
  detail  jsonb NOT NULL DEFAULT '{}'
);
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'table % is only ever added to', TG_TABLE_NAME; END $$;
CREATE TRIGGER audit_is_appended BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Persons on duty, to whom orders go.
CREATE TABLE person (
  id      text PRIMARY KEY,                    -- `to` of a dispatch, and `contact` of a notification
  name    text NOT NULL,
  party   text,
  adcode  text NOT NULL DEFAULT '*',
  role    text NOT NULL DEFAULT 'officer',
  on_duty boolean NOT NULL DEFAULT true
);
