package browser

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRelaxCSP(t *testing.T) {
	const connect = "'self' " + testWS
	for _, c := range []struct{ name, in, want string }{
		{"nothing forbidden", "img-src 'self'", "img-src 'self'"},
		{"empty", "", ""},
		{"script-src", "script-src 'self'", "script-src 'self' 'nonce-n0nce'"},
		{"script-src-elem goes first", "script-src 'self'; script-src-elem a.com", "script-src 'self'; script-src-elem a.com 'nonce-n0nce'"},
		{"the first of two counts", "script-src a.com; script-src b.com", "script-src a.com 'nonce-n0nce'; script-src b.com"},
		{"default-src is copied", "default-src a.com", "default-src a.com; script-src a.com 'nonce-n0nce'; connect-src a.com " + connect},
		{"none", "default-src 'none'", "default-src 'none'; script-src 'nonce-n0nce'; connect-src " + connect},
		{"None, any case", "Script-Src 'None'", "Script-Src 'nonce-n0nce'"},
		{"no value", "script-src", "script-src 'nonce-n0nce'"},
		{"unsafe-inline keeps working", "script-src a.com 'unsafe-inline'", "script-src a.com 'unsafe-inline' 'self'"},
		{"unsafe-inline with self", "script-src 'self' 'Unsafe-Inline'", "script-src 'self' 'Unsafe-Inline'"},
		{"unsafe-inline in default-src", "default-src * 'unsafe-inline'",
			"default-src * 'unsafe-inline'; script-src * 'unsafe-inline' 'self'; connect-src * 'unsafe-inline' " + connect},
		{"unsafe-inline is dead already: nonce", "script-src 'unsafe-inline' 'nonce-a'", "script-src 'unsafe-inline' 'nonce-a' 'nonce-n0nce'"},
		{"unsafe-inline is dead already: hash", "script-src 'unsafe-inline' 'sha256-a'", "script-src 'unsafe-inline' 'sha256-a' 'nonce-n0nce'"},
		{"strict-dynamic", "script-src 'unsafe-inline' 'strict-dynamic'", "script-src 'unsafe-inline' 'strict-dynamic' 'nonce-n0nce'"},
		{"connect-src", "connect-src 'none'", "connect-src " + connect},
		{"connect-src has it", "connect-src 'self' ws://127.0.0.1:7464", "connect-src " + connect},
		{"frame-ancestors", "frame-ancestors 'none'", "frame-ancestors 'self'"},
		{"frame-ancestors is added to", "frame-ancestors https://a.com", "frame-ancestors https://a.com 'self'"},
		{"loopback is plain HTTP", "upgrade-insecure-requests; Block-All-Mixed-Content; img-src *", "img-src *"},
		{"left alone", "sandbox allow-scripts; require-trusted-types-for 'script'; trusted-types a; report-uri /r; report-to g",
			"sandbox allow-scripts; require-trusted-types-for 'script'; trusted-types a; report-uri /r; report-to g"},
		{"two policies", "script-src a.com, upgrade-insecure-requests,connect-src b.com", "script-src a.com 'nonce-n0nce', connect-src b.com " + connect},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := relaxCSP(c.in, testNonce, testWS)
			require.Equal(t, c.want, got)
			require.Equal(t, got, relaxCSP(got, testNonce, testWS), "once is enough")
		})
	}
	require.Equal(t, "script-src 'self'", relaxCSP("script-src 'none'", "", testWS), "without a nonce")
}

func TestRelaxHeaders(t *testing.T) {
	h := http.Header{}
	h.Set("X-Frame-Options", "DENY")
	h.Add("Content-Security-Policy", "script-src a.com")
	h.Add("Content-Security-Policy", "upgrade-insecure-requests")
	h.Add("Content-Security-Policy-Report-Only", "script-src b.com; report-uri /r")
	relaxHeaders(h, testNonce, testWS)
	require.Equal(t, http.Header{
		"Content-Security-Policy":             {"script-src a.com 'nonce-n0nce'", framePolicy},
		"Content-Security-Policy-Report-Only": {"script-src b.com 'nonce-n0nce'; report-uri /r"},
	}, h)
	h = http.Header{}
	relaxHeaders(h, testNonce, testWS)
	require.Equal(t, http.Header{"Content-Security-Policy": {framePolicy}}, h, "no policy: ours alone")
}
