package jsapi

import (
	"sync"

	"qinghost/bridge"
)

// occupied are the pages over which a screen of selectFile, showFile, selectOrg, selectDepts or localFunction stands: while it
// does, the client passes over further calls of these five without a word (reference §1.2, [N]). That was read in iOS code;
// nothing is known of Android's, and as with the other methods of which one phone is known, both are alike here.
type occupied struct {
	mu sync.Mutex
	by map[string]string // the method, by page id
}

// enter opens a screen of the method over the page, until leave is called; once is enough. While another stands, it fails with
// bridge.Ignored.
func (o *occupied) enter(page bridge.Page, method string) (leave func(), err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if by := o.by[page.ID()]; by != "" {
		return nil, bridge.Ignored("本页已打开 " + by + " 的界面: 客户端不理会此时的 " + method + ", 与手机上一样没有回调")
	}
	o.by[page.ID()] = method
	return sync.OnceFunc(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.by, page.ID())
	}), nil
}
