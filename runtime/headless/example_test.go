package headless_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"qinghost/bridge"
	"qinghost/bridge/scenario"
	"qinghost/jsapi"
	"qinghost/runtime/headless"
)

// app is a page's script, as a light app has it.
const app = `
async function start(groupId) {
	const result = await qing.call('createVoiceMeeting', groupId ? { groupId } : {});
	if (String(result.success) === 'true') return '已发起';
	return result.error.includes('取消') ? '已取消' : '失败: ' + result.errorCode;
}`

// Load a page's script, call a function of it, look at the calls. A scenario answers the person picker: a cancel the first
// time, then two colleagues. In a test, t.Context() and require take the place of log.Fatal.
func Example() {
	ctx := context.Background()
	host, end, err := jsapi.Demo(ctx)
	if err != nil {
		log.Fatal(err)
	}
	defer end()
	people, err := scenario.Read("people", []byte(`answers: {personPicker: [cancel, {people: [沈砚舟, 查远樵]}]}`))
	if err != nil {
		log.Fatal(err)
	}
	host.SetScript(people)
	page, err := headless.New(ctx, host, headless.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer page.Close()

	fmt.Println(page.Run(ctx, "app.js", app))
	fmt.Println(page.Eval(ctx, `return start('0fcdff6e442689aeb9071e1c')`))
	fmt.Println(page.Eval(ctx, `return start()`))
	for _, call := range host.Log.After(0, "createVoiceMeeting") {
		fmt.Println(call.State, string(call.Params))
	}
	// Output:
	// <nil>
	// "已取消" <nil>
	// "已发起" <nil>
	// done {"groupId":"0fcdff6e442689aeb9071e1c"}
	// done {}
}

// One's own methods need neither the demo team nor a database. Three seconds of the page's time pass at once: the clock is
// virtual. The android client gives success as a boolean.
func Example_ownMethod() {
	ctx := context.Background()
	type params struct {
		Price float64 `json:"price"`
	}
	host := bridge.NewHost(bridge.Define("pay", "付款", func(_ context.Context, p params) (string, error) {
		if p.Price > 100 {
			return "", bridge.Errorf("2001", "超过限额")
		}
		return "单号 1", nil
	}))
	host.Clock = bridge.NewVirtualClock(time.Now())
	host.Profile, _ = bridge.ProfileNamed("android")
	page, err := headless.New(ctx, host, headless.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer page.Close()

	paid, err := page.Eval(ctx, `
		await new Promise((later) => setTimeout(later, 3000));
		return [await qing.call('pay', { price: 9.9 }), await qing.call('pay', { price: 999 })]`)
	if err != nil {
		log.Fatal(err)
	}
	var results []struct {
		Success   bool
		ErrorCode string
		Error     string
	}
	if err := json.Unmarshal([]byte(paid), &results); err != nil {
		log.Fatal(err)
	}
	fmt.Println(results)
	// Output: [{true 0 } {false 2001 超过限额}]
}

// What a script throws says where.
func ExamplePage_Run() {
	ctx := context.Background()
	page, err := headless.New(ctx, bridge.NewHost(), headless.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer page.Close()
	fmt.Println(page.Run(ctx, "app.js", "let groups;\nfor (const group of groups.list) {}"))
	// Output:
	// TypeError: Cannot read property 'list' of undefined
	//     at app.js:2:28
}
