package bridgetest

// events is what the host tells the page.
func events() []Scenario {
	return []Scenario{
		{
			Name: "on, once and off",
			JS: `
				const seen = [];
				const listener = (name) => (data) => seen.push(name + data);
				const [a, b] = [listener('a'), listener('b')];
				qing.on('news', a);
				qing.on('news', { success: b });
				qing.once('news', listener('once'));
				qing.once('news', { success: listener('object') });
				qing.on('other', listener('other'));
				const emit = (data) => qing.call('test.emit', { event: 'news', data });
				await emit(1);
				qing.off('news', a);
				await emit(2);
				qing.off('news');
				await emit(3);
				qing.on('news', a);
				await emit(4);
				return seen;`,
			Want: `["a1","b1","once1","object1","b2","a4"]`,
		},
		{
			Name: "trigger stays in the page",
			JS: `
				const seen = [];
				qing.on('news', (data) => seen.push(data));
				qing.trigger('news', { n: 1 });
				qing.trigger('news');
				qing.trigger('nobody listens');
				await qing.call('test.emit', { event: 'news', data: { n: 2 } });
				return seen;`,
			Want:  `[{"n":1},null,{"n":2}]`,
			After: onlyOneCall,
		},
		{
			Name: "a listener that throws holds up none",
			JS: `
				const seen = [];
				qing.on('news', () => { throw new Error('the page throws this'); });
				qing.on('news', (data) => seen.push(data));
				await qing.call('test.emit', { event: 'news', times: 3 });
				return seen;`,
			Want: `[0,1,2]`,
		},
		{
			Name: "many events keep their order",
			JS: `
				const seen = [];
				qing.on('news', (data) => seen.push(data));
				await qing.call('test.emit', { event: 'news', times: 3000 });
				return [seen.length, seen.every((n, i) => n === i)];`,
			Want: `[3000,true]`,
		},
		{
			Name: "events are objects on every client", Profiles: both,
			JS: `
				const seen = [];
				qing.on('news', (data) => seen.push(data));
				await qing.call('test.emit', { event: 'news', data: { success: 'true', list: [1] } });
				await qing.call('test.emit', { event: 'news', data: '{"success":"true"}' });
				return seen;`,
			Want: `[{"success":"true","list":[1]},"{\"success\":\"true\"}"]`,
		},
		{
			Name: "a screen over the page",
			JS: `
				const seen = [];
				qing.on('disappear', () => seen.push('disappear'));
				qing.on('appear', () => seen.push('appear'));
				await qing.call('test.cover');
				return seen;`,
			Want: `["disappear","appear"]`,
		},
		{
			Name: "config sends events on to the document",
			JS: `
				const seen = [];
				document.addEventListener('news', (event) => seen.push(event.data));
				qing.config({ jsEventList: ['news'] });
				qing.config();
				await qing.call('test.emit', { event: 'news', data: 7 });
				return seen;`,
			Want: `[7]`,
		},
	}
}
