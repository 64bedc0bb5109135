package bridgetest

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"qinghost/bridge"
)

// secret stands in errors that no page may see.
const secret = "/home/me/geheim.db"

// desk is what the functions of one host share.
type desk struct {
	mu       sync.Mutex
	noted    []json.RawMessage
	once     sync.Once
	released chan struct{}
}

type none struct{}

// answer is what the view "view.test" answers; one text is refused.
type answer struct {
	Text string `json:"text"`
}

func (a *answer) Check() error {
	if a.Text == "refused" {
		return bridge.Errorf("4004", "不接受")
	}
	return nil
}

type failure struct {
	Code    bridge.Code `json:"code"`
	Message string      `json:"message"`
}

type emission struct {
	Event string          `json:"event"`
	Data  json.RawMessage `json:"data"`
	Times int             `json:"times"`
}

type typed struct {
	Title string `json:"title"`
	Count int    `json:"count"`
}

// APIs returns what the suite's pages call. Each list has a state of its own, for one host.
func APIs() []bridge.API {
	d := &desk{noted: []json.RawMessage{}, released: make(chan struct{})}
	all := []bridge.API{
		bridge.Define("test.echo", "returns its parameters", func(_ context.Context, p json.RawMessage) (json.RawMessage, error) { return p, nil }),
		bridge.Define("test.bare", "returns a bare string", func(_ context.Context, text string) (string, error) { return text, nil }),
		bridge.Define("test.typed", "returns its parameters, which have types", func(_ context.Context, p typed) (typed, error) { return p, nil }),
		bridge.Define("test.note", "notes its parameters", d.note),
		bridge.Define("test.noted", "returns all that was noted", d.all),
		bridge.Define("test.slow", "waits until test.release", d.slow, bridge.Waits),
		bridge.Define("test.release", "ends test.slow", d.release),
		bridge.Define("test.silent", "does not call back", func(context.Context, none) (string, error) { return "unheard", nil }, bridge.Silent),
		bridge.Define("test.silentFail", "fails, and so calls back", fail, bridge.Silent),
		bridge.Define("test.repeat", "calls back so many times", repeat, bridge.Repeats),
		bridge.Define("test.fail", "fails with a code", fail),
		bridge.Define("test.plain", "fails without a code", func(context.Context, none) (none, error) { return none{}, errors.New("open " + secret) }),
		bridge.Define("test.panic", "panics", func(context.Context, none) (none, error) { panic(secret) }),
		bridge.Define("test.big", "returns a text of so many MiB", big),
		bridge.DefineOnPage("test.ask", "shows the view test", ask, bridge.Waits),
		// Of the client's own names, as iOS keeps their callbacks in a way of its own.
		bridge.DefineOnPage("selectPersons", "shows the view test", ask, bridge.Waits),
		bridge.DefineOnPage("getLocation", "shows the view test", ask, bridge.Waits),
		bridge.Define("getNetworkType", "returns its parameters", func(_ context.Context, p json.RawMessage) (json.RawMessage, error) { return p, nil }),
		bridge.DefineOnPage("test.askUntilReleased", "shows the view test until test.release", d.askUntilReleased, bridge.Waits),
		bridge.DefineOnPage("test.emit", "sends an event so many times", emit),
		bridge.DefineOnPage("test.cover", "covers the page for a moment", func(_ context.Context, page bridge.Page, _ none) (none, error) {
			page.Cover()()
			return none{}, nil
		}),
		// What the page library itself calls in a browser.
		bridge.Define("view.navigation", "asks for the navigation bar", func(context.Context, none) (none, error) { return none{}, nil }, bridge.Silent, bridge.Hidden),
		bridge.Define("cloudoffice.echo", "returns its parameters", func(_ context.Context, p json.RawMessage) (json.RawMessage, error) { return p, nil }),
	}
	for i := range all {
		bridge.On("*")(&all[i])
	}
	return all
}

func (d *desk) note(_ context.Context, p json.RawMessage) (none, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.noted = append(d.noted, p)
	return none{}, nil
}

func (d *desk) all(context.Context, none) ([]json.RawMessage, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.noted, nil
}

func (d *desk) slow(ctx context.Context, p json.RawMessage) (json.RawMessage, error) {
	select {
	case <-d.released:
		return p, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (d *desk) release(context.Context, none) (none, error) {
	d.once.Do(func() { close(d.released) })
	return none{}, nil
}

func fail(_ context.Context, p failure) (none, error) {
	return none{}, bridge.Errorf(p.Code, "%s", p.Message)
}

func repeat(ctx context.Context, p struct{ Times int }) (none, error) {
	for i := range p.Times {
		bridge.Reply(ctx, map[string]int{"n": i + 1})
	}
	return none{}, nil
}

// bigText is what a page builds again to compare: each character's UTF-8 is from one to four bytes long.
const bigText = "云之家 a\u2028</script>\U0001F600\"\\\n"

func big(_ context.Context, mib int) (string, error) {
	return strings.Repeat(bigText, mib<<20/len(bigText)), nil
}

func ask(ctx context.Context, page bridge.Page, p json.RawMessage) (answer, error) {
	var a answer
	err := page.Call(ctx, "view.test", p, &a)
	return a, err
}

func (d *desk) askUntilReleased(ctx context.Context, page bridge.Page, p json.RawMessage) (answer, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	page.Go(func(gone context.Context) {
		select {
		case <-d.released:
			cancel()
		case <-ctx.Done():
		case <-gone.Done():
		}
	})
	return ask(ctx, page, p)
}

// emit sends the data as it is, or, when it is sent more than once, with its number.
func emit(ctx context.Context, page bridge.Page, p emission) (none, error) {
	if p.Times == 0 {
		return none{}, page.Emit(ctx, p.Event, p.Data)
	}
	for i := range p.Times {
		if err := page.Emit(ctx, p.Event, i); err != nil {
			return none{}, err
		}
	}
	return none{}, nil
}
