// A page library of the desktop above 0.0.3, written from the description (reference §1.1 W10): the client's object gets the
// parameters with the callbacks in them; its functions are read once.
(function () {
  var emit = _CloudHubJSBridge.emit;
  var on = _CloudHubJSBridge.on;
  var off = _CloudHubJSBridge.off;
  var checkJsApi = _CloudHubJSBridge.checkJsApi;

  window.qing = { call: emit, on: on, off: off, checkJsApi: checkJsApi, trigger: _CloudHubJSBridge.trigger };
  window.library = {
    call: function (method, params, callback) {
      emit(method, Object.assign({}, params, callback && { success: callback }));
    },
    on: on,
  };
})();
