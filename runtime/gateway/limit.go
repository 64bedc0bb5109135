package gateway

import (
	"sync"
	"time"

	"qinghost/bridge"
)

// callsPerMinute is how often a token may call one API in a minute (reference §3.1).
var callsPerMinute = map[bridge.Scope]int{bridge.AppScope: 3500, bridge.TeamScope: 2000, bridge.ResGroupScope: 1500}

// callsPerHour is how often an address may call at all in an hour (reference §3.1).
const callsPerHour = 200_000

// limiter counts calls by the full minutes and hours of the host's clock.
type limiter struct {
	clock *bridge.Clock

	mu           sync.Mutex
	minute, hour int64 // which are counted
	calls        map[tokenPath]int
	addresses    map[string]int
}

type tokenPath struct{ token, path string }

func newLimiter(clock *bridge.Clock) *limiter {
	if clock == nil {
		panic("gateway: Options.RateLimits needs Options.Clock")
	}
	return &limiter{clock: clock}
}

// take counts a call, or says that it is one too many.
func (l *limiter) take(ip, token string, route *bridge.Route) *bridge.Error {
	now := l.clock.Now().Unix()
	minute, hour := now/int64(time.Minute/time.Second), now/int64(time.Hour/time.Second)
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute != l.minute || l.calls == nil {
		l.minute, l.calls = minute, map[tokenPath]int{}
	}
	if hour != l.hour || l.addresses == nil {
		l.hour, l.addresses = hour, map[string]int{}
	}
	if l.addresses[ip] >= callsPerHour {
		return bridge.Errorf(TooOften, "调用过于频繁: 每个 IP 每小时最多 %d 次", callsPerHour)
	}
	l.addresses[ip]++
	most, limited := callsPerMinute[route.Scope]
	at := tokenPath{token, route.Path}
	if limited && l.calls[at] >= most {
		return bridge.Errorf(TooOften, "调用过于频繁: scope 为 %s 的每个接口每分钟最多 %d 次", route.Scope, most)
	}
	l.calls[at]++
	return nil
}
