package jsapi

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"qinghost/bridge"
	"qinghost/jsapi/contact"
	"qinghost/jsapi/store"
)

// Demo returns a host of all that a page can call, for Go tests of pages: it plays the demo team, keeps its data in memory,
// and lives on a virtual clock that begins now (see bridge.NewVirtualClock). Call end when the pages are closed.
func Demo(ctx context.Context) (host *bridge.Host, end func() error, err error) {
	db, err := store.Open(ctx, ":memory:")
	if err != nil {
		return nil, nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	clock, team := bridge.NewVirtualClock(time.Now()), contact.Demo()
	areas, err := New(ctx, Deps{Clock: clock, Team: team, DB: db, Exclusive: true, Fresh: true, Logger: quiet})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	host = bridge.NewHost(areas.All()...)
	host.Clock, host.Logger, host.Unbuilt = clock, quiet, areas.Unbuilt()
	host.SetCaller(team.Me)
	return host, func() error { return errors.Join(areas.Close(), db.Close()) }, nil
}
