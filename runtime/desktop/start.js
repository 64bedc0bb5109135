
// Runs first in every document that the window loads, around the page library. FUNCTION, RECEIVER, SECRET and ORIGIN are
// parameters of the function that surrounds it.

// What webview's Bind left here, in foreign documents too. After each message webview settles a promise window._rpc[id], also
// in a document that came meanwhile; ours all have the id 0, whose promise is nobody's.
delete window[FUNCTION];
delete window.external;
var nobody = Object.freeze({ resolve: function () {}, reject: function () {} });
Object.defineProperty(window, '_rpc', {
  value: Object.freeze({ 0: nobody }), writable: false, enumerable: false, configurable: false,
});

// On Windows this runs in every frame.
if (window !== window.top || location.origin !== ORIGIN) return;

// Captured before the page can replace them.
var stringify = JSON.stringify;
var chrome = window.chrome && window.chrome.webview; // Windows
var handler = chrome || window.webkit.messageHandlers.external;
var postMessage = handler.postMessage.bind(handler);
// webview on Windows sends every message back to the document that is there by then; the secret is not to be heard.
if (chrome) chrome.addEventListener('message', function (event) { event.stopImmediatePropagation(); });

// A name for this document: the host sees each one as a page of its own.
var epoch = '';
crypto.getRandomValues(new Uint8Array(16)).forEach(function (n) { epoch += (n + 256).toString(16).slice(1); });

function send(kind, text) {
  // webview's parser takes U+007F for an error and drops the message.
  var params = stringify([SECRET + epoch + kind + text]).replace(/\x7f/g, '\\u007f');
  postMessage('{"id":0,"method":"' + FUNCTION + '","params":' + params + '}');
}

var early = [];
var deliver = function (frame) { early.push(frame); };
var views;

Object.defineProperty(window, RECEIVER, {
  value: function (to, what) {
    if (to !== epoch) return;
    if (typeof what === 'string') return deliver(what);
    views.done(what);
  },
});

function post(frame) { send('f', frame); }

function receive(take) {
  deliver = take;
  early.forEach(take);
}

// The host evaluates the views: a script element would be subject to the page's CSP.
function loadViews() {
  return new Promise(function (done, failed) {
    views = { done: done, failed: failed };
    send('v', '');
  });
}

send('n', '');

LIBRARY;
