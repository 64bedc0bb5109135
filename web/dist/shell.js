(()=>{var v=`/* Shared by all views. Variables stand on our own elements: those of the page cannot reach them there. Pixels only, since
   pages set the font size of the root at will. */
.q {
  --blue: #1d73ee; --fill: #1d73ee; --blue-soft: rgba(43, 138, 255, .12); --sky: #3cbaff;
  --paper: #fff; --ground: #f2f4f7; --ink: #12161c; --ink-2: #69737f; --ink-3: #8d97a3; --line: #e6e9ee; --press: #eceff3;
  --red: #e5393f; --green: #16a34a; --amber: #d97706; --shade: rgba(9, 14, 22, .44);
  color-scheme: light dark;
  font: 400 16px/1.4 -apple-system, BlinkMacSystemFont, "PingFang SC", "Segoe UI", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif;
  letter-spacing: 0; text-align: start; color: var(--ink); box-sizing: border-box;
  -webkit-font-smoothing: antialiased; -webkit-text-size-adjust: 100%; -webkit-tap-highlight-color: transparent;
}
@media (prefers-color-scheme: dark) {
  .q {
    --blue: #4c9bff; --fill: #2a76e2; --blue-soft: rgba(76, 157, 255, .2);
    --paper: #17191d; --ground: #0e1013; --ink: #f1f3f5; --ink-2: #9aa4b0; --ink-3: #7c8693; --line: #292d33; --press: #24282e;
    --red: #f25a5f; --green: #35c76b; --amber: #f0a63a; --shade: rgba(0, 0, 0, .6);
  }
}
.q [hidden] { display: none !important; }
.q *, .q *::before, .q *::after { box-sizing: border-box; }
.q button, .q input { font: inherit; letter-spacing: inherit; color: inherit; margin: 0; }
.q button { appearance: none; background: none; border: 0; padding: 0; cursor: pointer; user-select: none; -webkit-user-select: none; touch-action: manipulation; }
.q :focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
.q ul, .q h1, .q p { margin: 0; padding: 0; list-style: none; font-weight: inherit; font-size: inherit; }
.q .icon { width: 24px; height: 24px; display: block; flex: none; }
.q .avatar { width: 40px; height: 40px; display: block; flex: none; }
.q .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[popover].q { inset: auto; margin: 0; border: 0; padding: 0; background: none; overflow: visible; }
.q.fixed { position: fixed; }

/* A dialog is the phone's whole screen. */
dialog.q {
  position: fixed; inset: 0; width: 100%; height: 100%; max-width: none; max-height: none; margin: 0; padding: 0; border: 0;
  background: var(--paper); overflow: hidden; outline: 0;
}
dialog.q::backdrop { background: transparent; }
dialog.q:not([open]) { display: none; }
dialog.q.enter { animation: q-rise .28s cubic-bezier(.2, .8, .2, 1); }
@keyframes q-rise { from { transform: translateY(24px); opacity: 0; } }
@keyframes q-fade { from { opacity: 0; } }

/* In a wide window it is a sheet as wide as a phone. */
@media (min-width: 601px) {
  dialog.q.sheet {
    inset: 0; margin: auto; width: 414px; height: min(844px, calc(100% - 48px)); border-radius: 16px;
    box-shadow: 0 0 0 1px rgba(0, 0, 0, .06), 0 24px 64px rgba(8, 15, 30, .32);
  }
  dialog.q.sheet::backdrop { background: var(--shade); }
}
@media (prefers-reduced-motion: reduce) {
  .q, .q *, .q::before, .q::after, .q *::before, .q *::after { animation: none !important; transition: none !important; scroll-behavior: auto !important; }
}
`;function n(e,t,...o){return w(document.createElement(e),t,o)}function g(e,t,...o){return w(document.createElementNS("http://www.w3.org/2000/svg",e),t,o)}function w(e,t,o){for(let i in t){let r=t[i];typeof r=="function"?e.addEventListener(i.slice(2),r):r===!0?e.setAttribute(i,""):r!==!1&&r!=null&&e.setAttribute(i,String(r))}for(let i of o)i&&e.append(i);return e}function k(e,...t){for(;e.firstChild;)e.removeChild(e.firstChild);for(let o of t)o&&e.append(o)}var H={back:"M15 4.5 7.5 12l7.5 7.5",forward:"M9.5 6l6 6-6 6",close:"M6 6l12 12M18 6L6 18",search:"M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M15.5 15.5 20 20",folder:"M3.5 6.5a1.5 1.5 0 0 1 1.5-1.5h4l2 2.5h8a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5z",group:"M9 5a3.2 3.2 0 1 1 0 6.4A3.2 3.2 0 0 1 9 5M2.8 19c.4-3.4 2.9-5 6.2-5s5.8 1.6 6.2 5zM15.6 5.4a3 3 0 0 1 0 5.6M17.4 14.5c2.1.6 3.5 2.1 3.8 4.5",mic:"M12 3.5a3 3 0 0 1 3 3v4.5a3 3 0 0 1-6 0v-4.5a3 3 0 0 1 3-3zM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",micOff:"M9 9v2a3 3 0 0 0 5.1 2.1M15 10.5v-4a3 3 0 0 0-5.8-1.1M5.5 11a6.5 6.5 0 0 0 10.6 5M18.5 11a6.5 6.5 0 0 1-.6 2.7M12 17.5V21M4 3.5l16 17",speaker:"M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18.2 6.5a7.8 7.8 0 0 1 0 11",invite:"M10 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M3.5 19.5c.4-3.6 3-5.3 6.5-5.3 1.3 0 2.5.25 3.5.75M18 14v7M14.5 17.5h7",minimise:"M20 4l-6 6M14 5v5h5M4 20l6-6M10 19v-5H5",check:"M5 12.5l4.7 4.7L19 7.8",cross:"M7 7l10 10M17 7L7 17",bang:"M12 6v7.5M12 17.6v.2",about:"M12 10.5V18M12 6.3v.2",reload:"M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.8v4h-4",bar:"M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM3.8 9.8h16.4M7 7.2h2.5",eye:"M2.5 12c2.2-4 5.5-6 9.5-6s7.3 2 9.5 6c-2.2 4-5.5 6-9.5 6s-7.3-2-9.5-6zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6"},P={more:"M5 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM12 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4zM19 10.3a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4z",hangUp:"M12 8.3c3.9 0 7.3 1.3 9.5 3.5.6.6.6 1.6.1 2.3l-1.2 1.5c-.5.7-1.5.9-2.3.5l-2.3-1.1c-.6-.3-1-.9-1-1.6v-1.3a11 11 0 0 0-5.6 0v1.3c0 .7-.4 1.3-1 1.6l-2.3 1.1c-.8.4-1.8.2-2.3-.5l-1.2-1.5c-.5-.7-.5-1.7.1-2.3C4.7 9.6 8.1 8.3 12 8.3z",phone:"M6.9 3.5c.7-.2 1.5.1 1.8.8l1.2 2.6c.3.6.1 1.3-.3 1.8L8.3 10.1c1.1 2.4 3.1 4.4 5.5 5.6l1.5-1.3c.5-.4 1.2-.5 1.8-.3l2.6 1.2c.7.3 1 1 .8 1.8-.6 2-2.1 3.2-4.1 3.2C9.5 20.3 3.7 14.5 3.7 7.6c0-2 1.2-3.5 3.2-4.1z"};function p(e){let t=P[e];return g("svg",{viewBox:"0 0 24 24",class:"icon","aria-hidden":"true",focusable:"false"},t?g("path",{d:t,fill:"currentColor"}):g("path",{d:H[e],fill:"none",stroke:"currentColor","stroke-width":1.7,"stroke-linecap":"round","stroke-linejoin":"round"}))}function y(e,t){let o=(a,c,h)=>n("button",{type:"button","aria-label":c,title:c,onclick:()=>t(h)},p(a)),i=n("h1",{}),r=n("button",{type:"button",class:"pop",onclick:()=>t("pop")}),s=n("header",{class:"bar",role:"banner","aria-label":e.navigationBar},n("div",{class:"side"},o("back",e.back,"back"),o("close",e.close,"close")),i,n("div",{class:"side end"},r));return{element:s,show(a,c){i.textContent=c,s.hidden=!a.visible,r.hidden=!a.pop;let h=a.pop?a.pop.text:"";k(r,h||p("more")),h?r.removeAttribute("aria-label"):r.setAttribute("aria-label",e.more)}}}var M=`.bar { position: relative; display: grid; grid-template-columns: 1fr minmax(0, auto) 1fr; align-items: center; height: 44px; padding: 0 4px; background: var(--paper); color: var(--ink); border-bottom: 1px solid var(--line); }
.bar .side { display: flex; align-items: center; min-width: 88px; }
.bar .end { justify-content: flex-end; }
.bar h1 { font-size: 17px; font-weight: 600; line-height: 24px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; text-align: center; }
.bar button { min-width: 42px; height: 42px; display: grid; place-items: center; border-radius: 10px; outline-offset: -4px; }
.bar button.pop { padding: 0 10px; font-size: 16px; white-space: nowrap; max-width: 120px; overflow: hidden; text-overflow: ellipsis; }
.bar button:active { background: var(--press); }
@media (hover: hover) { .bar button:hover { background: var(--press); } }
`;var A={ok:"\u786E\u5B9A",cancel:"\u53D6\u6D88",clear:"\u6E05\u9664",search:"\u641C\u7D22",searchHint:"\u641C\u7D22\u59D3\u540D\u3001\u62FC\u97F3\u3001\u9996\u5B57\u6BCD",choosePeople:"\u9009\u62E9\u4EBA\u5458",recent:"\u6700\u8FD1",organisation:"\u7EC4\u7EC7\u67B6\u6784",groups:"\u7FA4\u7EC4",path:"\u4F4D\u7F6E",chosen:"\u5DF2\u9009",noMatch:e=>`\u6CA1\u6709\u627E\u5230\u201C${e}\u201D`,nobody:"\u8FD9\u91CC\u6CA1\u6709\u4EBA",atMost:e=>`\u6700\u591A\u53EA\u80FD\u9009\u62E9 ${e} \u4EBA`,remove:e=>`\u79FB\u9664 ${e}`,heads:e=>`${e} \u4EBA`,results:e=>`${e} \u4E2A\u7ED3\u679C`,noneChosen:"\u5C1A\u672A\u9009\u62E9",voiceMeeting:"\u8BED\u97F3\u4F1A\u8BAE",mute:"\u9759\u97F3",speaker:"\u514D\u63D0",invite:"\u9080\u8BF7",minimise:"\u6536\u8D77",end:"\u7ED3\u675F",members:"\u53C2\u4F1A\u4EBA",ringing:"\u547C\u53EB\u4E2D",joined:"\u5DF2\u52A0\u5165",declined:"\u5DF2\u62D2\u7EDD",left:"\u5DF2\u79BB\u5F00",muted:"\u9759\u97F3",inMeeting:e=>`${e} \u4EBA\u5728\u4F1A\u8BAE\u4E2D`,live:"\u76F4\u64AD",endLive:"\u7ED3\u675F\u76F4\u64AD",viewers:e=>`${e} \u4EBA\u89C2\u770B`,comments:"\u8BC4\u8BBA",noComments:"\u8FD8\u6CA1\u6709\u8BC4\u8BBA",elapsed:"\u65F6\u957F",returnTo:e=>`\u8FD4\u56DE${e}`,navigation:"\u5BFC\u822A",navigationBar:"\u5BFC\u822A\u680F",back:"\u8FD4\u56DE",close:"\u5173\u95ED",more:"\u66F4\u591A",menu:"\u83DC\u5355",pageClosed:"\u9875\u9762\u5DF2\u5173\u95ED",pageClosedHint:"\u8F7B\u5E94\u7528\u8C03\u7528\u4E86\u5173\u95ED\u9875\u9762\u3002\u5728\u624B\u673A\u4E0A\uFF0C\u8FD9\u91CC\u4F1A\u56DE\u5230\u4E91\u4E4B\u5BB6\u3002",reopen:"\u91CD\u65B0\u6253\u5F00",reload:"\u5237\u65B0",profile:"\u5BA2\u6237\u7AEF",address:"\u5730\u5740",app:"\u8F7B\u5E94\u7528"},K={ok:"OK",cancel:"Cancel",clear:"Clear",search:"Search",searchHint:"Name, pinyin or initials",choosePeople:"Choose people",recent:"Recent",organisation:"Organisation",groups:"Groups",path:"Path",chosen:"Chosen",noMatch:e=>`No match for \u201C${e}\u201D`,nobody:"Nobody here",atMost:e=>`You can choose at most ${e}`,remove:e=>`Remove ${e}`,heads:e=>`${e}`,results:e=>e===1?"1 result":`${e} results`,noneChosen:"Nobody chosen yet",voiceMeeting:"Voice meeting",mute:"Mute",speaker:"Speaker",invite:"Invite",minimise:"Minimise",end:"End",members:"Participants",ringing:"Calling",joined:"Joined",declined:"Declined",left:"Left",muted:"Muted",inMeeting:e=>`${e} in the meeting`,live:"Live",endLive:"End live",viewers:e=>`${e} watching`,comments:"Comments",noComments:"No comments yet",elapsed:"Elapsed",returnTo:e=>`Back to: ${e}`,navigation:"Navigation",navigationBar:"Navigation bar",back:"Back",close:"Close",more:"More",menu:"Menu",pageClosed:"Page closed",pageClosedHint:"The app closed its page. On the phone you would be back in Yunzhijia.",reopen:"Reopen",reload:"Reload",profile:"Client",address:"Address",app:"Light app"};function C(e){return e==="en"?K:A}var S=`html, body { margin: 0; height: 100%; }
body.shell { display: flex; flex-direction: column; overflow: hidden; background: #e9ecf1; }
.shell main { flex: 1; min-height: 0; display: grid; place-items: center; }
.shell .device { width: fit-content; padding: 12px; border-radius: 54px; background: #16191f; box-shadow: 0 0 0 1px #3a404a inset, 0 2px 4px rgba(10, 16, 28, .2), 0 30px 70px rgba(10, 16, 28, .28); transform-origin: 0 0; }
.shell .screen { display: flex; flex-direction: column; border-radius: 42px; overflow: hidden; background: var(--paper); }
.shell .status { position: relative; flex: none; display: flex; align-items: center; justify-content: space-between; padding: 4px 30px 0 38px; background: var(--paper); font-size: 15px; font-weight: 600; font-variant-numeric: tabular-nums; user-select: none; }
.shell .status::after { content: ""; position: absolute; left: 50%; top: 10px; width: 108px; height: 29px; margin-left: -54px; border-radius: 15px; background: #16191f; }
.shell .signs { display: flex; align-items: center; gap: 6px; font-size: 12px; }
.shell .signs b { font-weight: 600; }
.shell .bars { width: 17px; height: 11px; background: linear-gradient(90deg, currentColor 3px, transparent 0) 0 100% / 3px 4px no-repeat, linear-gradient(currentColor, currentColor) 4.6px 100% / 3px 6px no-repeat, linear-gradient(currentColor, currentColor) 9.2px 100% / 3px 8.5px no-repeat, linear-gradient(currentColor, currentColor) 13.8px 100% / 3px 11px no-repeat; }
.shell .battery { position: relative; width: 24px; height: 12px; border: 1px solid var(--ink-3); border-radius: 4px; background: linear-gradient(currentColor, currentColor) 1.5px 1.5px / 17px 7px no-repeat; }
.shell .battery::after { content: ""; position: absolute; right: -3px; top: 3px; width: 1.5px; height: 4px; border-radius: 1px; background: var(--ink-3); }
.shell .bar { flex: none; }
.shell iframe { flex: 1; min-height: 0; width: 100%; border: 0; display: block; background: #fff; color-scheme: auto; }
.shell .home { flex: none; height: 22px; background: linear-gradient(var(--ink), var(--ink)) 50% 9px / 134px 5px no-repeat; clip-path: inset(0); }
.shell .line { flex: none; display: flex; align-items: center; gap: 8px; margin: 0 auto 14px; max-width: min(560px, calc(100% - 32px)); height: 36px; padding: 0 4px 0 14px; border-radius: 18px; background: var(--paper); color: var(--ink-2); font-size: 13px; box-shadow: 0 0 0 1px rgba(10, 16, 28, .07); }
.shell .profile { flex: none; color: var(--ink); font-variant-numeric: tabular-nums; }
.shell .address { min-width: 40px; padding-left: 10px; border-left: 1px solid var(--line); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.shell .line button { flex: none; width: 30px; height: 30px; display: grid; place-items: center; border-radius: 50%; }
.shell .line button:hover { background: var(--press); }
.shell .line .icon { width: 17px; height: 17px; }
@media (prefers-color-scheme: dark) {
  body.shell { background: #08090b; }
  .shell .device { background: #26292f; }
  .shell .status::after { background: #000; }
}

/* A window no wider than a phone is the phone. */
.narrow main { display: block; }
.narrow .stand, .narrow .device, .narrow .screen { width: 100% !important; height: 100% !important; padding: 0; border-radius: 0; box-shadow: none; }
.narrow .status, .narrow .home, .narrow .line { display: none; }
`;var{profile:u,lang:E}=QINGHOST_CONFIG,l=C(E),R=44;document.documentElement.lang=E==="en"?"en":"zh-CN";document.adoptedStyleSheets=[v,M,S].map(e=>{let t=new CSSStyleSheet;return t.replaceSync(e),t});var d=n("iframe",{title:l.app,src:I(),allow:"clipboard-read; clipboard-write; microphone; camera; geolocation; fullscreen"}),z=y(l,e=>d.contentWindow.postMessage({qinghost:"press",button:e},location.origin)),$=n("span",{class:"time"}),L=n("div",{class:"status","aria-hidden":"true"},$,n("span",{class:"signs"},n("i",{class:"bars"}),n("b",{},"5G"),n("i",{class:"battery"}))),b=n("div",{class:"screen"},L,z.element,d,n("div",{class:"home","aria-hidden":"true"})),x=n("div",{class:"device"},b),N=n("output",{class:"address","aria-label":l.address}),V=n("button",{type:"button","aria-label":l.reload,title:l.reload,onclick:()=>d.contentWindow.location.reload()},p("reload")),j=n("footer",{class:"line"},n("span",{class:"profile",title:l.profile},`${u.name} \xB7 ${u.screen.width} \xD7 ${u.screen.height}`),N,V);document.body.className="q shell";document.body.append(n("main",{},n("div",{class:"stand"},x)),j);var f={visible:!0,pop:null,backGuard:!1};function m(){let e=f.title==null?q(t=>t.document.title):f.title;z.show(f,e),document.title=e?`${e} \xB7 qinghost`:"qinghost",N.textContent=q(t=>t.location.pathname+t.location.search+t.location.hash)||"/",$.textContent=new Date().toTimeString().slice(0,5)}window.addEventListener("message",e=>{if(e.source!==d.contentWindow||e.origin!==location.origin)return;let{data:t}=e;if(!t||t.qinghost!=="navigationBar"||typeof t.state!="object"||!t.state)return;let{visible:o,title:i,pop:r,backGuard:s}=t.state;f={visible:o!==!1,title:i==null?null:String(i),pop:r?{text:String(r.text||"")}:null,backGuard:!!s},m()});d.addEventListener("load",m);setInterval(m,1e3);function I(){let e=new URLSearchParams(location.hash.slice(1)).get("path");if(!e)return"/";try{let t=new URL(e,location.origin);if(t.origin===location.origin&&!t.pathname.startsWith("/__qinghost"))return t.pathname+t.search+t.hash}catch(t){}return"/"}function q(e){try{return e(d.contentWindow)}catch(t){return""}}function T(){let{width:e,height:t}=u.screen;b.style.width=`${e}px`,b.style.height=`${t}px`;let o=innerWidth<500;document.body.classList.toggle("narrow",o);let i=x.parentElement,r={width:i.parentElement.clientWidth-32,height:i.parentElement.clientHeight-40},s={width:e+24,height:t+24},a=o?1:Math.min(1,r.height/s.height,r.width/s.width);x.style.transform=a<1?`scale(${a})`:"",i.style.width=o?"":`${s.width*a}px`,i.style.height=o?"":`${s.height*a}px`}L.style.height=`${R}px`;window.addEventListener("resize",T);T();m();})();
