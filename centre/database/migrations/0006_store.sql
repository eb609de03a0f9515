-- The store of evidence that the centre itself keeps: a folder, and here what is in it.

-- What a box brings its files with. Only the digest of a token is kept.
CREATE TABLE box_token (
  digest text PRIMARY KEY,
  source text NOT NULL,
  made   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stored_file (
  source text NOT NULL,
  path   text NOT NULL,                        -- below the box's own folder
  sha256 text NOT NULL,                        -- as counted here, whatever the message says
  bytes  bigint NOT NULL,
  at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source, path)
);
CREATE INDEX stored_file_by_sha256 ON stored_file (source, sha256);
