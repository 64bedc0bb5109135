// The simulator's page until its own issue lands: the app in a plain device frame, with the navigation bar that on the phone
// belongs to the client. The bridge lives in the app's frame; this page only shows what it is told and passes presses on.
import type { Config } from '../config';
import { LANDSCAPE } from '../orientation';
import base from '../views/base.css';
import { el } from '../views/dom';
import { icon } from '../views/icons';
import { makeBar, type BarState } from '../views/navigationBar/bar';
import barCSS from '../views/navigationBar/bar.css';
import { strings } from '../views/strings';
import css from './shell.css';

declare const QINGHOST_CONFIG: Config;

const { profile, lang } = QINGHOST_CONFIG;
const t = strings(lang);
const STATUS = 44;

document.documentElement.lang = lang === 'en' ? 'en' : 'zh-CN';
document.adoptedStyleSheets = [base, barCSS, css].map((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
});

const frame = el('iframe', {
  title: t.app,
  src: start(),
  allow: 'clipboard-read; clipboard-write; microphone; camera; geolocation; fullscreen',
});
const bar = makeBar(t, (button) => frame.contentWindow!.postMessage({ qinghost: 'press', button }, location.origin));
const time = el('span', { class: 'time' });
const status = el(
  'div',
  { class: 'status', 'aria-hidden': 'true' },
  time,
  el('span', { class: 'signs' }, el('i', { class: 'bars' }), el('b', {}, '5G'), el('i', { class: 'battery' })),
);
const screen = el(
  'div',
  { class: 'screen' },
  status,
  bar.element,
  frame,
  el('div', { class: 'home', 'aria-hidden': 'true' }),
);
const device = el('div', { class: 'device' }, screen);
const address = el('output', { class: 'address', 'aria-label': t.address });
const reload = el(
  'button',
  { type: 'button', 'aria-label': t.reload, title: t.reload, onclick: () => frame.contentWindow!.location.reload() },
  icon('reload'),
);
const size = el('span', { class: 'profile', title: t.profile });
const line = el('footer', { class: 'line' }, size, address, reload);
document.body.className = 'q shell';
document.body.append(el('main', {}, el('div', { class: 'stand' }, device)), line);

let state: BarState = { visible: true, pop: null, backGuard: false };

function draw(): void {
  const title = state.title == null ? inside((page) => page.document.title) : state.title;
  bar.show(state, title);
  document.title = title ? `${title} · qinghost` : 'qinghost';
  address.textContent = inside((page) => page.location.pathname + page.location.search + page.location.hash) || '/';
  time.textContent = new Date().toTimeString().slice(0, 5);
}

window.addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
  const { data } = event;
  if (data && data.qinghost === 'orientation') turn(data.orientation === 'landscape');
  if (!data || data.qinghost !== 'navigationBar' || typeof data.state !== 'object' || !data.state) return;
  const { visible, title, pop, backGuard } = data.state;
  state = {
    visible: visible !== false,
    title: title == null ? null : String(title),
    pop: pop ? { text: String(pop.text || '') } : null,
    backGuard: !!backGuard,
  };
  draw();
});
frame.addEventListener('load', draw);
// A page routed by script tells nobody that its address has changed.
setInterval(draw, 1000);

/** Where the app begins: the fragment's `path`, on this origin only and never this page itself. */
function start(): string {
  const path = new URLSearchParams(location.hash.slice(1)).get('path');
  if (!path) return '/';
  try {
    const url = new URL(path, location.origin);
    if (url.origin === location.origin && !url.pathname.startsWith('/__qinghost'))
      return url.pathname + url.search + url.hash;
  } catch {
    /* no address: the app's start */
  }
  return '/';
}

/** Reads from the app's window; nothing where it shows a foreign page (an identity provider's, say). */
function inside(read: (page: Window) => string): string {
  try {
    return read(frame.contentWindow!);
  } catch {
    return '';
  }
}

let turned = false;

/** Turns the device on its side, or up again. The page has its new size at once, as on the phone; what moves is the picture. */
function turn(onItsSide: boolean): void {
  if (turned === onItsSide) return;
  turned = onItsSide;
  const stand = device.parentElement!;
  const long = () => Math.max(stand.offsetWidth, stand.offsetHeight);
  const before = long();
  fit();
  if (matchMedia('(prefers-reduced-motion: reduce)').matches || document.body.classList.contains('narrow')) return;
  stand.animate(
    { rotate: [turned ? '90deg' : '-90deg', '0deg'], scale: [String(before / long()), '1'] },
    { duration: 400, easing: 'cubic-bezier(.3, .1, .2, 1)' },
  );
}

/** The device keeps the profile's pixels and shrinks as a picture where the window is lower. */
function fit(): void {
  const upright = [profile.screen.width, profile.screen.height];
  const [width, height] = turned ? upright.reverse() : upright;
  screen.style.width = `${width}px`;
  screen.style.height = `${height}px`;
  const narrow = innerWidth < 500;
  document.body.classList.toggle('narrow', narrow);
  document.body.classList.toggle(LANDSCAPE, turned && !narrow);
  size.textContent = `${profile.name} · ${width} × ${height}`;
  const stand = device.parentElement!;
  const room = { width: stand.parentElement!.clientWidth - 32, height: stand.parentElement!.clientHeight - 40 };
  const outer = { width: width + 24, height: height + 24 };
  const scale = narrow ? 1 : Math.min(1, room.height / outer.height, room.width / outer.width);
  device.style.transform = scale < 1 ? `scale(${scale})` : '';
  stand.style.width = narrow ? '' : `${outer.width * scale}px`;
  stand.style.height = narrow ? '' : `${outer.height * scale}px`;
}

status.style.height = `${STATUS}px`;
window.addEventListener('resize', fit);
fit();
draw();
