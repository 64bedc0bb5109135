// The pages that qinghost shows in place of an app's: nothing here, dev server not there.

package browser

import (
	"html/template"
	"net/http"
)

// notice is such a page: the same said in Chinese, then in English.
type notice struct {
	Title, TitleEN   string
	Lines, LinesEN   []string
	Links            []link // what there is instead
	More             int    // how many links were left out
	RetryEverySecond bool   // reload as soon as the answer lacks unreachableHeader
}

type link struct{ Href, Text string }

// unreachableHeader marks an answer that is ours for want of the app's.
const unreachableHeader = "Qinghost-Unreachable"

// show answers with the page.
func (n notice) show(w http.ResponseWriter, r *http.Request, status int) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_ = noticePage.Execute(w, n) // a client that has gone needs no answer
	}
}

var noticePage = template.Must(template.New("notice").Parse(`<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{.Title}}</title>
{{if .RetryEverySecond}}<noscript><meta http-equiv="refresh" content="1"></noscript>
{{end}}<style>
:root{color-scheme:light dark}
body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.4rem;line-height:1.3}
h2{font-size:1rem;margin-top:2rem}
section{opacity:.75}
li{margin:.15rem 0}
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{range .Lines}}<p>{{.}}</p>
{{end}}{{if .Links}}<ul>
{{range .Links}}<li><a href="{{.Href}}">{{.Text}}</a></li>
{{end}}</ul>
{{if .More}}<p>… +{{.More}}</p>
{{end}}{{end}}<section lang="en">
<h2>{{.TitleEN}}</h2>
{{range .LinesEN}}<p>{{.}}</p>
{{end}}</section>
</main>
{{if .RetryEverySecond}}<script>
(function again() {
  setTimeout(function () {
    fetch(location.href, {cache: 'no-store', redirect: 'manual'}).then(function (answer) {
      if (answer.headers.has('` + unreachableHeader + `')) again(); else location.reload()
    }, again)
  }, 1000)
})()
</script>
{{end}}</body>
</html>
`))
