package headless

import (
	"slices"
	"sync"

	"github.com/dop251/goja"
)

// storageQuota is how much one origin's localStorage, or a page's sessionStorage, holds: 5 Mi UTF-16 units of names and
// values, as in Chromium.
const storageQuota = 5 << 20

// Storage is the localStorage of every origin. Pages that get the same one by their Options share it; there are no storage
// events.
type Storage struct {
	mu    sync.Mutex
	areas map[string]*area
}

// area returns the localStorage of an origin; a nil Storage gives an empty one.
func (s *Storage) area(origin string) *area {
	if s == nil {
		return new(area)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.areas[origin] == nil {
		if s.areas == nil {
			s.areas = map[string]*area{}
		}
		s.areas[origin] = new(area)
	}
	return s.areas[origin]
}

// area holds names and values, in the order in which they were first set.
type area struct {
	mu    sync.Mutex
	names []string
	items map[string][]uint16 // UTF-16, for what scripts pack into strings need not be text
	size  int
}

func (a *area) get(name string) ([]uint16, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	value, is := a.items[name]
	return value, is
}

// set says whether there was room.
func (a *area) set(name string, value []uint16) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	old, is := a.items[name]
	grown := len(value) - len(old)
	if !is {
		grown += len(name)
	}
	if grown > 0 && a.size+grown > storageQuota {
		return false
	}
	if a.items == nil {
		a.items = map[string][]uint16{}
	}
	if !is {
		a.names = append(a.names, name)
	}
	a.items[name] = value
	a.size += grown
	return true
}

func (a *area) remove(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	value, is := a.items[name]
	if !is {
		return
	}
	delete(a.items, name)
	a.names = slices.DeleteFunc(a.names, func(n string) bool { return n == name })
	a.size -= len(name) + len(value)
}

func (a *area) clear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.names, a.items, a.size = nil, nil, 0
}

func (a *area) keys() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.names)
}

// storageObject is a Storage object of the page.
func (p *Page) storageObject(a *area) any {
	rt := p.loop.rt
	o := rt.NewDynamicObject(&storageProperties{page: p, area: a})
	if err := o.SetPrototype(p.part("place").Get("Storage").ToObject(rt).Get("prototype").ToObject(rt)); err != nil {
		panic(err)
	}
	return o
}

// storageProperties are the items of an area as properties; the methods of Storage go before them.
type storageProperties struct {
	page *Page
	area *area
}

var storageMethods = []string{"getItem", "setItem", "removeItem", "clear", "key", "length", "constructor", "toString",
	"hasOwnProperty", "valueOf", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString"}

// Get implements goja.DynamicObject.
func (s *storageProperties) Get(name string) goja.Value {
	if slices.Contains(storageMethods, name) {
		return nil
	}
	if value, is := s.area.get(name); is {
		return goja.StringFromUTF16(value)
	}
	return nil
}

// Set implements goja.DynamicObject.
func (s *storageProperties) Set(name string, value goja.Value) bool {
	if slices.Contains(storageMethods, name) {
		return false
	}
	s.page.store(s.area, name, value)
	return true
}

// store keeps an item, or throws as a full storage does.
func (p *Page) store(a *area, name string, value goja.Value) {
	if !a.set(name, unitsOf(value)) {
		p.fail("QuotaExceededError", "Storage.setItem: 超出了 5 MiB 的配额, 没有存下 "+quote(name))
	}
}

// Has implements goja.DynamicObject.
func (s *storageProperties) Has(name string) bool {
	_, is := s.area.get(name)
	return is && !slices.Contains(storageMethods, name)
}

// Delete implements goja.DynamicObject.
func (s *storageProperties) Delete(name string) bool {
	s.area.remove(name)
	return true
}

// Keys implements goja.DynamicObject.
func (s *storageProperties) Keys() []string {
	return slices.DeleteFunc(s.area.keys(), func(name string) bool { return slices.Contains(storageMethods, name) })
}

// areaOf returns the area behind a Storage object.
func areaOf(value goja.Value) *area {
	if properties, is := value.Export().(*storageProperties); is {
		return properties.area
	}
	return new(area)
}
