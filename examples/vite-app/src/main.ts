import './style.css';
import { meetings, type Meeting } from './meetings';
import { call, listen, ready, tell } from './qing';

const app = document.querySelector<HTMLElement>('#app')!;
const status = document.querySelector<HTMLElement>('#status')!;
const shown = document.querySelector<HTMLElement>('#result')!;
let inside = false;
let me = '';

/** 画出当前地址的页面; 地址可以直接打开, 例如 /meetings/standup. */
function render(): void {
  const id = /^\/meetings\/([^/]+)\/?$/.exec(location.pathname)?.[1];
  const meeting = meetings.find((one) => one.id === id);
  const [title, content] = meeting ? [meeting.title, detail(meeting)] : location.pathname === '/' ? ['今日会议', list()] : ['没有这个会议', missing()];
  document.title = title;
  if (inside) tell('setWebViewTitle', { title });
  status.textContent = '';
  shown.hidden = true;
  app.textContent = '';
  app.append(...content);
}

function go(path: string): void {
  history.pushState(null, '', path);
  render();
  scrollTo(0, 0);
  app.querySelector<HTMLElement>('h1')?.focus();
}

function list(): Node[] {
  const items = meetings.map((one) => {
    const link = el('a', { href: `/meetings/${one.id}` }, el('time', {}, one.time), el('span', {}, one.title), el('small', {}, one.place));
    return el('li', {}, link);
  });
  return [el('h1', { tabindex: '-1' }, '今日会议'), el('p', { id: 'me' }, me), el('ul', { id: 'meetings' }, ...items)];
}

function detail(meeting: Meeting): Node[] {
  return [
    el('a', { href: '/', class: 'back' }, '‹ 今日会议'),
    el('h1', { tabindex: '-1' }, meeting.title),
    el('p', {}, `${meeting.time} · ${meeting.place}`),
    el('div', { class: 'actions' }, starter('createVoiceMeeting', '发起语音会议', meeting), starter('createLive', '发起直播', meeting)),
    el('p', { class: 'hint' }, meeting.groupId ? '在会议的群组内选人发起。' : '没有固定的群组，发起时选人。'),
  ];
}

function missing(): Node[] {
  return [el('h1', { tabindex: '-1' }, '没有这个会议'), el('p', {}, '它可能已经取消。'), el('a', { href: '/', class: 'back' }, '‹ 今日会议')];
}

function starter(api: 'createVoiceMeeting' | 'createLive', label: string, { groupId }: Meeting): HTMLElement {
  const button = el('button', { type: 'button', 'data-api': api }, label);
  if (groupId) button.dataset.group = groupId;
  button.addEventListener('click', async () => {
    if (!inside) return outside();
    const result = await call(api, groupId ? { groupId } : {});
    if (!button.isConnected) return; // 已经离开这一页
    status.textContent = result.ok ? `${label}：成功。` : result.cancelled ? '已取消。' : `${label}失败：${result.error}（错误码 ${result.code}）`;
    shown.hidden = false;
    shown.dataset.success = String(result.ok);
    shown.dataset.code = result.code;
    shown.textContent = JSON.stringify(result.raw, null, 2);
  });
  return button;
}

function outside(): void {
  status.textContent = '请在云之家中打开；开发时运行 qinghost preview http://localhost:5173 预览。';
}

function el(tag: string, attributes: Record<string, string>, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

addEventListener('popstate', render);
document.addEventListener('click', (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="/"]');
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.pathname);
});

render();
void ready().then(async (yes) => {
  inside = yes;
  if (!inside) return outside();
  tell('setWebViewTitle', { title: document.title });
  const menu = { popTitle: '更多', popTitleCallBackId: 'more', items: [{ text: '今日会议', callBackId: 'list' }] };
  listen('createPop', menu, ({ data }) => {
    if (data.callBackId === 'list') go('/');
  });
  const { ok, data } = await call('getPersonInfo');
  me = ok && data.name ? `${data.name}，您好` : '';
  const line = app.querySelector('#me');
  if (line) line.textContent = me;
});
