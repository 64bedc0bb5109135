package bridgetest

import "github.com/stretchr/testify/assert"

// library is what else a page finds on qing and XuntongJSBridge.
func library() []Scenario {
	return []Scenario{
		{
			Name: "what a page finds on ios", JS: found,
			Want: `[true,true,false,true,false,true,"string","function","function","function",true]`,
		},
		{
			Name: "what a page finds on android", Profiles: []string{"android"}, JS: found,
			Want: `[true,true,false,false,true,true,"string","function","function","function",true]`,
		},
		{
			Name: "XuntongJSBridge on ios", JS: xuntong,
			Want: `[[null,"true",{"n":1}],[null,"true",{"n":2}],[null,"false","1003"],["with success","true"]]`,
		},
		{
			Name: "XuntongJSBridge on android", Profiles: []string{"android"}, JS: xuntong,
			Want: `[[null,true,{"n":1}],[null,true,{"n":2}],[null,false,"1003"],["with success",true]]`,
		},
		{
			Name: "XuntongJSBridge without callback or parameters",
			JS: `
				XuntongJSBridge.call('test.note', 1);
				XuntongJSBridge.invoke('test.note', '标题');
				XuntongJSBridge.call('test.note');
				const r = await new Promise((done) => XuntongJSBridge.call('test.noted', undefined, done));
				XuntongJSBridge.handleMessageFromXT(123456, '{"success":"true"}'); // of no call
				return r.data;`,
			Want: `[1,"标题",null]`,
		},
		{
			Name: "ready calls later, each time",
			JS: `
				const seen = [];
				qing.ready(() => seen.push('first'));
				qing.ready(() => { throw new Error('the page throws this'); });
				seen.push('here');
				await new Promise((done) => qing.ready(done));
				return seen;`,
			Want: `["here","first"]`,
		},
		{
			Name: "what the vendor's library adds to an answer", Profiles: []string{"ios", "android-early", "desktop-0.0.3"},
			JS: `return new Promise((done) => qing.call('test.bare', {
				success: (r, more) => { if (more.code !== 200 || more.data !== r) done('success'); },
				complete: (r, more) => done([more.code, more.data === r]),
			}));`,
			Want: `[200,true]`,
		},
		{
			Name: "on the desktop the client answers itself", Profiles: []string{"desktop"},
			JS:   `return new Promise((done) => qing.call('test.bare', { complete: (...all) => done(all[1] === undefined) }));`,
			Want: `true`,
		},
		{
			Name: "a client without storage", Profiles: []string{"ios@0.9.50", "desktop"}, JS: `
				const call = async (name, params) => { const { success, data } = await qing.call('storage.' + name, params); return success && data; };
				localStorage.setItem('页面自己的', '1');
				return [
					await call('setItem', { key: '草稿', value: '周会' }), localStorage.getItem('clientStorage_草稿'),
					await call('getItem', { key: '草稿' }), await call('removeItem', { key: '草稿' }), await call('getItem', { key: '草稿' }),
					await call('setItem', { key: 'b', value: 2 }), await call('clear'), await call('getItem', { key: 'b' }),
					localStorage.getItem('页面自己的'),
				];`,
			Want:  `[{},"周会",{"value":"周会"},{},{"value":null},{},{},{"value":null},"1"]`,
			After: func(b *Bench) { assert.Empty(b, b.Host.Log.After(0, "storage.setItem")) },
		},
		{
			Name: "a client without events", Profiles: []string{"android-early", "desktop-0.0.3"}, JS: `
				const seen = [];
				for (const listen of [qing.on, qing.once]) listen('appear', () => seen.push('appear'));
				qing.off('appear');
				qing.trigger('appear');
				await qing.call('test.emit', { event: 'appear', times: 2 });
				return seen;`,
			Want: `[]`,
		},
		{
			Name: "config with debug shows results", JS: `
				const shown = [];
				globalThis.alert = (text) => shown.push(text);
				qing.config({ debug: true });
				await qing.call('test.bare', '周会');
				qing.config({ debug: false });
				await qing.call('test.bare', 'b');
				return shown;`,
			Want: `["test.bare {\"success\":\"true\",\"error\":\"\",\"errorCode\":\"0\",\"data\":\"周会\"}"]`,
		},
		{
			Name: "request is another name of cloudoffice.request", JS: `qing.call('request', { url: 'https://example.com/' });`,
			Want: `null`,
			After: func(b *Bench) {
				b.until("the call", func() bool { return len(b.states("cloudoffice.request")) == 1 })
			},
		},
		{
			Name: "checkVersion",
			JS: `return ['0.9.80', '0.9.79', '0.9.81', '0.10', '0.9', '1', '0.9.80.0', '0.9.080', 0.9, '0.9.100']
				.map((target) => String(qing.checkVersion(target)));`,
			Want: `["true","true","false","false","true","false","undefined","undefined","true","false"]`,
		},
		{
			Name: "checkJsApi answers a name at once",
			JS:   `return [qing.checkJsApi('test.echo'), qing.checkJsApi('test.ecco'), qing.checkJsApi('view.navigation')];`,
			Want: `[true,false,false]`,
		},
	}
}

const (
	found = `return [qing.isReady, qing.isMobile, qing.isDesktop, qing.isIOS, qing.isAndroid, qing.isCloudHub, typeof qing.version,
		typeof XuntongJSBridge.call, typeof XuntongJSBridge.invoke, typeof XuntongJSBridge.handleMessageFromXT,
		/^Qing\/[0-9.]+;/.test(navigator.userAgent)];`
	xuntong = `
		const ask = (how, name, params) => new Promise((done) => {
			const returned = XuntongJSBridge[how](name, params, (r) => done([returned === undefined ? null : returned, r.success, r.errorCode === '0' ? r.data : r.errorCode]));
		});
		const withSuccess = new Promise((done) => {
			let seen = '';
			XuntongJSBridge.call('test.echo', { success: () => (seen = 'with success') }, (r) => done([seen, r.success]));
		});
		return [await ask('call', 'test.echo', { n: 1 }), await ask('invoke', 'test.echo', { n: 2 }),
			await ask('call', 'test.fail', { code: '1003', message: 'x' }), await withSuccess];`
)
