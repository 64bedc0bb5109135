package bench

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	rounds := []Figures{
		{"qinghost mean": 10, "other mean": 1, "other delay": 13},
		{"qinghost mean": 30, "other mean": 2},
		{"qinghost mean": 40, "other mean": 1},
	}
	missing := map[string]string{"absent": "没有安装"}
	var lines []line
	for _, g := range []Goal{
		{Number: 7, What: "a", Unit: "/s", Ours: "qinghost mean", Peer: "other mean", Limit: 15, AtLeast: true},
		{Number: 7, What: "b", Unit: "/s", Ours: "qinghost mean", Peer: "other mean", Limit: 14.9},
		{Number: 8, What: "c", Unit: "ms", Ours: "qinghost mean", Peer: "other delay", Limit: 3, Difference: true},
		{Number: 9, What: "d", Unit: "/s", Ours: "qinghost mean", Peer: "absent mean", Limit: 1.0 / 70},
		{Number: 9, What: "e", Unit: "/s", Ours: "qinghost mean", Peer: "other load", Limit: 1},
		{What: "f", Unit: "/s", Ours: "other mean", Peer: "qinghost mean"},
	} {
		lines = append(lines, g.judge(rounds, missing))
	}
	var b strings.Builder
	require.NoError(t, table(&b, lines))
	var got []string
	for l := range strings.Lines(b.String()) {
		got = append(got, strings.Join(strings.Fields(l), " "))
	}
	require.Equal(t, []string{
		"goal what ours peer ratio min–max wanted",
		"7 a 30.0 /s 1.000 /s 15.0× 10.0× – 40.0× ≥ 15.0× met",
		"7 b 30.0 /s 1.000 /s 15.0× 10.0× – 40.0× ≤ 14.9× NOT MET",
		"8 c 10.0 ms 13.0 ms -3.0 ms -3.0 ms – -3.0 ms ≤ +3.0 ms met",
		"9 d ≤ 0.0143× not measured: 没有安装",
		"9 e ≤ 1.000× not measured: no figures",
		"f 1.000 /s 30.0 /s 0.0667× 0.0250× – 0.100×",
	}, got)
}

func TestMedian(t *testing.T) {
	require.InDelta(t, 2.5, Median([]float64{4, 1, 3, 2}), 0)
	require.InDelta(t, 3, Median([]float64{9, 3, 1}), 0)
}
