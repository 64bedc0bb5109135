-- +goose Up
CREATE TABLE room (
    id          TEXT    NOT NULL PRIMARY KEY,
    eid         TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    detail      TEXT    NOT NULL, -- where it is
    limit_count BIGINT  NOT NULL, -- people
    approve     INTEGER NOT NULL,
    tag_id      TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    closed      INTEGER NOT NULL
);

CREATE INDEX room_by_name ON room (eid, name, id);

-- A booking's latest state. A released booking stays: third parties learn of it by bookInfo.
CREATE TABLE booking (
    order_id    TEXT    NOT NULL PRIMARY KEY,
    eid         TEXT    NOT NULL,
    room_id     TEXT    NOT NULL REFERENCES room (id),
    meeting_id  TEXT    NOT NULL,
    open_id     TEXT    NOT NULL, -- who booked
    title       TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    start_time  BIGINT  NOT NULL,
    end_time    BIGINT  NOT NULL, -- not part of the booking: [start_time, end_time)
    create_time BIGINT  NOT NULL,
    update_time BIGINT  NOT NULL,
    released    INTEGER NOT NULL,
    CHECK (start_time < end_time)
);

-- What changed since: pollers page through it. Unique, so that "the largest seen" says exactly where they are.
CREATE UNIQUE INDEX booking_by_update ON booking (eid, update_time);

-- The bookings that hold a room do not overlap, so they are in the same order by end as by start: the first that ends after
-- a time is the only one to look at.
CREATE INDEX booking_by_end ON booking (room_id, end_time) WHERE released = 0;

-- +goose Down
DROP TABLE booking;
DROP TABLE room;
