package headless

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/file"
	"github.com/dop251/goja/parser"
)

// FaultKind says how a fault came about.
type FaultKind string

const (
	Exception FaultKind = "exception" // thrown, and not caught
	Rejection FaultKind = "rejection" // of a promise that nobody handled
	Interrupt FaultKind = "interrupt" // a script ran too long; the page has ended with it
	Memory    FaultKind = "memory"    // more than Options.MemoryLimit; the page has ended with it
	Overflow  FaultKind = "overflow"  // of the stack; the page has ended with it
	Panic     FaultKind = "panic"     // of Go code under the script; the page has ended with it
)

// Fault is what went wrong in a script.
type Fault struct {
	Kind    FaultKind
	Message string // "TypeError: …", or the short form of what was thrown if that is no Error
	// Stack says where, one "    at function (file:line:column)" a line, innermost first, in the files that source maps name,
	// without qinghost's own scripts; then the error's cause and the errors of an AggregateError. Empty if unknown.
	Stack string
	// File, Line and Column are the first place in the user's own code; empty if there is none.
	File         string
	Line, Column int
	Cause        error // why a script was interrupted
}

// Error returns the message and, on lines of its own, the stack.
func (f *Fault) Error() string {
	if f.Stack == "" {
		return f.Message
	}
	return f.Message + "\n" + f.Stack
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// thrown makes a fault of what goja returned. What no script can catch ends the page: goja does not clear its stack when an
// async function is torn off in the middle, and then never runs another microtask.
func (l *loop) thrown(err error) *Fault {
	var exception *goja.Exception
	var interrupted *goja.InterruptedError
	var overflow *goja.StackOverflowError
	switch {
	case errors.As(err, &interrupted):
		cause, _ := interrupted.Value().(error)
		f := &Fault{Kind: Interrupt, Message: fmt.Sprintf("脚本运行太久, 已中断, 页面随之结束: %v", cause), Cause: cause}
		if errors.Is(cause, ErrMemory) {
			f.Kind, f.Message = Memory, cause.Error()+", 脚本已中断, 页面随之结束"
		}
		l.maps.locate(f, interrupted.String())
		l.stop(f)
		return f
	case errors.As(err, &overflow):
		f := &Fault{Kind: Overflow, Message: "RangeError: 调用层数太多, 可能是无穷递归, 页面随之结束"}
		l.maps.locate(f, overflow.String())
		f.Stack = firstLines(f.Stack, 10)
		l.stop(f)
		return f
	case errors.As(err, &exception):
		f := l.fault(Exception, exception.Value())
		if f.Stack == "" { // no Error was thrown, but goja knows where
			l.maps.locate(f, exception.String())
		}
		return f
	default:
		return l.maps.syntaxFault(err)
	}
}

// syntaxFault makes a fault of what the parser or the compiler refused.
func (m *maps) syntaxFault(err error) *Fault {
	f := &Fault{Kind: Exception, Message: err.Error()}
	var unparsed parser.ErrorList
	var uncompiled *goja.CompilerSyntaxError
	switch {
	case errors.As(err, &unparsed) && len(unparsed) > 0:
		f.Message = "SyntaxError: " + unparsed[0].Message
		m.place(f, unparsed[0].Position)
	case errors.As(err, &uncompiled) && uncompiled.File != nil:
		f.Message = "SyntaxError: " + uncompiled.Message
		m.place(f, uncompiled.File.Position(uncompiled.Offset))
	}
	return f
}

func (m *maps) place(f *Fault, at file.Position) {
	m.locate(f, fmt.Sprintf("at %s:%d:%d", at.Filename, at.Line, at.Column))
}

// locate fills in where a fault came about, of goja's stack.
func (m *maps) locate(f *Fault, stack string) {
	places := m.trace(stack)
	f.Stack = stackText(places)
	if i := slices.IndexFunc(places, Place.own); i >= 0 {
		f.File, f.Line, f.Column = places[i].File, places[i].Line, places[i].Column
	}
}

// stackText writes places one a line, without those in our own scripts unless there are no others.
func stackText(places []Place) string {
	if slices.ContainsFunc(places, Place.own) {
		places = slices.DeleteFunc(slices.Clone(places), func(p Place) bool { return strings.HasPrefix(p.File, ours) })
	}
	lines := make([]string, len(places))
	for i, p := range places {
		lines[i] = "    " + p.String()
	}
	return strings.Join(lines, "\n")
}

// rejection makes a fault of what a promise was rejected with.
func (l *loop) rejection(reason goja.Value) *Fault { return l.fault(Rejection, reason) }

// fault makes a fault of a value that was thrown.
func (l *loop) fault(kind FaultKind, thrown goja.Value) *Fault {
	f := &Fault{Kind: kind}
	if object, is := thrown.(*goja.Object); is && object.ClassName() == "Error" {
		// Reading may run the page's code, which may throw.
		if l.rt.Try(func() { l.describe(f, object) }) == nil {
			return f
		}
	}
	f.Message = l.inspect(thrown)
	return f
}

// describe fills in what an Error says: its message, its stack and the errors that it brings along.
func (l *loop) describe(f *Fault, object *goja.Object) {
	if stack := object.Get("stack"); stack != nil {
		l.maps.locate(f, stack.String())
	}
	f.Message = object.String()
	f.Stack = strings.TrimPrefix(f.Stack+l.related(object, mostRelated), "\n")
}

// mostRelated is how deep causes are followed; they may go in a circle.
const mostRelated = 5

// related describes an Error's cause and, of an AggregateError, its errors, with their stacks.
func (l *loop) related(object *goja.Object, depth int) string {
	if depth == 0 {
		return ""
	}
	var b strings.Builder
	tell := func(label string, value goja.Value) {
		text := l.inspect(value)
		if inner, is := value.(*goja.Object); is && inner.ClassName() == "Error" {
			text = inner.String()
			if stack := inner.Get("stack"); stack != nil {
				if at := stackText(l.maps.trace(stack.String())); at != "" {
					text += "\n" + at
				}
			}
			text += l.related(inner, depth-1)
		}
		b.WriteString("\n  [" + label + "] " + strings.ReplaceAll(text, "\n", "\n  "))
	}
	if cause := object.Get("cause"); cause != nil && !goja.IsUndefined(cause) {
		tell("cause", cause)
	}
	if list, is := object.Get("errors").(*goja.Object); is && list.ClassName() == "Array" {
		for i := range min(list.Get("length").ToInteger(), inspectItems) {
			tell("errors "+strconv.FormatInt(i, 10), list.Get(strconv.FormatInt(i, 10)))
		}
	}
	return b.String()
}

func firstLines(text string, most int) string {
	lines := strings.Split(text, "\n")
	if len(lines) <= most {
		return text
	}
	return strings.Join(lines[:most], "\n") + "\n    …"
}

// panicked makes a fault of a panic of Go code.
func panicked(r any, stack []byte) *Fault {
	cause, _ := r.(error)
	return &Fault{Kind: Panic, Message: fmt.Sprintf("qinghost 内部错误: %v", r), Stack: string(stack), Cause: cause}
}
