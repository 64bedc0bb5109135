package storetest

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestPostgresGivesEachTestASchemaOfItsOwn(t *testing.T) {
	first, second := Postgres(t), Postgres(t)
	require.NotEqual(t, first, second)
	ctx := context.Background()
	for _, address := range []string{first, second} {
		conn, err := pgx.Connect(ctx, address)
		require.NoError(t, err)
		_, err = conn.Exec(ctx, "CREATE TABLE thing (id TEXT PRIMARY KEY)")
		require.NoError(t, err)
		require.NoError(t, conn.Close(ctx))
	}
}

func TestEach(t *testing.T) {
	var kinds []string
	Each(t, func(t *testing.T, address string) {
		kinds = append(kinds, t.Name()[strings.LastIndex(t.Name(), "/")+1:])
		require.NotEmpty(t, address)
	})
	require.Subset(t, kinds, []string{"memory", "file"})
}
