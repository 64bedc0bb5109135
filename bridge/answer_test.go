package bridge_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"

	"qinghost/bridge"
)

type turned struct {
	bridge.Whole
	Success string `json:"success"`
	Data    *none  `json:"data,omitempty"`
}

// A result that is the whole answer is sent as it is; a failure of the same method has the usual envelope.
func TestWholeAnswer(t *testing.T) {
	var err error
	h := bridge.NewHost(bridge.Define("rotateUI", "转", func(context.Context, none) (turned, error) { return turned{Success: "true"}, err }))
	p := open(t, h)
	call := func() string {
		id := p.call("rotateUI", "")
		for {
			if m := p.next(); m.ID == id && m.Method == "" {
				return string(m.Result)
			}
		}
	}
	assert.Equal(t, `{"success":"true"}`, call())
	err = bridge.Errorf(bridge.Failed, "转不了")
	assert.Equal(t, `{"success":"false","error":"转不了","errorCode":"1","data":{}}`, call())
	assert.True(t, bridge.IsWhole(reflect.TypeFor[turned]()))
	assert.False(t, bridge.IsWhole(reflect.TypeFor[none]()))
}

// A call that the client passes over has no callback, and says why to whoever looks.
func TestIgnoredCall(t *testing.T) {
	h := bridge.NewHost(echo(), bridge.Define("selectFile", "选", func(context.Context, none) (none, error) {
		return none{}, bridge.Ignored("已打开一个界面")
	}))
	p := open(t, h)
	p.call("selectFile", "")
	m := p.next()
	assert.Equal(t, "$/unanswered", m.Method)
	assert.JSONEq(t, `{"id":1,"message":"已打开一个界面"}`, string(m.Params))
	record := lastCall(t, h, "selectFile")
	assert.Equal(t, []any{bridge.CallUnanswered, "已打开一个界面"}, []any{record.State, record.Note})
	p.answered(p.call("echo", "{}"))
}
