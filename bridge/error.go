package bridge

import (
	"context"
	"errors"
	"fmt"
)

// Code is the errorCode that a page sees, as the client sends it: a string. "0" is success, "1" the vendor's code of
// every failure that has no other (reference: native iOS handler, "获取失败"/"1", "取消选人"/"1"). Five digits that begin
// with 9 are qinghost's own: no code of the vendor is known there.
type Code string

// The codes that every API shares; areas add their own beside their functions.
const (
	OK         Code = "0"     // success
	Failed     Code = "1"     // the vendor's: cancelled, or failed for a reason that has no code
	Internal   Code = "90000" // a fault of the host: the details are in its log
	BadParams  Code = "90001" // a parameter of the wrong type or out of range
	BadMessage Code = "90002" // a message that is no message, or a call that cannot be put into one
	HostGone   Code = "90003" // the host went away while the call was open
	PageGone   Code = "90004" // the page went away while the host asked it
	NoView     Code = "90005" // an answer for a view or a call that is not open, or that the view does not take
	Scripted   Code = "90006" // a failure that a scenario asks for without giving a code
	Strict     Code = "90007" // in strict mode: what the phone would pass over without a word
)

// Error is a failure with a code: it reaches page and HTTP alike. Any other error reaches them as Internal, and its text
// stays in the host's log.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Error returns the message with its code.
func (e *Error) Error() string { return fmt.Sprintf("%s (%s)", e.Message, e.Code) }

// Errorf makes a coded error; the message says what was wrong, where, and what to do.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Coded returns err as a coded error: itself where it carries a code, PageGone for an ended context, otherwise Internal
// with a text that gives nothing away.
func Coded(err error) *Error {
	var coded *Error
	switch {
	case errors.As(err, &coded):
		return coded
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Errorf(PageGone, "页面已离开")
	default:
		return Errorf(Internal, "qinghost 内部错误, 详情见终端日志")
	}
}
