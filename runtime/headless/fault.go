package headless

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// FaultKind says how a fault came about.
type FaultKind string

const (
	Exception FaultKind = "exception" // thrown, and not caught
	Rejection FaultKind = "rejection" // of a promise that nobody handled
	Interrupt FaultKind = "interrupt" // a script ran too long; the page has ended with it
	Overflow  FaultKind = "overflow"  // of the stack; the page has ended with it
	Panic     FaultKind = "panic"     // of Go code under the script; the page has ended with it
)

// Fault is what went wrong in a script.
type Fault struct {
	Kind    FaultKind
	Message string // "TypeError: …", or the short form of what was thrown if that is no Error
	Stack   string // where, one "at function (file:line:column)" a line; empty if unknown
	Cause   error  // why a script was interrupted
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
		_, stack := splitStack(interrupted.String())
		f := &Fault{Kind: Interrupt, Message: fmt.Sprintf("脚本运行太久, 已中断, 页面随之结束: %v", cause), Stack: stack, Cause: cause}
		l.stop(f)
		return f
	case errors.As(err, &overflow):
		_, stack := splitStack("\n" + overflow.String())
		f := &Fault{Kind: Overflow, Message: "RangeError: 调用层数太多, 可能是无穷递归, 页面随之结束", Stack: firstLines(stack, 10)}
		l.stop(f)
		return f
	case errors.As(err, &exception):
		f := l.fault(Exception, exception.Value())
		if f.Stack == "" { // no Error was thrown, but goja knows where
			_, f.Stack = splitStack(exception.String())
		}
		return f
	default: // a syntax error
		return &Fault{Kind: Exception, Message: err.Error()}
	}
}

// rejection makes a fault of what a promise was rejected with.
func (l *loop) rejection(reason goja.Value) *Fault { return l.fault(Rejection, reason) }

// fault makes a fault of a value that was thrown.
func (l *loop) fault(kind FaultKind, thrown goja.Value) *Fault {
	f := &Fault{Kind: kind}
	if object, is := thrown.(*goja.Object); is && object.ClassName() == "Error" {
		// Reading may run the page's code, which may throw.
		if l.rt.Try(func() { f.Message, f.Stack = describeError(object) }) == nil {
			return f
		}
	}
	f.Message = inspect(l.rt, thrown)
	return f
}

// describeError returns "name: message" and the stack of an Error.
func describeError(object *goja.Object) (message, stack string) {
	if text := object.Get("stack"); text != nil {
		_, stack = splitStack(text.String())
	}
	return object.String(), stack
}

// splitStack divides goja's text of an error from the stack that follows it.
func splitStack(text string) (message, stack string) {
	message, stack, _ = strings.Cut(text, "\n\tat ")
	if stack == "" {
		return message, ""
	}
	lines := strings.Split(strings.TrimSpace("at "+stack), "\n")
	for i, line := range lines {
		lines[i] = "    " + strings.TrimSpace(line)
	}
	return message, strings.Join(lines, "\n")
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
