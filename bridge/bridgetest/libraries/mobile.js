// A page library of the mobile generation 0.0.4 to 0.0.8, written from the description (reference §1.1 W3, W4, W8): calls as
// addresses, on Android from 9.59 on by prompt; cloudoffice methods by the client's own CloudHubJSBridge, or by the one that it
// is told of.
(function () {
  var callbacks = {};
  var last = 1;
  var frames = [];
  var turn = 0;
  var bridge;
  var waiting = [];
  var version = parseFloat((/Qing\/([^;]*)/.exec(navigator.userAgent.split(';')[0]) || ['', ''])[1].slice(2));
  var byPrompt = /Android/.test(navigator.userAgent) && version >= 9.59;

  function send(url) {
    if (byPrompt) return void window.prompt(url);
    if (frames.length < 9) {
      var made = document.createElement('iframe');
      made.style.display = 'none';
      document.documentElement.appendChild(made);
      frames.push(made);
    }
    frames[turn++ % frames.length].setAttribute('src', url);
  }

  function coerced(message) {
    if (typeof message !== 'string' || message.charAt(0) !== '{') return message;
    message = JSON.parse(message);
    message.success = message.success === 'true' || message.success === true;
    return message;
  }

  function call(method, params, callback) {
    if (!bridge) return waiting.push([method, params, callback]);
    if (/^(cloudoffice|ui|runtime)\./.test(method)) {
      return bridge.invoke(method, params, function (message) { if (callback) callback(coerced(message)); });
    }
    callbacks[(last += 2)] = callback;
    send('xuntong:' + method + ':' + last + ':' + encodeURIComponent(JSON.stringify(params)));
  }

  window.XuntongJSBridge = Object.assign(window.XuntongJSBridge || {}, {
    call: call,
    handleMessageFromXT: function (id, message) { if (callbacks[id]) callbacks[id](coerced(message)); },
  });
  function ready(given) {
    bridge = given;
    waiting.splice(0).forEach(function (args) { call.apply(null, args); });
  }
  if (window.CloudHubJSBridge && window.CloudHubJSBridge.isReady) ready(window.CloudHubJSBridge);
  else window.__onJSBridgeReady = ready;
  window.library = { call: call, on: function (name, listener) { bridge.on(name, listener); } };
})();
