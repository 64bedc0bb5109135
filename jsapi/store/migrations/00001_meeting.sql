-- +goose Up
CREATE TABLE meeting (
    id                TEXT    NOT NULL PRIMARY KEY,
    eid               TEXT    NOT NULL,
    series_id         TEXT    NOT NULL, -- the parent's id; its own for the parent, and for a meeting that is no series
    day               BIGINT  NOT NULL, -- the day, since 1970, that the series' rule has it on; it stays when the meeting is moved
    openid            TEXT    NOT NULL, -- who created it
    title             TEXT    NOT NULL,
    content           TEXT,
    meeting_place     TEXT,
    start_date        BIGINT  NOT NULL,
    end_date          BIGINT  NOT NULL,
    span              INTEGER NOT NULL, -- how long it is: 0 up to a day, 1 up to 32, 2 up to 1024, 3 more; see meeting_by_day
    room_id           TEXT,
    room_order_id     TEXT,
    notice_time       INTEGER NOT NULL, -- minutes before the start; -1: none
    top_state         INTEGER NOT NULL,
    type              TEXT,
    submit_experience INTEGER NOT NULL,
    create_date       BIGINT  NOT NULL,
    cancel_date       BIGINT,           -- when it was cancelled
    dropped           INTEGER NOT NULL, -- cancelled because a changed rule has it no longer
    remind_at         BIGINT,           -- when its reminder falls due; null when there is none, or it has been raised
    CHECK (start_date < end_date)
);

-- What overlaps a day: for each span a range of starts no longer than the span and the day.
CREATE INDEX meeting_by_day ON meeting (eid, span, start_date);

CREATE INDEX meeting_by_series ON meeting (series_id);

CREATE INDEX meeting_by_reminder ON meeting (eid, remind_at) WHERE remind_at IS NOT NULL;

CREATE TABLE meeting_actor (
    meeting_id TEXT    NOT NULL REFERENCES meeting (id),
    openid     TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, openid)
);

-- The rule of a series, by its parent's id. A meeting without a row here repeats not.
CREATE TABLE series (
    id              TEXT    NOT NULL PRIMARY KEY REFERENCES meeting (id),
    repeat          INTEGER NOT NULL, -- 0..5 as in the source
    first_day       BIGINT  NOT NULL, -- the parent's day, since 1970
    clock           BIGINT  NOT NULL, -- a moment with the time of day of every occurrence
    length          BIGINT  NOT NULL, -- of every occurrence, in milliseconds
    repeat_end_date BIGINT,           -- null under repeat 0
    details         TEXT    NOT NULL  -- what a new occurrence is like, as JSON
);

-- +goose Down
DROP TABLE series;
DROP TABLE meeting_actor;
DROP TABLE meeting;
