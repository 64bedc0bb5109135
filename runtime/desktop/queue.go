//go:build desktop

package desktop

import (
	"context"
	"iter"
	"sync"
)

// queue holds texts until they are taken, in order and without limit, so that put never waits.
type queue struct {
	mu    sync.Mutex
	texts []string
	ready chan struct{} // holds one token while there is something to take
}

func newQueue() *queue { return &queue{ready: make(chan struct{}, 1)} }

func (q *queue) put(text string) {
	q.mu.Lock()
	q.texts = append(q.texts, text)
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// all yields the texts as they come, until ctx ends.
func (q *queue) all(ctx context.Context) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			select {
			case <-q.ready:
			case <-ctx.Done():
				return
			}
			q.mu.Lock()
			texts := q.texts
			q.texts = nil
			q.mu.Unlock()
			for _, text := range texts {
				if ctx.Err() != nil || !yield(text) {
					return
				}
			}
		}
	}
}
