package main

import (
	"context"
	"fmt"
	"testing"

	"qinghost/internal/bench"
	"qinghost/jsapi/store/storetest"
)

// postgres returns the address of an empty schema on a server as the tests have one, until ctx ends.
func postgres(ctx context.Context, r *bench.Run) (address string, err error) {
	t := &asTest{}
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%v", problem)
		}
	}()
	address = storetest.Postgres(t)
	r.Running.Go(func() {
		<-ctx.Done()
		defer func() {
			if problem := recover(); problem != nil {
				fmt.Println("PostgreSQL:", problem)
			}
		}()
		t.cleanup()
	})
	return address, nil
}

// asTest is as much of a test as storetest needs.
type asTest struct {
	testing.TB
	cleanup func()
}

func (t *asTest) Helper()                           {}
func (t *asTest) Cleanup(f func())                  { t.cleanup = f }
func (t *asTest) Fatal(args ...any)                 { panic(fmt.Sprint(args...)) }
func (t *asTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (t *asTest) Skipf(format string, args ...any)  { panic(fmt.Sprintf(format, args...)) }
