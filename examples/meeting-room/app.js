// 会议室: 在云之家里发起语音会议和直播的轻应用.
// 不经编译, 直接在手机的网页视图里运行, 所以只用到 ES2015.
(function () {
  'use strict';

  var KEEP = 50; // 结果列表最多保留的条数
  var PATIENCE = 3000; // 这么久还没有 QingReady, 就当作不在云之家里
  var STATUS_FOR = 8000; // 底部的一行显示多久

  var NAMES = {
    createVoiceMeeting: '发起语音会议',
    createLive: '发起直播',
    getPersonInfo: '读取当前用户',
    selectPersons: '选择人员',
    toast: '提示',
    createPop: '右上角菜单',
    defback: '拦截返回',
    closeWebView: '关闭',
    setWebViewTitle: '设置标题'
  };

  var POP_BUTTON = 'more';
  var POP_ITEMS = [
    { text: '刷新群组', callBackId: 'reload' },
    { text: '清空结果', callBackId: 'clear' }
  ];

  /** 「更多」里各按钮的参数; 会议和直播的参数只有 groupId. */
  var PARAMS = {
    toast: { type: 'success', msg: '收到', duration: 2000 },
    createPop: { popTitle: '更多', popTitleCallBackId: POP_BUTTON, items: POP_ITEMS, menuList: ['refresh'] },
    selectPersons: { isMulti: true, title: '选择参会人' }
  };

  var groupNames = {};

  // ---- 与客户端通信

  /**
   * 调用 JS-API. 手机客户端不会调用 error 回调, 失败也进入 success; 个别 API (setWebViewTitle, closeWebView…) 从不回调,
   * 个别 API (createPop, defback) 会回调多次. 所以这里用回调而不用 Promise, 每来一次就处理一次.
   */
  function call(api, params, then) {
    if (!window.qing || !$('outside').hidden) {
      outside(true);
      $('outside').focus();
      return;
    }
    var options = {};
    Object.keys(params || {}).forEach(function (key) { options[key] = params[key]; });
    options.success = function (raw) {
      var result = parse(raw);
      var outcome = explain(api, result);
      show(api, options.groupId, result, outcome);
      if (then) then(result, outcome);
    };
    window.qing.call(api, options);
  }

  /** 旧版桌面端给的是 JSON 文本. */
  function parse(raw) {
    if (typeof raw !== 'string') return raw;
    try {
      return JSON.parse(raw);
    } catch (e) {
      return raw;
    }
  }

  /** iOS 给文本 'true', Android 给布尔值 true; 只有这样判断在各客户端上才都对. */
  function succeeded(result) {
    return !!result && (result.success === true || result.success === 'true');
  }

  /** 把一个结果说成人话: ok 是否成功; tone 决定颜色; badge 两三个字; text 一句话, 失败时带建议. */
  function explain(api, result) {
    var ok = succeeded(result);
    var data = (result && result.data) || {};
    var error = String((result && result.error) || '');
    var code = String(result && result.errorCode !== undefined ? result.errorCode : '');

    // 这两个 API 的回调是「用户点了」的通知, 里面的 success 没有意义.
    if (api === 'defback') return say(ok, 'info', '已拦截', '您按了返回，页面没有退出。要离开请点「关闭」。');
    if (api === 'createPop' && data.callBackId) {
      var item = POP_ITEMS.filter(function (one) { return one.callBackId === data.callBackId; })[0];
      return say(ok, 'info', '已点击', item ? '您选了菜单项「' + item.text + '」。' : '您点了右上角的菜单按钮。');
    }

    if (ok) return say(true, 'good', '成功', praise(api, data));
    if (/取消/.test(error)) return say(false, 'info', '已取消', '您取消了，什么都没有发生。需要时可以再次发起。');
    if (!result || typeof result !== 'object') {
      return say(false, 'bad', '失败', '客户端返回的内容无法识别。请升级云之家后重试。');
    }
    return say(false, 'bad', '失败', (error.replace(/[。.]$/, '') || '没有说明原因') + (code ? '（错误码 ' + code + '）' : '') + '。' + advice(error));
  }

  function say(ok, tone, badge, text) {
    return { ok: ok, tone: tone, badge: badge, text: text };
  }

  function praise(api, data) {
    switch (api) {
      case 'createVoiceMeeting': return '语音会议已发起。';
      case 'createLive': return '直播已发起。';
      case 'getPersonInfo': return '当前用户是 ' + (data.name || data.userName || '（没有姓名）') + '。';
      case 'selectPersons':
        var people = data.persons || [];
        return '选了 ' + people.length + ' 人：' + people.map(function (one) { return one.name; }).join('、') + '。';
      case 'toast': return '提示已显示。';
      default: return '「' + NAMES[api] + '」已完成。';
    }
  }

  /** 按客户端给的原因提出建议. 错误码没有公开的清单, 只能看文字. */
  function advice(error) {
    if (/进行|已有|已打开/.test(error)) return '等它结束后再试。';
    if (/权限|授权/.test(error)) return '请联系团队管理员开通后再试。';
    if (/成员|不在|不属于|未加入/.test(error)) return '请换一个您已加入的群组，或先请群主邀请您。';
    if (/群/.test(error)) return '请检查群组是否还在，或换一个群组。';
    if (/选|人数|人员/.test(error)) return '请重新发起，并至少选择一位同事。';
    if (/不支持|版本|未找到/.test(error)) return '请把云之家升级到最新版本后再试。';
    if (/网络|超时|连接/.test(error)) return '请检查网络后重试。';
    return '请稍后重试；仍不行时，把错误码告诉管理员。';
  }

  // ---- 显示

  function show(api, groupId, result, outcome) {
    var group = groupId === undefined ? '' : groupNames[groupId] || groupId;
    var list = $('results');
    list.insertBefore(
      el('li', {
        class: 'card result',
        'data-api': api,
        'data-group': groupId,
        'data-tone': outcome.tone,
        'data-success': String(outcome.ok),
        'data-code': String(result && result.errorCode !== undefined ? result.errorCode : '')
      }, [
        el('div', { class: 'line' }, [
          el('strong', {}, [NAMES[api] || api]),
          el('span', { class: 'badge' }, [outcome.badge])
        ]),
        el('p', { class: 'where' }, [
          el('time', {}, [clock()]), ' · ', el('code', {}, [api]), group ? ' · ' + group : ''
        ]),
        el('p', { class: 'text' }, [outcome.text]),
        el('pre', {}, [result === undefined ? 'undefined' : JSON.stringify(result, null, 2)])
      ]),
      list.firstChild
    );
    while (list.children.length > KEEP) list.removeChild(list.lastChild);
    refreshLists();
    if (api !== 'getPersonInfo') status(outcome.tone, outcome.tone === 'bad' ? NAMES[api] + '：' + outcome.text : outcome.text, true);
  }

  function showEvent(name, data) {
    var list = $('events');
    list.insertBefore(
      el('li', { 'data-event': name }, [
        el('code', {}, [name]),
        el('span', {}, [data === undefined || data === null ? '' : JSON.stringify(data)]),
        el('time', {}, [clock()])
      ]),
      list.firstChild
    );
    while (list.children.length > KEEP) list.removeChild(list.lastChild);
    refreshLists();
  }

  function refreshLists() {
    ['results', 'events'].forEach(function (id) {
      var empty = !$(id).firstChild;
      $(id).hidden = empty;
      $(id + '-empty').hidden = !empty;
    });
    $('clear').hidden = !$('results').firstChild;
  }

  function clear() {
    $('results').textContent = '';
    status('', '', false);
    refreshLists();
  }

  var hiding;

  /** 底部的一行, 几秒后收起: 结果列表可能在屏幕以外. */
  function status(tone, text, withResult) {
    clearTimeout(hiding);
    $('last').setAttribute('data-tone', tone);
    $('last').classList.toggle('away', !text);
    $('status').textContent = text;
    $('see').hidden = !withResult;
    if (text) hiding = setTimeout(function () { status('', '', false); }, STATUS_FOR);
  }

  function showMe(result, outcome) {
    var me = $('me');
    var data = (result && result.data) || {};
    var name = outcome.ok ? data.name || data.userName || '（没有姓名）' : '读不到当前用户';
    me.querySelector('.name').textContent = name;
    me.querySelector('.more').textContent = outcome.ok ? data.companyName || data.email || data.openId || '' : outcome.text;
    var avatar = me.querySelector('.avatar');
    avatar.textContent = outcome.ok ? name.slice(-2) : '?';
    if (!outcome.ok || !data.photoUrl) return;
    var photo = el('img', { alt: '', src: data.photoUrl });
    photo.onload = function () { // 头像打不开时留着文字
      avatar.textContent = '';
      avatar.classList.add('photo');
      avatar.appendChild(photo);
    };
  }

  function outside(yes) {
    $('outside').hidden = !yes;
    if (!yes) return;
    $('me').querySelector('.name').textContent = '未登录';
    $('me').querySelector('.avatar').textContent = '?';
  }

  function showGroups(groups) {
    var list = $('groups');
    list.textContent = '';
    groups.forEach(function (group) {
      groupNames[group.id] = group.name;
      list.appendChild(el('li', {}, [
        el('span', { class: 'group', title: group.name }, [group.name]),
        groupButton('createVoiceMeeting', 'voice', group),
        groupButton('createLive', 'live', group)
      ]));
    });
  }

  function groupButton(api, kind, group) {
    return el('button', {
      type: 'button',
      class: 'small ' + kind,
      'data-api': api,
      'data-group': group.id,
      'aria-label': NAMES[api] + '：' + group.name
    }, [NAMES[api]]);
  }

  function loadGroups() {
    $('groups').setAttribute('aria-busy', 'true');
    fetch('groups.json')
      .then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.json();
      })
      .then(function (groups) {
        showGroups(groups);
        return false;
      }, function () {
        return true;
      })
      .then(function (failed) {
        $('groups').setAttribute('aria-busy', 'false');
        $('groups').hidden = failed;
        $('groups-failed').hidden = !failed;
      });
  }

  // ---- 小工具

  function $(id) {
    return document.getElementById(id);
  }

  function el(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) {
      if (attributes[name] !== undefined) element.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) {
      element.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return element;
  }

  function clock() {
    var now = new Date();
    return [now.getHours(), now.getMinutes(), now.getSeconds()]
      .map(function (n) { return (n < 10 ? '0' : '') + n; })
      .join(':');
  }

  // ---- 开始

  function onClick(event) {
    var button = event.target.closest('button[data-api]');
    if (!button) return;
    var api = button.getAttribute('data-api');
    var groupId = button.getAttribute('data-group');
    if (api === 'createVoiceMeeting' || api === 'createLive') {
      return call(api, groupId === null ? {} : { groupId: groupId }); // 不传 groupId: 走默认的选人界面
    }
    if (api === 'defback' && window.qing) { // 一直有效, 客户端没有取消的办法
      button.textContent = '返回已拦截';
      status('info', '返回已拦截：按返回不会退出，要离开请点「关闭」。', false);
    }
    call(api, PARAMS[api], api === 'createPop' ? onPop : undefined);
  }

  function onPop(result) {
    var id = result && result.data && result.data.callBackId;
    if (id === 'reload') loadGroups();
    if (id === 'clear') clear();
  }

  function start() {
    outside(false);
    status('', '', false);
    var qing = window.qing;
    if (typeof qing.checkVersion === 'function') $('outdated').hidden = qing.checkVersion('0.9.77') !== false;
    ['appear', 'disappear'].forEach(function (name) {
      qing.on(name, function (data) { showEvent(name, data); });
    });
    qing.call('setWebViewTitle', { title: '会议室' }); // 没有回调
    call('getPersonInfo', {}, showMe);
  }

  document.addEventListener('click', onClick);
  $('clear').addEventListener('click', clear);
  $('see').addEventListener('click', function () { // 不用 #锚点: 那会多出一步「返回」
    $('results-title').focus();
    $('results-title').scrollIntoView();
  });
  refreshLists();
  loadGroups();

  if (!window.qing) return outside(true);
  // 官方的库在普通浏览器里也会加载, 只是永远不 ready.
  var waiting = setTimeout(function () { outside(true); }, PATIENCE);
  window.qing.ready(function () {
    clearTimeout(waiting);
    start();
  });
})();
