// Package cloudoffice holds what goes over the client's second channel: HTTP requests that the client makes for a page, and
// its storage (reference §1.3, §1.6).
package cloudoffice

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"qinghost/bridge"
)

// Cloudoffice holds the app's storage. Its methods may be called from any goroutine.
type Cloudoffice struct {
	client *http.Client
	serves func(path string) bool // nil: no server is here
	server http.Handler

	mu    sync.Mutex
	items map[string]string
}

// New returns a client with an empty storage, which lasts as long as the host.
func New() *Cloudoffice {
	c := &Cloudoffice{items: map[string]string{}}
	network := http.DefaultTransport.(*http.Transport).Clone()
	network.DisableKeepAlives = true // nothing outlives a request
	c.client = &http.Client{Transport: transport{c, network}}
	return c
}

// Lead has requests to the vendor's server whose path is among those that serves names be answered by a handler, and not by
// the network. It is called before the first page comes.
func (c *Cloudoffice) Lead(serves func(path string) bool, server http.Handler) {
	c.serves, c.server = serves, server
}

// Reset empties the storage.
func (c *Cloudoffice) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.items)
}

// APIs returns what pages can call.
func (c *Cloudoffice) APIs() []bridge.API {
	const since = "0.9.76"
	return []bridge.API{
		bridge.Define("runtime.jsReady", "页面的库已就绪 (由库发出)",
			func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }, bridge.Since("0.9.50"), bridge.Silent),
		bridge.Define("cloudoffice.request", "由客户端发出 HTTP 请求, 不受跨域限制", c.request, bridge.Since("0.9.51"), bridge.Waits,
			bridge.Example(`{"url":"https://www.yunzhijia.com/gateway/cloudwork/meeting/queryByDay","method":"POST","data":{}}`)),
		bridge.Define("storage.getItem", "读取客户端的存储", c.getItem, bridge.Since(since), bridge.Example(`{"key":"草稿"}`)),
		bridge.Define("storage.setItem", "写入客户端的存储", c.setItem, bridge.Since(since),
			bridge.Example(`{"key":"草稿","value":"明天的例会"}`)),
		bridge.Define("storage.removeItem", "删除客户端存储里的一项", c.removeItem, bridge.Since(since), bridge.Example(`{"key":"草稿"}`)),
		bridge.Define("storage.clear", "清空客户端的存储", c.clear, bridge.Since(since)),
	}
}

type keyParams struct {
	Key string `json:"key"`
}

func (p keyParams) check() error {
	if p.Key == "" {
		return bridge.Errorf(bridge.BadParams, "参数 key 必填: 存储里的哪一项")
	}
	return nil
}

// stored is the answer of storage.getItem (reference §1.6); null for what is not there.
type stored struct {
	Value *string `json:"value"`
}

func (c *Cloudoffice) getItem(_ context.Context, p keyParams) (stored, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	value, is := c.items[p.Key]
	if !is {
		return stored{}, p.check()
	}
	return stored{&value}, nil
}

// setItem keeps a string as it is (the page's library escapes it), and any other value as its JSON text.
func (c *Cloudoffice) setItem(_ context.Context, p struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}) (struct{}, error) {
	if err := (keyParams{p.Key}).check(); err != nil {
		return struct{}{}, err
	}
	value := string(p.Value)
	var text *string
	if json.Unmarshal(p.Value, &text) == nil && text != nil {
		value = *text
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[p.Key] = value
	return struct{}{}, nil
}

func (c *Cloudoffice) removeItem(_ context.Context, p keyParams) (struct{}, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.items, p.Key)
	return struct{}{}, p.check()
}

func (c *Cloudoffice) clear(context.Context, struct{}) (struct{}, error) {
	c.Reset()
	return struct{}{}, nil
}
