-- +goose Up

-- What opens the server APIs. A token has to be given again while it is good, so it stands here as it is.
CREATE TABLE access_token (
  token         TEXT PRIMARY KEY,
  refresh_token TEXT NOT NULL UNIQUE,
  scope         TEXT NOT NULL,    -- app, team, resGroupSecret
  eid           TEXT NOT NULL,    -- empty in scope app
  app_id        TEXT NOT NULL,    -- empty in scope resGroupSecret
  expires       BIGINT NOT NULL,  -- ms since the epoch, host time
  ended         INTEGER NOT NULL  -- 1: refreshed, or replaced after it had expired; kept so that its holder is told so
);

-- At most one pair is current for its owner.
CREATE UNIQUE INDEX access_token_current ON access_token (scope, eid, app_id) WHERE ended = 0;

-- What a page gets and its server trades for the person who holds the phone.
CREATE TABLE ticket (
  ticket  TEXT PRIMARY KEY,
  open_id TEXT NOT NULL,
  app_id  TEXT NOT NULL,
  expires BIGINT NOT NULL,  -- ms since the epoch, host time
  used    INTEGER NOT NULL  -- 1: traded, and good for nothing more
);

-- +goose Down
DROP TABLE ticket;
DROP TABLE access_token;
