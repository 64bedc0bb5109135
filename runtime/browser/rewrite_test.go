package browser

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

const (
	testNonce = "n0nce"
	testTag   = `<script src="/__qinghost/qing.js" nonce="n0nce"></script>`
	testWS    = "ws://127.0.0.1:7464"
)

var testInjector = injector{tag: []byte(testTag), nonce: testNonce, log: slog.New(slog.DiscardHandler)}

// rewritten sends the page through in chunks of n bytes.
func rewritten(in injector, page string, n int) string {
	rw := rewriter{injector: in, wsOrigin: testWS}
	var out []byte
	for len(page) > n {
		out = rw.feed(out, []byte(page[:n]), false)
		page = page[n:]
	}
	return string(rw.feed(out, []byte(page), true))
}

// TestRewrite marks where the tag has to stand with ☞.
func TestRewrite(t *testing.T) {
	const cdn = "https://static.yunzhijia.com/public/js/qing/latest/qing.js"
	for name, c := range map[string]struct{ in, want string }{
		"head":                             {"", `<!DOCTYPE html><html><head>☞<title>a</title></head></html>`},
		"head with attributes, upper case": {"", "<!doctype html>\n<HTML lang=zh>\n<HEAD data-x='>'>☞\n<META charset=gbk>"},
		"header is no head":                {"", `<!doctype html><html>☞<header><head></header>`},
		"no head":                          {"", "<!doctype html>\n<html>\n☞<body><p>x</body></html>"},
		"no html":                          {"", "<!doctype html>\n<!-- c -->\n☞<p>x"},
		"text only":                        {"", "  ☞hello <head>"},
		"doctype only":                     {"", "<!doctype html>\n☞"},
		"nothing":                          {"", "☞"},
		"end tag first":                    {"", "<!doctype html>☞</head><p>"},
		"less-than text":                   {"", "☞< b"},
		"head in a comment":                {"", "<!-- <head> --><!doctype html><html><!--><!---><!-- - -- <head> --!><head>☞</head>"},
		"head in an attribute":             {"", `<html data-a="<head>" data-b='<head>' c"=<head><head>☞`},
		"head in a script":                 {"", `<!doctype html>☞<script>var s = "<head>"</script><head>`},
		"xml declaration":                  {"", `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD"><html xmlns="x"><head>☞</head>`},
		"unfinished comment":               {"", "<html><head>☞<!-- <p>"},
		"unfinished tag":                   {"", "<html><head>☞<script src="},
		"frameset":                         {"", "<html>☞<frameset><frame src=a></frameset>"},

		"library": {
			`<head><script type="text/javascript" src="` + cdn + `?v=1" integrity="sha384-x" crossorigin=anonymous defer></script><b>`,
			`<head>☞<script type="text/javascript" src="/__qinghost/qing.js" nonce="n0nce"   defer></script><b>`,
		},
		"library, no scheme, bare, its own nonce": {
			`<head><SCRIPT async SRC=//do.yunzhijia.com/pub/js/qingjs.js nonce=a></SCRIPT>`,
			`<head>☞<SCRIPT async src="/__qinghost/qing.js" nonce=a></SCRIPT>`,
		},
		"library in the body": {
			`<head></head><body><script src='http://im.kdweibo.com/pub/js/qingjs.js'></script><script src="http://www.yunzhijia.com/a/cloudhub.js">`,
			`<head>☞</head><body><script src="/__qinghost/qing.js" nonce="n0nce"></script><script src="/__qinghost/qing.js" nonce="n0nce">`,
		},
		"library with an entity in its address": {
			`<head><script src="` + cdn + `?a=1&amp;b=2"></script>`,
			`<head>☞<script src="/__qinghost/qing.js" nonce="n0nce"></script>`,
		},
		"not the library": {"", `<head>☞<script src="https://static.yunzhijia.com/other.js" integrity=x></script>` +
			`<script src="https://evil.example/static.yunzhijia.com/qing.js"></script><script src="lib/qing.js"></script>` +
			`<a src="` + cdn + `"></a><p title='<script src="` + cdn + `"></script>'>`},
		"library in text": {"", `<head>☞<script>document.write('<script src="` + cdn + `"><\/script>')</script>` +
			`<style><script src="` + cdn + `"></style><textarea></text><script src="` + cdn + `"></textarea>` +
			`<!-- <script src="` + cdn + `"></script> --><title></titles><script src="` + cdn + `"></title>`},
		"library after raw text": {
			`<head><script>a</SCRIPT ><title>b</title/><script src="` + cdn + `"></script>`,
			`<head>☞<script>a</SCRIPT ><title>b</title/><script src="/__qinghost/qing.js" nonce="n0nce"></script>`,
		},
		"meta policy": {
			`<head><META Http-Equiv=content-security-policy CONTENT='default-src &#39;none&#39;; frame-src https://a.b/?x=1&amp;y=2' id=p>`,
			`<head>☞<META Http-Equiv=content-security-policy content="default-src 'none'; frame-src https://a.b/?x=1&amp;y=2;` +
				` script-src 'nonce-n0nce'; connect-src 'self' ws://127.0.0.1:7464" id=p>`,
		},
		"meta policy in the body": {
			`<head></head><p><meta content="script-src 'self'" http-equiv="Content-Security-Policy">`,
			`<head>☞</head><p><meta content="script-src 'self' 'nonce-n0nce'" http-equiv="Content-Security-Policy">`,
		},
		"other meta": {"", `<head>☞<meta name="Content-Security-Policy" content="script-src 'self'"><meta http-equiv=refresh content=5>`},
	} {
		t.Run(name, func(t *testing.T) {
			page := c.in
			if page == "" {
				page = strings.Replace(c.want, "☞", "", 1)
			}
			want := strings.Replace(c.want, "☞", testTag, 1)
			for _, n := range []int{1, 2, 3, 5, 7, 1 << 20} {
				require.Equal(t, want, rewritten(testInjector, page, n), "chunks of %d", n)
			}
		})
	}
}

func TestRewriteWithoutTag(t *testing.T) {
	page := `<!doctype html><p>x<script src="//static.yunzhijia.com/qing.js" crossorigin></script>`
	require.Equal(t, `<!doctype html><p>x<script src="/__qinghost/qing.js" ></script>`, rewritten(injector{}, page, 4))
}

// TestRewriteAgreesWithTheStandard asks the parser of x/net/html whether our script is what the browser meets first, and
// whether the document stays in the mode that it had.
func TestRewriteAgreesWithTheStandard(t *testing.T) {
	seed := []string{"<!doctype html>", "<html a='>'>", "<head>", "<HEAD b>", "</head>", "<!-- <head> -->", "<!-->", "<!x>", "</>", "</3>",
		"<body>", "\n", "text", "<p c=\"<head>\">", "<?x?>", "<script>'<head>'</script>", "<title><head></title>", "< ", "<header>"}
	var each func(page string, depth int)
	each = func(page string, depth int) {
		before, after := parse(t, page), parse(t, rewritten(testInjector, page, 3))
		require.Equal(t, before.doctype, after.doctype, "%q", page)
		require.NotNil(t, after.head, "%q", page)
		first := after.head.FirstChild
		for first != nil && (first.Type == html.CommentNode || first.Type == html.TextNode && strings.TrimSpace(first.Data) == "") {
			first = first.NextSibling
		}
		require.NotNil(t, first, "%q", page)
		require.Equal(t, "script", first.Data, "%q", page)
		require.Equal(t, libraryPath, first.Attr[0].Val, "%q", page)
		if depth > 0 {
			for _, s := range seed {
				each(page+s, depth-1)
			}
		}
	}
	each("", 3)
}

type parsed struct {
	doctype string
	head    *html.Node
}

func parse(t *testing.T, page string) (p parsed) {
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.DoctypeNode:
			p.doctype = n.Data
		case n.Type == html.ElementNode && n.Data == "head" && p.head == nil:
			p.head = n
		}
	}
	return p
}

// TestPageReader: whatever the reads, the same page, and never more of it at once than a few chunks.
func TestPageReader(t *testing.T) {
	for name, c := range map[string]struct {
		lines int
		by    func(io.Reader) io.Reader
	}{
		"5 MiB":    {220_000, func(r io.Reader) io.Reader { return r }},
		"one byte": {5_000, iotest.OneByteReader},
		"data err": {5_000, iotest.DataErrReader},
	} {
		page := "<!doctype html><html><head><title>页</title></head><body>" + strings.Repeat("<p class=\"a>b\">文字</p>\n", c.lines) + "</body></html>"
		p, err := testInjector.page(map[string][]string{"Content-Type": {"text/html"}}, io.NopCloser(c.by(strings.NewReader(page))), -1, testWS)
		require.NoError(t, err)
		got, err := io.ReadAll(p)
		require.NoError(t, err)
		require.True(t, strings.Replace(page, "<head>", "<head>"+testTag, 1) == string(got), name)
		require.LessOrEqual(t, cap(p.rw.held)+cap(p.out), 4*chunkSize, name)
		require.NoError(t, p.Close())
		_, err = p.Read(make([]byte, 1))
		require.Error(t, err, "its buffers serve another page now")
	}
}

func TestPageReaderPassesTheError(t *testing.T) {
	r := io.MultiReader(strings.NewReader("<head><p>abc"), iotest.ErrReader(io.ErrClosedPipe))
	p, err := testInjector.page(map[string][]string{"Content-Type": {"text/html"}}, io.NopCloser(r), -1, testWS)
	require.NoError(t, err)
	got, err := io.ReadAll(p)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.Equal(t, "<head>"+testTag+"<p>abc", string(got))
}

func FuzzRewrite(f *testing.F) {
	f.Add("<!doctype html><html><head><meta http-equiv=Content-Security-Policy content=\"script-src 'self'\"></head>", 3)
	f.Add("<!--><head><script src=//do.yunzhijia.com/qing.js>", 1)
	f.Fuzz(func(t *testing.T, page string, n int) {
		if n < 1 {
			return
		}
		whole := rewritten(testInjector, page, 1<<30)
		require.Equal(t, whole, rewritten(testInjector, page, n))
		require.Equal(t, 1, strings.Count(whole, testTag)-strings.Count(page, testTag))
	})
}

func BenchmarkRewrite(b *testing.B) {
	page := []byte("<!doctype html><html><head><title>x</title></head><body>" + strings.Repeat(`<div class="item"><a href="/x/1">link</a> some text here</div>`, 300))
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	out := bytes.NewBuffer(make([]byte, 0, len(page)+1000))
	for b.Loop() {
		rw := rewriter{injector: testInjector}
		_ = rw.feed(out.AvailableBuffer(), page, true)
	}
}
