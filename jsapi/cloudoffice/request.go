package cloudoffice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"qinghost/bridge"
)

const (
	// vendorServer is what a path alone is a path of.
	vendorServer = "https://www.yunzhijia.com"
	// usualTimeout is how long a request may take that says nothing about it; by the machine's clock, for so runs the network.
	usualTimeout = 30 * time.Second
	// largestAnswer is how many bytes of a body are read; more is a failure.
	largestAnswer = 16 << 20
)

// requestParams are what is known of the names that pages use; the vendor documents none (reference §2).
type requestParams struct {
	URL     string                     `json:"url"`    // http or https, or a path of the vendor's server
	Method  string                     `json:"method"` // GET unless given
	Headers map[string]json.RawMessage `json:"headers"`
	Data    json.RawMessage            `json:"data"`    // to the address of a GET, else the body: a form or JSON, by Content-Type
	Timeout bridge.Int                 `json:"timeout"` // milliseconds
}

// response is the answer of cloudoffice.request, whatever the status; the vendor's form is not confirmed (reference §2).
type response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"` // names in lower case
	Data    json.RawMessage   `json:"data"`    // the body: JSON as it is, else a string
}

// request makes an HTTP request for the page: only to http and https, without cookies. Whoever can open the app can have it
// reach what this machine reaches, as the client on the phone does there.
func (c *Cloudoffice) request(ctx context.Context, p requestParams) (response, error) {
	timeout := usualTimeout
	if p.Timeout > 0 {
		timeout = time.Duration(p.Timeout) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := p.request(ctx)
	if err != nil {
		return response{}, err
	}
	bridge.Begun(ctx)
	answer, err := c.client.Do(request)
	if err != nil {
		return response{}, failure(request, timeout, err)
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	body, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer+1))
	switch {
	case err != nil:
		return response{}, failure(request, timeout, err)
	case len(body) > largestAnswer:
		return response{}, bridge.Errorf(bridge.Failed, "请求 %s 的应答大于 %d MiB", request.URL.Redacted(), largestAnswer>>20)
	}
	r := response{Status: answer.StatusCode, Headers: map[string]string{}, Data: body}
	for name, values := range answer.Header {
		r.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if !json.Valid(body) {
		r.Data, err = json.Marshal(string(body))
	}
	return r, err
}

// failure says what became of a request.
func failure(r *http.Request, timeout time.Duration, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return bridge.Errorf(bridge.Failed, "请求 %s 超时 (%v)", r.URL.Redacted(), timeout)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the address stands there already
	}
	return bridge.Errorf(bridge.Failed, "请求 %s 失败: %v", r.URL.Redacted(), err)
}

// request makes what is to be sent.
func (p requestParams) request(ctx context.Context) (*http.Request, error) {
	address := p.URL
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
		address = vendorServer + address
	}
	at, err := url.Parse(address)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" {
		return nil, bridge.Errorf(bridge.BadParams, "参数 url 应为 http 或 https 的完整网址, 或云之家服务端的路径 (/gateway/…), 收到 %.80q", p.URL)
	}
	header := http.Header{}
	for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
		header.Set(name, text(p.Headers[name]))
	}
	method := strings.ToUpper(p.Method)
	if method == "" {
		method = http.MethodGet
	}
	var body io.Reader
	switch {
	case len(p.Data) == 0 || string(p.Data) == "null":
	case method == http.MethodGet || method == http.MethodHead:
		query := at.Query()
		maps.Copy(query, fields(p.Data))
		at.RawQuery = query.Encode()
	default:
		sent, kind := p.body(header.Get("Content-Type"))
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", kind)
		}
		body = strings.NewReader(sent)
	}
	r, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return nil, bridge.Errorf(bridge.BadParams, "cloudoffice.request: %v", err)
	}
	r.Header = header
	return r, nil
}

// body is data as it is sent, and its Content-Type where the page gave none.
func (p requestParams) body(contentType string) (sent, kind string) {
	media, _, _ := mime.ParseMediaType(contentType) // empty for what is none
	switch {
	case p.Data[0] == '"':
		return text(p.Data), "text/plain; charset=utf-8"
	case media == "application/x-www-form-urlencoded":
		return fields(p.Data).Encode(), media
	default:
		return string(p.Data), "application/json"
	}
}

// fields are those of a JSON object; none of what is no object.
func fields(object json.RawMessage) url.Values {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(object, &all) // all stays empty
	values := url.Values{}
	for name, value := range all {
		values.Set(name, text(value))
	}
	return values
}

// text is a JSON string's text, and any other JSON as it stands.
func text(value json.RawMessage) string {
	var plain string
	if json.Unmarshal(value, &plain) == nil {
		return plain
	}
	return string(value)
}

// transport leads what belongs to the vendor's server to the handler, and the rest to the network.
type transport struct {
	to      *Cloudoffice
	network http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	host := strings.ToLower(r.URL.Hostname())
	if t.to.serves == nil || host != "www.yunzhijia.com" && host != "yunzhijia.com" || !t.to.serves(r.URL.Path) {
		return t.network.RoundTrip(r)
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host, in.RemoteAddr = r.URL.RequestURI(), r.URL.Host, "127.0.0.1:0"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	out := &recorder{header: http.Header{}, status: http.StatusOK}
	t.to.server.ServeHTTP(out, in)
	_ = in.Body.Close() // a RoundTripper closes it; it is in memory
	return &http.Response{
		Status: fmt.Sprintf("%d %s", out.status, http.StatusText(out.status)), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(&out.body), ContentLength: int64(out.body.Len()), Request: r,
	}, nil
}

// recorder takes an HTTP answer in memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header                { return r.header }
func (r *recorder) WriteHeader(status int)             { r.status = status }
func (r *recorder) Write(text []byte) (n int, _ error) { return r.body.Write(text) }
