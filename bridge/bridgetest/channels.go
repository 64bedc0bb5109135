package bridgetest

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// libraries are page libraries, one a generation of the vendor's, written from the description alone.
//
//go:embed libraries
var libraries embed.FS

// Library returns the text of a page library.
func Library(name string) string {
	text, err := libraries.ReadFile("libraries/" + name + ".js")
	if err != nil {
		panic(err) // a name of the list below
	}
	return string(text)
}

// form is how the success of an answer reaches a page.
type form string

const (
	asText    form = "text"    // the whole answer is a JSON text that nobody has parsed
	asString  form = "string"  // success is "true" or "false"
	asBoolean form = "boolean" // success is true or false
)

// generation is a library on a client.
type generation struct {
	library, profile string
	channel          string // the one by which its calls go
	form             form
}

var generations = []generation{
	{"legacy", "ios", "iframe", asString},
	{"legacy", "android", "iframe", asText},
	{"legacy", "android-early", "iframe", asText},
	{"legacy", "desktop", "iframe", asText},
	{"legacy", "desktop-0.0.3", "iframe", asText},
	{"early", "ios@0.9.49", "iframe", asString},
	{"early", "android-early", "iframe", asBoolean},
	{"mobile", "ios", "iframe", asString},
	{"mobile", "android@0.9.58", "iframe", asBoolean},
	{"mobile", "android@0.9.60", "prompt", asBoolean},
	{"mobile", "android", "prompt", asBoolean},
	{"modern", "ios", "wkbridge2", asString},
	{"modern", "ios@0.9.60", "kdUIWebViewBridge", asString},
	{"modern", "android", "AndroidInterface", asBoolean},
	{"modern", "android@0.9.60", "prompt", asBoolean},
	{"modern", "android@0.9.58", "iframe", asBoolean},
	{"desktop-old", "desktop-0.0.3", "iframe", asBoolean},
	{"desktop-new", "desktop", "_CloudHubJSBridge", asString},
}

// call is JavaScript that calls by the page's own library: one answer, as the page's callback gets it.
const call = `
	const ask = (name, params) => new Promise((done) => library.call(name, params, done));
	const read = (r) => (typeof r === 'string' ? JSON.parse(r) : r);`

// idioms are the ways in which pages look at success (reference §1.2), and what each finds in an answer of that form.
const idioms = `[(r) => r.success === 'true', (r) => r.success == 'true', (r) => r.success === true, (r) => r.success == true,
	(r) => !!r.success, (r) => String(r.success) === 'true']`

var idiomsFind = map[form]struct{ succeeded, failed string }{
	asText:    {"[false,false,false,false,false,false]", "[false,false,false,false,false,false]"},
	asString:  {"[true,true,false,false,true,true]", "[false,false,false,false,true,false]"},
	asBoolean: {"[false,false,true,true,true,true]", "[false,false,false,false,false,false]"},
}

// RunLibraries runs what pages with a library of their own rely on, for every generation of it and client on which it runs;
// where dom is false, for those whose channel needs no document. open opens a page of that library in which nothing of
// qinghost's is to be seen, and closes it with the test.
func RunLibraries(t *testing.T, dom bool, open func(t *testing.T, host *bridge.Host, library string) Runtime) {
	for _, g := range generations {
		if g.channel == "iframe" && !dom {
			continue // there is no frame where nothing is drawn
		}
		t.Run(g.library+" on "+g.profile, func(t *testing.T) {
			profile, err := bridge.ProfileNamed(g.profile)
			require.NoError(t, err)
			require.Contains(t, profile.Channels, g.channel)
			b := &Bench{T: t, logs: &logs{}}
			b.Host = NewHost(profile)
			b.Host.Logger = slog.New(slog.NewTextHandler(b.logs, nil))
			b.Runtime = open(t, b.Host, Library(g.library))
			g.run(b)
		})
	}
}

func (g generation) run(b *Bench) {
	const params = `{ title: '周会 "引号" 100% a:b & c?d#e', list: [1, { n: null }], text: '\u2028\\' }`
	b.expect(`[{"title":"周会 \"引号\" 100% a:b & c?d#e","list":[1,{"n":null}],"text":"`+"\u2028"+`\\"},"0","`+string(map[form]string{
		asText: "string", asString: "object", asBoolean: "object"}[g.form])+`"]`,
		call+`const r = await ask('test.echo', `+params+`); return [read(r).data, read(r).errorCode, typeof r];`)

	if g.channel != "iframe" {
		b.expect(`0`, `return globalThis.HTMLIFrameElement ? document.getElementsByTagName('iframe').length : 0;`)
	}

	found := idiomsFind[g.form]
	b.expect("["+found.succeeded+","+found.failed+`,["没有权限","1003"]]`, call+`
		const good = await ask('test.echo', {}), bad = await ask('test.fail', { code: '1003', message: '没有权限' });
		const idioms = `+idioms+`;
		return [idioms.map((is) => is(good)), idioms.map((is) => is(bad)), [read(bad).error, read(bad).errorCode]];`)

	// What the phone does not answer is not answered; a call without a callback is made all the same.
	b.expect(`[]`, call+`
		const seen = [];
		library.call('test.silent', {}, () => seen.push('silent'));
		library.call('test.ecco', {}, () => seen.push('unknown'));
		library.call('test.note', {});
		await ask('test.echo', {});
		return seen;`)
	assert.Equal(b, []bridge.CallState{bridge.CallUnanswered}, b.states("test.ecco"))
	assert.Equal(b, []bridge.CallState{bridge.CallDone}, b.states("test.note"))

	b.expect(`[1,2,3]`, call+`
		const seen = [];
		library.call('test.repeat', { times: 3 }, (r) => seen.push(read(r).data.n));
		await ask('test.echo', {});
		return seen;`)

	const many = 1000 // in one task
	b.expect(fmt.Sprintf(`[%d,true,true]`, many), call+fmt.Sprintf(`
		const answers = [];
		await new Promise((done) => {
			for (let n = 0; n < %d; n++) library.call('test.echo', { n, pad: '云'.repeat(20) }, (r) => { answers.push(read(r).data.n); if (answers.length === %[1]d) done(); });
		});
		await ask('test.echo', {});
		return [answers.length, answers.every((n, i) => n === i), new Set(answers).size === answers.length];`, many))
	assert.Len(b, b.Host.Log.After(0, "test.echo"), 5+many, "each was made once")

	if g.library == "legacy" || g.library == "early" || g.library == "desktop-old" {
		return // they have neither events nor the cloudoffice methods
	}
	b.expect(`null`, `globalThis.news = []; library.on('news', (data) => news.push(data));`)
	require.NoError(b, b.Host.Emit(context.Background(), "", "news", json.RawMessage(`{"n":1}`)))
	b.expect(`[{"n":1}]`, call+`await ask('test.echo', {}); return news;`)
	if g.library != "desktop-new" {
		b.expect(`[{"url":"/a"},"0"]`, call+`const r = read(await ask('cloudoffice.echo', { url: '/a' })); return [r.data, r.errorCode];`)
	}
}
