package meeting

import (
	"database/sql"
	"fmt"
)

// Room is a meeting room of the team.
type Room struct {
	// ID is what roomId says; 24 lower-case hexadecimal digits by custom.
	ID string
	// Name and Detail say what it is called and where it is; without a Detail, roomDetail is null.
	Name, Detail string
	// Limit is how many people it holds, 0 or more; reported (limitCount), not enforced.
	Limit int
	// Approve marks a room whose bookings someone has to approve; reported, not enforced.
	Approve bool
	// TagID and Note are the administrator's; without a TagID, tagId is null.
	TagID, Note string
	// Closed takes the room out of freeRooms and refuses new bookings; those made before stay.
	Closed bool
}

// putRooms writes the team's rooms into the database, over those of the same id. Rooms that the team has no longer are closed,
// for their bookings stay.
func putRooms(tx *sql.Tx, eid string, rooms []Room) error {
	if _, err := tx.Exec(`UPDATE room SET closed = 1 WHERE eid = $1`, eid); err != nil {
		return err
	}
	for _, r := range rooms {
		if r.ID == "" || r.Name == "" || r.Limit < 0 {
			return fmt.Errorf("room %q (%s): needs an id, a name, and a limit of 0 or more", r.ID, r.Name)
		}
		_, err := tx.Exec(`INSERT INTO room (id, eid, name, detail, limit_count, approve, tag_id, note, closed)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (id) DO UPDATE SET eid = excluded.eid, name = excluded.name, detail = excluded.detail,
				limit_count = excluded.limit_count, approve = excluded.approve, tag_id = excluded.tag_id,
				note = excluded.note, closed = excluded.closed`,
			r.ID, eid, r.Name, r.Detail, r.Limit, digit(r.Approve), r.TagID, r.Note, digit(r.Closed))
		if err != nil {
			return fmt.Errorf("room %s: %w", r.ID, err)
		}
	}
	return nil
}

// digit is how the database keeps a yes or no.
func digit(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
