package auth

import (
	"sync"

	"qinghost/bridge"
)

// seen is what the database says of a token.
type seen struct {
	scope   bridge.Scope
	expires int64 // ms since the epoch
	ended   bool
}

// cache holds the current tokens that were seen in the database: three at most, and those that expired unnoticed. Its zero
// value is empty.
type cache struct {
	mu     sync.RWMutex
	tokens map[string]seen
	turn   int // counts what was forgotten: a token read before that is not put back after it
}

func (c *cache) get(token string) (known seen, found bool, turn int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	known, found = c.tokens[token]
	return known, found, c.turn
}

// put keeps what was read since get returned turn.
func (c *cache) put(token string, known seen, turn int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if turn != c.turn {
		return
	}
	if c.tokens == nil {
		c.tokens = map[string]seen{}
	}
	c.tokens[token] = known
}

func (c *cache) forget(token string) {
	if token == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.tokens, token)
	c.turn++
}

func (c *cache) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tokens = nil
	c.turn++
}
