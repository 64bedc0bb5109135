// The peer that one writes oneself: http-proxy with a transform that puts a tag after <head>.
// node httpproxy.mjs PORT TARGET TAG
import http from 'node:http';
import httpProxy from 'http-proxy';

const [port, target, tag] = process.argv.slice(2);
const proxy = httpProxy.createProxyServer({
  target,
  agent: new http.Agent({ keepAlive: true, maxSockets: 256 }),
  headers: { 'accept-encoding': 'identity' },
  selfHandleResponse: true,
});
proxy.on('proxyRes', (from, request, to) => {
  const chunks = [];
  from.on('data', (chunk) => chunks.push(chunk));
  from.on('end', () => {
    let page = Buffer.concat(chunks);
    const at = page.indexOf('<head>') + '<head>'.length;
    page = Buffer.concat([page.subarray(0, at), Buffer.from(tag), page.subarray(at)]);
    const { 'transfer-encoding': chunked, ...headers } = from.headers;
    to.writeHead(from.statusCode, { ...headers, 'content-length': page.length });
    to.end(page);
  });
});
proxy.on('error', (error, request, to) => to.destroy(error));
http.createServer((request, to) => proxy.web(request, to)).listen(Number(port), '127.0.0.1');
