// msw's handlers behind node's own HTTP server, the shortest way: node msw.mjs PORT PATHS, an object of answers by path.
import http from 'node:http';
import { http as on, getResponse } from 'msw';

const [port, paths] = process.argv.slice(2);
const origin = 'http://127.0.0.1:' + port;
const handlers = Object.entries(JSON.parse(paths)).map(([path, answer]) =>
	on.post(origin + path, () => new Response(answer, { headers: { 'Content-Type': 'application/json' } })));

http.createServer(async (incoming, outgoing) => {
	const chunks = [];
	for await (const chunk of incoming) chunks.push(chunk);
	const request = new Request(origin + incoming.url, { method: incoming.method, headers: incoming.headers, body: Buffer.concat(chunks) });
	const response = await getResponse(handlers, request);
	outgoing.writeHead(response.status, Object.fromEntries(response.headers));
	outgoing.end(await response.text());
}).listen(Number(port), '127.0.0.1');
