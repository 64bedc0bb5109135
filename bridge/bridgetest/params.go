package bridgetest

import "github.com/stretchr/testify/assert"

// outcome is JavaScript that makes calls which cannot go out, and says how each ended.
const outcome = `
	const outcome = async (...args) => {
		const seen = [];
		const note = (name) => (r) => seen.push(name + ' ' + r.success + ' ' + r.errorCode);
		if (typeof args[1] === 'object' && args[1]) Object.assign(args[1], { success: note('success'), complete: note('complete'), error: note('error') });
		const end = await qing.call(...args).then(() => 'resolved', (error) => (error instanceof Error) + ' ' + error.code);
		return [...seen, end].join(', ');
	};`

// params is what a page may pass to qing.call.
func params() []Scenario {
	return []Scenario{
		{
			Name: "calls that cannot go out fail on ios", JS: outcome + badCalls,
			Want:  `["true 90002","true 90002","true 90002","true 90002",` + failsIOS + `,` + failsIOS + `,` + failsIOS + `,{"n":1}]`,
			After: onlyOneCall,
		},
		{
			Name: "calls that cannot go out fail on android", Profiles: []string{"android"}, JS: outcome + badCalls,
			Want:  `["true 90002","true 90002","true 90002","true 90002",` + failsAndroid + `,` + failsAndroid + `,` + failsAndroid + `,{"n":1}]`,
			After: onlyOneCall,
		},
		{
			Name: "a call that cannot go out leaves no rejection to a page that does not look",
			JS: `
				const rejections = [];
				addEventListener('unhandledrejection', (e) => rejections.push(1));
				let heard = 0;
				qing.call(undefined, { success: () => heard++ });
				await qing.call('test.echo');
				await new Promise((done) => setTimeout(done, 0));
				return [heard, rejections];`,
			Want: `[1,[]]`,
		},
		{
			Name: "parameters that are left out", Profiles: both,
			JS: `
				const data = async (...params) => (await qing.call('test.echo', ...params)).data;
				return [await data(), await data(undefined), await data(null), await data({}), await data(() => 1), await data(Symbol.iterator)];`,
			Want: `[{},{},{},{},{},{}]`,
		},
		{
			Name: "parameters are what JSON makes of them",
			JS: `
				const given = { a: undefined, f() {}, s: Symbol(), b: 1, n: NaN, d: new Date(0), list: [undefined, () => 1], own: { toJSON: () => 'own' },
					success: 'no function', complete: 7, error: {} };
				const { data } = await qing.call('test.echo', given);
				return data;`,
			Want: `{"b":1,"n":null,"d":"1970-01-01T00:00:00.000Z","list":[null,null],"own":"own"}`,
		},
		{
			Name: "parameters that are no object", Profiles: both,
			JS: `
				const data = async (name, params) => (await qing.call(name, params)).data;
				return [await data('test.bare', '标题'), await data('test.echo', [1, { success: 2 }]), await data('test.echo', 7),
					await data('test.echo', false), await data('test.echo', '')];`,
			Want: `["标题",[1,{"success":2}],7,false,""]`,
		},
		{
			Name: "a parameter of the wrong type is named",
			JS: `
				const error = async (params) => { const r = await qing.call('test.typed', params); return r.errorCode + ' ' + r.error; };
				return [await error({ count: '3' }), await error({ title: 1 }), await error('x'), await error({ count: 3 })];`,
			Want: `["90001 参数 count 类型不对: 应为数字, 收到字符串","90001 参数 title 类型不对: 应为字符串, 收到数字",` +
				`"90001 参数应为一个对象, 如 {…}, 收到字符串","0 "]`,
		},
		{
			Name: "the page's objects are left as they were",
			JS: `
				const given = Object.freeze({ n: 1, success: Object.freeze(() => 1) });
				await qing.call('test.echo', given);
				return Object.keys(given);`,
			Want: `["n","success"]`,
		},
		{
			Name: "every character arrives", Profiles: both,
			JS: `
				let text = '云之家 \u{1F600} </script><!-- ]]> \u2028 \u2029 \ufeff \ufffd \x00 \x7f \\ " \' \` + "`" + ` \r\n\t \u0085 %00 ';
				for (let n = 0; n < 256; n++) text += String.fromCharCode(n);
				const { data } = await qing.call('test.echo', { ['key ' + text]: text });
				return Object.keys(data).length === 1 && data['key ' + text] === text;`,
			Want: `true`,
		},
		{
			// goja's JSON.parse makes it U+FFFD; browsers keep it.
			Name: "half a surrogate pair breaks nothing", Profiles: both,
			JS: `
				const { data } = await qing.call('test.echo', { text: '\udc00 alone \ud800' });
				return data.text.replace(/[\ud800-\udfff\ufffd]/g, '?');`,
			Want: `"? alone ?"`,
		},
		{
			Name: "five MiB each way", Profiles: both,
			JS: `
				const unit = '云之家 a\u2028</script>\u{1F600}"\\\n'; // 30 bytes
				const text = unit.repeat(Math.floor((5 << 20) / 30));
				const [sent, made, after] = await Promise.all([qing.call('test.echo', { text }), qing.call('test.big', 5), qing.call('test.echo', { n: 1 })]);
				return [text.length, sent.data.text === text, made.data === text, after.data.n];`,
			Want: `[3495240,true,true,1]`,
		},
	}
}

const (
	badCalls = `
		const cycle = {};
		cycle.cycle = cycle;
		return [await outcome(), await outcome(7), await outcome(''), await outcome(null), await outcome({}, {}), await outcome('test.echo', cycle),
			await outcome('test.echo', { n: BigInt(1) }), (await qing.call('test.echo', { n: 1 })).data];`
	failsIOS     = `"success false 90002, complete false 90002, true 90002"`
	failsAndroid = failsIOS // false as text, and false itself, read the same
)

func onlyOneCall(b *Bench) { assert.Len(b, b.Host.Log.After(0, ""), 1) }
