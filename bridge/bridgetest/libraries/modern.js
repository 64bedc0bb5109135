// A page library of the mobile generation 0.0.10, written from the description (reference §1.1 W5–W7, W12): the best channel
// that is there; cloudoffice methods as cloudhub addresses; a CloudHubJSBridge of its own; calls of child frames.
(function () {
  var callbacks = {};
  var listeners = {};
  var last = 1;
  var frames = (window.XTBridgeIframes = []);
  var turn = 0;
  var android = /Android/.test(navigator.userAgent);
  var version = parseFloat((/Qing\/([^;]*)/.exec(navigator.userAgent.split(';')[0]) || ['', ''])[1].slice(2));
  var handlers = (window.webkit && window.webkit.messageHandlers) || {};

  function send(url) {
    if (android && window.AndroidInterface) return void window.AndroidInterface.call(url);
    if (android && version >= 9.59) return void window.prompt(url);
    if (handlers.wkbridge2) return void handlers.wkbridge2.postMessage({ url: url });
    if (window.kdUIWebViewBridge) return void window.kdUIWebViewBridge(url);
    if (frames.length < 9) {
      var made = document.createElement('iframe');
      made.style.display = 'none';
      document.documentElement.appendChild(made);
      frames.push(made);
    }
    var frame = frames[turn++ % frames.length];
    frame.setAttribute('src', url);
    setTimeout(function () { frame.setAttribute('src', ''); }, 10);
  }

  function call(method, params, callback) {
    callbacks[(last += 2)] = callback;
    var text = encodeURIComponent(JSON.stringify(params));
    if (!/^(cloudoffice|ui|runtime)\./.test(method)) return send('xuntong:' + method + ':' + last + ':' + text);
    var dot = method.lastIndexOf('.');
    var scheme = (window.ClientInfo && window.ClientInfo.v9bridge) || 'cloudhub';
    send(scheme + '://' + method.slice(0, dot) + ':' + last + '/' + method.slice(dot + 1) + '?' + text);
  }

  function answered(id, message) {
    if (typeof message === 'string' && message.charAt(0) === '{') {
      message = JSON.parse(message);
      message.success = message.success === 'true' || message.success === true;
    }
    if (callbacks[id]) callbacks[id](message);
  }

  function trigger(name, data) { (listeners[name] || []).forEach(function (listen) { listen(data); }); }
  var own = { callback: answered, trigger: trigger };
  Object.defineProperty(window, 'CloudHubJSBridge', { get: function () { return own; }, set: function () {}, configurable: true });
  window.XuntongJSBridge = Object.assign(window.XuntongJSBridge || {}, { call: call, handleMessageFromXT: answered });
  window.addEventListener('message', function (event) {
    if (event.origin !== location.origin || !event.data || !event.data.call) return;
    call(event.data.call, event.data.params, function (result) {
      event.source.postMessage({ callbackId: event.data.callbackId, result: result }, event.origin);
    });
  });
  window.library = { call: call, on: function (name, listen) { (listeners[name] = listeners[name] || []).push(listen); } };
})();
