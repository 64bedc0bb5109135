package bridgetest

// FramesPage is a page in which markup makes frames that are calls, and FramesJS makes one in every other way. Each call's id
// comes back once, with what it echoes; FramesWant is what FramesJS returns. The server has to send the policy that keeps the
// browser from opening them.
const FramesPage = `<!doctype html><meta charset=utf-8><body>
	<script>
		seen = [];
		XuntongJSBridge = { handleMessageFromXT: (id, r) => seen.push([id, r.data]) };
	</script>
	<iframe src='xuntong:test.echo:1:"static"'></iframe>
	<div><template shadowrootmode=open><p><template shadowrootmode=open><iframe src='xuntong:test.echo:2:"declared"'></iframe></template></p>
		</template></div>
	<div><template shadowrootmode=closed><iframe src='xuntong:test.echo:99:"out of reach"'></iframe></template></div>
	<iframe srcdoc='<iframe src="xuntong:test.echo:3:%22srcdoc%22"></iframe>'></iframe>
	<template id=template><iframe src='xuntong:test.echo:4:"template"'></iframe></template>
	<script>document.write("<iframe src='xuntong:test.echo:5:" + '"write"' + "'></iframe>")</script>`

// FramesJS is the body of an async function for FramesPage.
const FramesJS = `
	const url = (id, what) => 'xuntong:test.echo:' + id + ':' + encodeURIComponent(JSON.stringify(what));
	const markup = (id, what) => '<p><iframe src="' + url(id, what) + '"></iframe></p>';
	const frame = () => document.createElement('iframe');
	const node = (id, what) => Object.assign(document.createAttribute('src'), { value: url(id, what) });
	const blank = () => document.body.appendChild(frame()).contentDocument;
	const div = () => document.body.appendChild(document.createElement('div'));
	let f = frame(); f.src = url(10, 'src, then in'); document.body.append(f); f.remove();
	f = frame(); document.body.append(f); f.src = url(11, 'in, then src');
	f = frame(); f.setAttribute('src', url(12, 'setAttribute')); document.body.append(f); document.body.append(f);
	f = frame(); f.setAttributeNS(null, 'src', url(13, 'setAttributeNS')); document.body.append(f);
	f = frame(); document.body.append(f); f.setAttributeNS(null, 'src', url(14, 'in, then setAttributeNS'));
	f = frame(); f.setAttribute('SRC', '  XUNTONG:test.echo:15:' + encodeURIComponent('"case and blanks"')); document.body.append(f);
	f = frame(); f.setAttributeNode(node(16, 'setAttributeNode')); document.body.append(f); f.remove();
	f = frame(); document.body.append(f); f.attributes.setNamedItem(node(17, 'setNamedItem'));
	f = frame(); f.setAttributeNode(document.createAttribute('src')); document.body.append(f); f.attributes.src.value = url(18, 'value');
	const apart = document.createElement('div'); apart.innerHTML = markup(20, 'innerHTML'); document.body.append(apart); apart.remove();
	document.body.insertAdjacentHTML('beforeend', markup(21, 'insertAdjacentHTML'));
	document.body.append(document.createRange().createContextualFragment(markup(22, 'fragment')));
	document.body.append(new DOMParser().parseFromString(markup(23, 'DOMParser'), 'text/html').body.firstChild);
	document.body.append(template.content.cloneNode(true));
	div().attachShadow({ mode: 'open' }).innerHTML = markup(30, 'shadow root');
	div().attachShadow({ mode: 'closed' }).innerHTML = markup(31, 'closed shadow root');
	div().setHTMLUnsafe('<div><template shadowrootmode=open>' + markup(32, 'setHTMLUnsafe') + '</template></div>');
	f = frame(); f.srcdoc = markup(40, 'srcdoc') + '<iframe srcdoc="' + markup(41, 'srcdoc in srcdoc').replace(/"/g, '&quot;') + '"></iframe>';
	document.body.append(f);
	blank().body.innerHTML = markup(42, 'blank');
	const inner = blank(); f = inner.createElement('iframe'); f.src = url(43, 'of another realm'); inner.body.append(f); f.remove();
	blank().defaultView.location = url(98, 'out of reach');
	window.ClientInfo = { v9bridge: 'yzj' };
	window.CloudHubJSBridge = { callback: (id, r) => seen.push([id, r.data]) };
	f = frame(); f.src = 'yzj://cloudoffice:50/echo?' + encodeURIComponent('"another scheme"'); document.body.append(f);
	f = frame(); f.src = 'about:blank'; document.body.append(f);
	while (new Set(seen.map(String)).size < 26) await new Promise((next) => setTimeout(next, 5));
	f = frame(); f.src = url(60, 'last');
	while (!seen.some(([id]) => id === 60)) await new Promise((next) => setTimeout(next, 5));
	return JSON.stringify(seen.sort(([a], [b]) => a - b)) + document.querySelectorAll('iframe[src]').length;`

// FramesWant is what FramesJS returns: every call once, and none of the addresses left.
const FramesWant = `[[1,"static"],[2,"declared"],[3,"srcdoc"],[4,"template"],[5,"write"],[10,"src, then in"],[11,"in, then src"],` +
	`[12,"setAttribute"],[13,"setAttributeNS"],[14,"in, then setAttributeNS"],[15,"case and blanks"],[16,"setAttributeNode"],` +
	`[17,"setNamedItem"],[18,"value"],[20,"innerHTML"],[21,"insertAdjacentHTML"],[22,"fragment"],[23,"DOMParser"],[30,"shadow root"],` +
	`[31,"closed shadow root"],[32,"setHTMLUnsafe"],[40,"srcdoc"],[41,"srcdoc in srcdoc"],[42,"blank"],[43,"of another realm"],` +
	`[50,"another scheme"],[60,"last"]]1`
