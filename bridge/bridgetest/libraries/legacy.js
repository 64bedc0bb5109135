// A page library of the legacy generation, written from the description (reference §1.1 W1): XuntongJSBridge alone, one frame
// a call, whose address is set before it is in the document, and which is gone in the same task.
(function () {
  if (window.XuntongJSBridge) return;
  var agent = navigator.userAgent;
  var known = /\(i[^;]+;( U;)? CPU.+Mac OS X/.test(agent) || /Android/i.test(agent) || /App\/cloudhub/.test(agent);
  var callbacks = {};
  var last = 0;

  function call(method, params, callback) {
    if (!known) return false;
    var id = 0;
    if (typeof callback === 'function') callbacks[(id = ++last)] = callback;
    var frame = document.createElement('iframe');
    frame.style.cssText = 'width:1px;height:1px;display:none';
    frame.src = 'xuntong:' + method + ':' + id + ':' + encodeURIComponent(JSON.stringify(params));
    document.documentElement.appendChild(frame);
    frame.parentNode.removeChild(frame);
  }

  window.XuntongJSBridge = {
    call: call,
    invoke: call,
    handleMessageFromXT: function (id, message) {
      if (callbacks[id]) callbacks[id](message);
    },
  };
  window.library = { call: call };
})();
