-- +goose Up
-- What the vendor's newer calls know of a meeting besides; both are JSON lists.

-- Its reminders after the one of notice_time: minutes before the start, falling.
ALTER TABLE meeting ADD COLUMN later_notices TEXT NOT NULL DEFAULT '[]';

-- Openids (meetOrganizers).
ALTER TABLE meeting ADD COLUMN organizers TEXT NOT NULL DEFAULT '[]';

-- +goose Down
ALTER TABLE meeting DROP COLUMN organizers;
ALTER TABLE meeting DROP COLUMN later_notices;
