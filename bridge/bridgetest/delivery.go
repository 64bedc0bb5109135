package bridgetest

import (
	"encoding/json"
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

// callbacks is JavaScript that calls a method with all three callbacks and returns what each of them got.
const callbacks = `
	const seen = [];
	const same = new Set();
	const watch = (name) => (result) => (seen.push(name), same.add(result));
	const call = async (name, params) => {
		let returned = false;
		const got = (which) => (result) => watch(returned ? which : which + ' at once')(result);
		const promise = qing.call(name, { ...params, success: got('success'), complete: got('complete'), error: got('error') });
		returned = true;
		const result = await promise;
		seen.push('promise');
		same.add(result);
		return { seen, same: same.size === 1, result };
	};`

// delivery is how an answer reaches the page.
func delivery() []Scenario {
	return []Scenario{
		{
			Name: "success on ios", JS: callbacks + `return call('test.echo', { a: 1 });`,
			Want: `{"seen":["success","complete","promise"],"same":true,"result":{"success":"true","error":"","errorCode":"0","data":{"a":1}}}`,
		},
		{
			Name: "success on android", Profiles: []string{"android"}, JS: callbacks + `return call('test.echo', { a: 1 });`,
			Want: `{"seen":["success","complete","promise"],"same":true,"result":{"success":true,"error":"","errorCode":"0","data":{"a":1}}}`,
		},
		{
			Name: "a coded failure on ios", JS: callbacks + `return call('test.fail', { code: '1003', message: '没有权限' });`,
			Want: `{"seen":["success","complete","promise"],"same":true,"result":{"success":"false","error":"没有权限","errorCode":"1003","data":{}}}`,
		},
		{
			Name: "a coded failure on android", Profiles: []string{"android"},
			JS:   callbacks + `return call('test.fail', { code: '1003', message: '没有权限' });`,
			Want: `{"seen":["success","complete","promise"],"same":true,"result":{"success":false,"error":"没有权限","errorCode":"1003","data":{}}}`,
		},
		{
			Name: "a failure without a code gives nothing away", JS: callbacks + `return (await call('test.plain')).result;`,
			Want:  `{"success":"false","error":"qinghost 内部错误, 详情见终端日志","errorCode":"90000","data":{}}`,
			After: func(b *Bench) { assert.Contains(b, b.logs.String(), secret) },
		},
		{
			Name: "a panic is a failed call, and the next one works",
			JS: callbacks + `
				const failed = (await call('test.panic')).result;
				return [failed, (await qing.call('test.echo', { n: 1 })).data];`,
			Want: `[{"success":"false","error":"qinghost 内部错误, 详情见终端日志","errorCode":"90000","data":{}},{"n":1}]`,
			After: func(b *Bench) {
				assert.Contains(b, b.logs.String(), secret)
				assert.Contains(b, b.logs.String(), "apis.go", "the stack")
			},
		},
		{
			Name: "an unknown method is never answered", Profiles: both,
			JS: callbacks + `
				const unknown = call('test.ecco', { n: 1 }).then(() => 'answered');
				const known = qing.call('test.echo', { n: 1 }).then(() => 'nothing');
				return [await Promise.race([unknown, known]), seen];`,
			Want: `["nothing",[]]`,
			After: func(b *Bench) {
				assert.Equal(b, []bridge.CallState{bridge.CallUnanswered}, b.states("test.ecco"))
				assert.Contains(b, b.Host.Log.After(0, "test.ecco")[0].Note, "test.echo", "the suggestion")
			},
		},
		{
			Name: "a silent method calls no callback", JS: callbacks + `
				const { result } = await call('test.silent', {});
				return [result === undefined, seen];`,
			Want:  `[true,["promise"]]`,
			After: func(b *Bench) { assert.Equal(b, []bridge.CallState{bridge.CallDone}, b.states("test.silent")) },
		},
		{
			Name: "a silent method that fails does", JS: callbacks + `return (await call('test.silentFail', { code: '1', message: '失败' })).seen;`,
			Want: `["success","complete","promise"]`,
		},
		{
			Name: "a callback fires many times", Profiles: both,
			JS: `
				const seen = [];
				const promise = qing.call('test.repeat', { times: 4, success: (r) => seen.push(r.data.n), complete: (r) => seen.push(r.data.n) });
				const { data } = await promise;
				await qing.call('test.echo');
				return [data, seen];`,
			Want: `[{"n":1},[1,1,2,2,3,3,4,4]]`,
		},
		{
			Name: "an answer that is delivered twice", Profiles: both, Rules: map[string]bridge.Rule{"test.echo": {Twice: true}},
			JS: callbacks + `
				await call('test.echo', { n: 1 });
				await qing.call('test.note', 1);
				return seen.filter((name) => name !== 'promise'); // which comes after the first, or after both
				`,
			Want: `["success","complete","success","complete"]`,
		},
		{
			Name: "a call that is never answered holds up none", Rules: map[string]bridge.Rule{"test.echo": {Never: true}},
			JS: callbacks + `
				const never = call('test.echo', { n: 1 }).then(() => 'answered');
				return [await Promise.race([never, qing.call('test.note', 1).then(() => 'nothing')]), seen];`,
			Want: `["nothing",[]]`,
			After: func(b *Bench) {
				b.until("the call is through", func() bool { return !slices.Contains(b.states("test.echo"), bridge.CallOpen) })
				assert.Equal(b, []bridge.CallState{bridge.CallUnanswered}, b.states("test.echo"))
			},
		},
		{
			Name: "a scripted failure", Rules: map[string]bridge.Rule{"test.echo": {Fail: bridge.Errorf("1003", "没有权限")}},
			JS:   `return (await qing.call('test.echo', { n: 1 }));`,
			Want: `{"success":"false","error":"没有权限","errorCode":"1003","data":{}}`,
		},
		{
			Name: "a callback that throws holds up none", Profiles: both,
			JS: `
				const seen = [];
				const throws = (what) => () => { seen.push(what); throw new Error('the page throws this'); };
				const calls = [
					qing.call('test.echo', { n: 1, success: throws('success') }),
					qing.call('test.echo', { n: 2, complete: throws('complete'), success: () => seen.push('before') }),
					qing.call('test.echo', { n: 3, success: () => seen.push('other') }),
				];
				XuntongJSBridge.call('test.echo', { n: 4 }, throws('xuntong'));
				const numbers = (await Promise.all(calls)).map((r) => r.data.n);
				await qing.call('test.echo');
				return [seen, numbers];`,
			Want: `[["success","before","complete","other","xuntong"],[1,2,3]]`,
		},
		{
			Name: "the log has what was said",
			JS:   `return (await qing.call('test.typed', { title: '周会', count: 2, success() {} })).data;`,
			Want: `{"title":"周会","count":2}`,
			After: func(b *Bench) {
				all := b.Host.Log.After(0, "test.typed")
				require.Len(b, all, 1)
				text, err := json.Marshal(all[0])
				require.NoError(b, err)
				assert.Contains(b, string(text), `"page":"p1","method":"test.typed","params":{"title":"周会","count":2},`+
					`"result":{"success":"true","error":"","errorCode":"0","data":{"title":"周会","count":2}},"state":"done"`)
			},
		},
	}
}
