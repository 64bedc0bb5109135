// A page library of the mobile generation before 0.9.50, written from the description (reference §1.1 W3): a pool of hidden
// frames whose addresses are set one after another; odd ids, kept for ever; a text is parsed and its success made a boolean.
(function () {
  var frames = (window.XTBridgeIframes = []);
  var callbacks = {};
  var last = 1;
  var turn = 0;

  function send(url) {
    if (frames.length < 9) {
      var made = document.createElement('iframe');
      made.style.display = 'none';
      document.documentElement.appendChild(made);
      frames.push(made);
    }
    frames[turn++ % frames.length].setAttribute('src', url);
  }

  function call(method, params) {
    var given = {};
    for (var name in params) if (!/^(success|error|complete)$/.test(name)) given[name] = params[name];
    callbacks[(last += 2)] = params || {};
    send('xuntong:' + method + ':' + last + ':' + encodeURIComponent(JSON.stringify(given)));
  }

  window.XuntongJSBridge = {
    call: call,
    handleMessageFromXT: function (id, message) {
      if (typeof message === 'string' && message.charAt(0) === '{') {
        message = JSON.parse(message);
        message.success = message.success === 'true' || message.success === true;
      }
      var to = callbacks[id];
      if (to && to.success) to.success(message);
      if (to && to.complete) to.complete(message);
    },
  };
  window.qing = { call: call };
  window.library = {
    call: function (method, params, callback) {
      call(method, Object.assign({}, params, callback && { success: callback }));
    },
  };
})();
