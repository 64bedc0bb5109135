// A page library of the desktop up to 0.0.3, written from the description (reference §1.1 W9): a frame a call, put into the
// document and taken away; ids from 1, always; every answer is parsed.
(function () {
  var callbacks = {};
  var last = 0;

  function call(method, params, callback) {
    callbacks[++last] = callback;
    var frame = document.createElement('iframe');
    frame.style.display = 'none';
    frame.setAttribute('src', 'xuntong:' + method + ':' + last + ':' + encodeURIComponent(JSON.stringify(params)));
    document.body.appendChild(frame);
    document.body.removeChild(frame);
  }

  window.XuntongJSBridge = window.XuntongJSBridge || {};
  window.XuntongJSBridge.handleMessageFromXT = function (id, text) {
    var message;
    try {
      message = JSON.parse(text);
    } catch (e) {
      return alert(e);
    }
    message.success = message.success === 'true' || message.success === true;
    if (callbacks[id]) callbacks[id](message);
  };
  window.library = { call: call };
})();
