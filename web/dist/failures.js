(()=>{var{equals:y,isAsymmetric:R,keysOf:k,hasKey:I,inherits:U}=CORE;function d(n,t=10,r=10){let e;try{e=T(n,{min:!0,indent:"",depth:t,width:r,json:!0},"",0,[])}catch(o){e=T(n,{min:!0,indent:"",depth:t,width:r,json:!1},"",0,[])}return e.length<1e4?e:t>1?d(n,Math.floor(t/2),r):r>1?d(n,t,Math.floor(r/2)):e}function C(n,t="  ",r=!0){return T(n,{min:!1,indent:t,depth:20,width:1/0,json:r},"",0,[])}var f=n=>d(n).replace(/\s+$/gm,t=>"\xB7".repeat(t.length)),_=n=>`"${n.replace(/["\\]/g,"\\$&")}"`;function T(n,t,r,e,o,s=!1){switch(typeof n){case"string":return _(n);case"number":return Object.is(n,-0)?"-0":String(n);case"boolean":return String(n);case"bigint":return n+"n";case"symbol":return String(n);case"function":return`[Function ${n._isMockFunction?n.getMockName():n.name||"anonymous"}]`}if(n==null)return String(n);let i=(p,l)=>T(p,t,l,e+1,o.concat([n])),a=(p,l,m)=>hn(p,l,m,t,r),u=e>=t.depth;if(typeof n.asymmetricMatch=="function"&&n.kind)return $n(n,u,i,a,r);let c=Object.prototype.toString.call(n).slice(8,-1);if(c==="Error"||n instanceof Error)return`[${Error.prototype.toString.call(n)}]`;if(c==="Promise"||c==="WeakMap"||c==="WeakSet")return c+" {}";if(c==="Date")return isNaN(+n)?"Date { NaN }":Date.prototype.toISOString.call(n);if(c==="RegExp")return RegExp.prototype.toString.call(n);if(o.indexOf(n)>=0)return"[Circular]";if(t.json&&!u&&!s&&typeof n.toJSON=="function")return T(n.toJSON(),t,r,e+1,o.concat([n]),!0);let g=typeof n.constructor=="function"&&n.constructor.name||"Object";if(c==="Array"||c==="Arguments"||c==="ArrayBuffer"||ArrayBuffer.isView(n))return u?`[${g}]`:a(t.min?"[":(c==="Arguments"?c:g)+" [",z(n,t.width,i),"]");if(c==="Map"||c==="Set"){if(u)return`[${c}]`;let p=Array.from(n),l=m=>h=>c==="Map"?`${i(m[0],h)} => ${i(m[1],h)}`:i(m,h);return a(c+" {",J(p.map(l),t.width),"}")}return u?`[${g}]`:a(t.min?"{":g+" {",V(n,i),"}")}function V(n,t){let r=k(n);return r.filter(o=>typeof o=="string").sort().concat(r.filter(o=>typeof o=="symbol")).map(o=>s=>`${typeof o=="string"?_(o):String(o)}: ${t(n[o],s)}`)}function z(n,t,r){let e=n instanceof ArrayBuffer?new Int8Array(n):n instanceof DataView?new Int8Array(n.buffer,n.byteOffset,n.byteLength):n,o=[];for(let s=0;s<e.length&&s<=t;s++)o.push(i=>s in e?r(e[s],i):"");return J(o,t)}var J=(n,t)=>n.length>t?[...n.slice(0,t),()=>"\u2026"]:n;function hn(n,t,r,e,o){let s=o+e.indent,i=Array.from(t,u=>u(s));if(!i.length)return n+r;if(e.min)return n+i.join(", ")+r;let a=i[i.length-1]==="\u2026"?"":",";return`${n}
${i.map(u=>s+u).join(`,
`)}${a}
${o}${r}`}function $n(n,t,r,e,o){let{kind:s,sample:i,inverse:a}=n,u=a?s==="ArrayOf"?"NotArrayOf":s.replace(/Containing|Matching|CloseTo/,"Not$&"):s;switch(s){case"Anything":return s;case"Any":return`Any<${i.name||"<anonymous>"}>`;case"ArrayContaining":return t?`[${u}]`:e(u+" [",z(i,1/0,r),"]");case"ObjectContaining":return t?`[${u}]`:e(u+" {",V(i,r),"}");case"ArrayOf":return t?`[${u}]`:`${u} ${r(i,o)}`;case"StringContaining":case"StringMatching":return`${u} ${r(i,o)}`;case"NumberCloseTo":return`${u} ${i} (${n.detail} digit${n.detail===1?"":"s"})`}return`${a?"not.":""}${s}<${i.map(String).join(", ")}>`}var yn="zero one two three four five six seven eight nine ten eleven twelve thirteen".split(" "),F=(n,t)=>`${yn[t]||t} ${n}${t===1?"":"s"}`;function w(n){if(n===null)return"null";if(Array.isArray(n))return"array";if(typeof n!="object")return typeof n;for(let t of[RegExp,Map,Set,Date])if(n instanceof t)return t.name.toLowerCase();return"object"}var G=5,wn=1e6;function Y(n,t,r,e){let o=0;for(;o<n.length&&o<t.length&&r[o]===e[o];)o++;let s=0;for(;s<n.length-o&&s<t.length-o&&r[n.length-1-s]===e[t.length-1-s];)s++;let i=n.length-o-s,a=t.length-o-s,u=t.slice(0,o).map(m=>({sign:" ",line:m})),c=i*a>wn,g=[];for(let m=i;m>=0&&!c;m--){g[m]=new Uint16Array(a+1);for(let h=a-1;h>=0&&m<i;h--)g[m][h]=r[o+m]===e[o+h]?g[m+1][h+1]+1:Math.max(g[m+1][h],g[m][h+1])}let p=0,l=0;for(;p<i||l<a;)!c&&p<i&&l<a&&r[o+p]===e[o+l]?(u.push({sign:" ",line:t[o+l]}),p++,l++):p<i&&(c||l===a||g[p+1][l]>=g[p][l+1])?u.push({sign:"-",line:n[o+p++]}):u.push({sign:"+",line:t[o+l++]});return u.concat(t.slice(t.length-s).map(m=>({sign:" ",line:m})))}function Q(n,t,r,e=""){let o=$=>String(n.filter(E=>E.sign===$).length),s=o("-"),i=o("+"),a=Math.max(t.length,r.length),u=Math.max(s.length,i.length),c=($,E,b)=>`${$} ${E.padEnd(a)}  ${$} ${b.padStart(u)}`,g=[c("-",t,s),c("+",r,i),""],p=new Array(n.length).fill(!1);n.forEach(({sign:$},E)=>{$!==" "&&p.fill(!0,Math.max(0,E-G),E+G+1)});let l=p.indexOf(!1)<0,m=0,h=0;return n.forEach(({sign:$,line:E},b)=>{if(p[b]&&!l&&!p[b-1]){let v=b;for(;p[v];)v++;let ln=n.slice(b,v),D=pn=>ln.filter(dn=>dn.sign!==pn).length;g.push(`@@ -${m+1},${D("+")} +${h+1},${D("-")} @@`)}if($!=="+"&&m++,$!=="-"&&h++,!p[b])return;let mn=b===0||b===n.length-1;E||mn&&e?g.push(`${$} ${E||e}`):g.push($.trim())}),g.join(`
`)}function S(n,t,r="Expected",e="Received"){let[o,s]=Z(n,t,[]).map(xn);for(let i of[!0,!1])try{let[a,u]=[C(o,"  ",i),C(s,"  ",i)];if(a===u)continue;let c=p=>C(p,"",i).split(`
`),g=Q(Y(a.split(`
`),u.split(`
`),c(o),c(s)),r,e);return i?g:`Compared values serialize to the same structure.
Printing internal object structure without calling \`toJSON\` instead.

${g}`}catch(a){continue}}function xn(n){if(!(n instanceof Map)&&!(n instanceof Set))return n;let t=Array.from(n);return new n.constructor(t.sort())}function Z(n,t,r){if(R(n))return n.asymmetricMatch(t)?[n,n]:[n,t];if(R(t))return t.asymmetricMatch(n)?[t,t]:[n,t];let e=i=>Array.isArray(i)||Object.prototype.toString.call(i)==="[object Object]";if(!e(n)||!e(t)||Array.isArray(n)!==Array.isArray(t)||r.indexOf(n)>=0)return[n,t];let o=[n,t].map(i=>{let a=Array.isArray(i)?new Array(i.length):Object.create(Object.getPrototypeOf(i));for(let u of k(i))Object.defineProperty(a,u,{value:i[u],enumerable:!0,writable:!0,configurable:!0});return a}),s=!1;for(let i of k(n)){if(!I(t,i)&&!R(n[i]))continue;let a=Z(n[i],t[i],r.concat([n]));a[0]===n[i]&&a[1]===t[i]||([o[0][i],o[1][i]]=a,s=!0)}return s?[o[0],o[1]]:[n,t]}var X=n=>n.indexOf(`
`)>=0;function H(n,t){let r=w(n);return r!==w(t)||["array","map","set","object"].indexOf(r)<0||R(n)&&n.kind!=="ObjectContaining"&&n.sample!==Object?!1:!(n instanceof Error&&t instanceof Error)&&!R(t)}function O(n,t,r="Expected",e="Received"){if(typeof n=="string"&&typeof t=="string"&&n&&t&&n!==t){if(X(n)||X(t)){let[i,a]=[n.split(`
`),t.split(`
`)],u=Q(Y(i,a,i,a),r,e,"\u21B5");return{text:u,diff:u}}}else if(H(n,t)){let i=S(n,t,r,e);if(i)return{text:i,diff:i}}let o=Math.max(r.length,e.length)+2,s=d(n)===d(t);return{text:`${(r+":").padEnd(o)}${f(n)}
${(e+":").padEnd(o)}${s?"serializes to the same string":f(t)}`}}var tn=3,En=(n,t)=>t.length===n.length&&y(n,t),bn=(n,t)=>t.type==="return"&&y(n,t.value),M=n=>n.length?n.map(f).join(", "):"called with 0 arguments",Rn=n=>n.type==="throw"?"function call threw an error":n.type==="incomplete"?"function call has not returned yet":f(n.value);function kn(n,t,r,e){let o=n.indexOf(":"),s=t.map(([i,a])=>{let u=String(i+1);return(i===r?"->".padEnd(o-u.length):" ".repeat(o-u.length))+u+n.slice(o)+e(a)+`
`});return n.replace(":","").trim()+`
`+s.join("")}function L(n,t,r,e,o){return t.length?r===1&&(e===0||e===void 0)?n+o(t[0][1])+`
`:kn(n,t,e,o):""}var K=(n,t)=>H(n,t)&&!R(n);function nn(n,t){if(!n.some((e,o)=>o<t.length&&K(e,t[o])))return;let r=["- Expected","+ Received",""];for(let e=0;e<Math.max(n.length,t.length);e++){if(e<n.length&&e<t.length){if(y(n[e],t[e])){r.push(`  ${d(t[e])},`);continue}let o=K(n[e],t[e])&&S(n[e],t[e]);if(o){r.push(o.split(`
`).slice(3).join(`
`)+",");continue}}e<n.length&&r.push(`- ${d(n[e])},`),e<t.length&&r.push(`+ ${d(t[e])},`)}return r.join(`
`)+`
`}function en(n,t,r,e,o){let s=[],i=(a,u)=>{if(!(a in n))return;let c=a;for(;!e&&c in n&&!r(n[c]);)c+=u;c in n||(c=a),s.push([c,n[c]])};return t>=n.length?(i(n.length-1,-1),s):(i(t-1,-1),t in n&&s.push([t,n[t]]),o&&i(t+1,1),s)}function W(n,t){let r=[];return n.forEach((e,o)=>{r.length<tn&&t(e)&&r.push([o,e])}),r}function rn(n,t){let r=n.received.mock,{calls:e,results:o}=r,s=o.filter(c=>c.type==="return").length,[i]=n.args,a=(c,g,p,l="")=>`Expected number of ${c}: ${g}
Received number of ${c}: ${l}${f(p)}`,u=c=>e.length===s?"":`${c}${f(e.length)}`;switch(n.name){case"toHaveBeenCalled":return t?`${a("calls","0",e.length)}

${e.slice(0,tn).map((c,g)=>`${g+1}: ${M(c)}`).join(`
`)}`:a("calls",">= 1",e.length,"   ");case"toHaveBeenCalledTimes":return t?`Expected number of calls: not ${f(i)}`:a("calls",f(i),e.length);case"toHaveReturned":return t?`${a("returns","0",s)}

${W(o,c=>c.type==="return").map(([c,g])=>`${c+1}: ${f(g.value)}`).join(`
`)}${u(`

Received number of calls:   `)}`:a("returns",">= 1",s,"   ")+u(`
Received number of calls:      `);case"toHaveReturnedTimes":return t?`Expected number of returns: not ${f(i)}${u(`

Received number of calls:       `)}`:a("returns",f(i),s)+u(`
Received number of calls:   `)}return/Returned/.test(n.name)?Cn(n,t,e,o,s):On(n,t,e)}function On(n,t,r){let e=n.name==="toHaveBeenNthCalledWith",o=e?n.args.slice(1):n.args,s=e?n.args[0]-1:n.name==="toHaveBeenLastCalledWith"?r.length-1:void 0,i=m=>En(o,m),a=s===void 0?W(r,t?i:()=>!0):en(r,s,i,t,e),u=e?`n: ${n.args[0]}
`:"",c=`
Number of calls: ${r.length}`;if(t){let m=r.length===1&&d(r[0])===d(o);return`${u}Expected: not ${M(o)}
${m?"":L("Received:     ",a,r.length,s,M)}${c}`}let p=r.length===1&&(s===void 0||s===0)?nn(o,r[0]):void 0;if(p)return u+p+c;let l=m=>{let h=s===void 0||m===r[s]?nn(o,m):void 0;return h?`
`+h.trim().split(`
`).slice(3).map($=>" ".repeat(8)+$).join(`
`):M(m)};return`${u}Expected: ${M(o)}
${L("Received: ",a,r.length,s,l).replace(/: \n/g,`
`)}${c}`}function Cn(n,t,r,e,o){let s=n.name==="toHaveNthReturnedWith",i=s?n.args[1]:n.args[0],a=s?n.args[0]-1:n.name==="toHaveLastReturnedWith"?e.length-1:void 0,u=m=>bn(i,m),c=a===void 0?W(e,t?u:()=>!0):en(e,a,u,t,s),g=`
Number of returns: ${o}${r.length===o?"":`
Number of calls:   ${r.length}`}`,p=t&&e.length===1&&d(e[0].value)===d(i),l=t?"Received:     ":"Received: ";return`${s?`n: ${n.args[0]}
`:""}Expected: ${t?"not ":""}${f(i)}
${p?"":L(l,c,e.length,a,Rn)}${g}`}var An={toBe:"Object.is equality",toEqual:"deep equality",toStrictEqual:"deep equality",toContainEqual:"deep equality",toContain:"indexOf"};function Tn({name:n,args:t}){return/^toBe(Defined|Undefined|Null|NaN|Truthy|Falsy)$|^toHave(BeenCalled|Returned)$/.test(n)?"":n==="toThrow"?t[0]===void 0?"":"expected":n==="toBeCloseTo"?t.length>1?"expected, precision":"expected":n==="toHaveProperty"?t.length>1?"path, value":"path":n==="toHaveBeenNthCalledWith"?"n, ...expected":n==="toHaveNthReturnedWith"?"n, expected":/CalledWith$/.test(n)?"...expected":"expected"}function x(n,t="received",r=Tn(n)){let e=An[n.name];return`expect(${t})${n.promise&&"."+n.promise}${n.isNot?".not":""}.${n.name}(${r})${e?" // "+e:""}`}function j(n,t){return`${t==null?"":`${n} has type:  ${w(t)}
`}${n} has value: ${n==="n"?d(t):f(t)}`}function on(n,t,r,e){let o=t==="received"?"Received":"Expected",s=(g,p,l)=>`${g}

Matcher error: ${p}

${l}`;if(!e)return s(x(n),"this matcher must not have an expected argument",j("Expected",r));if(e==="n")return s(x(n),"n must be a positive integer",j("n",r));if(n.name==="toContain"&&t==="expected"){let g=n.received;return s(x(n,g,String(r)),`expected value ${e}`,`${j("Expected",r)}
${j("Received",g)}`)}let i=/^must be a promise/.test(e),a=/non-negative integer$/.test(e),u=i?x({...n,isNot:n.isNot},"received",""):x(n,"received",a?"expected":void 0),c=i?u.replace(/ \/\/ .*$/,""):u;return s(c,`${t} ${/^path/.test(e)?"":"value "}${e}`,j(o,r))}function sn(n,t){let[r,e]=n.promise==="resolves"?["rejected","resolved"]:["resolved","rejected"];return`${x(n,"received","").replace(/ \/\/ .*$/,"")}

Received promise ${r} instead of ${e}
${r[0].toUpperCase()+r.slice(1)} to value: ${f(t)}`}function N(...n){let t=Math.max(...n.map(([r])=>r.length))+2;return n.map(([r,e])=>(r+":").padEnd(t)+e).join(`
`)}var A=({r:n})=>`Received: ${f(n)}`;function un({e:n,r:t}){return`Expected: not ${f(n)}
${d(n)===d(t)?"":`Received:     ${f(t)}`}`}var q=n=>({e:t,r,not:e})=>`Expected:${e&&" not"} ${n} ${f(t)}
Received:${e&&"    "} ${" ".repeat(n.length)} ${f(r)}`,an=n=>n.not?un(n):O(n.e,n.r);function B(n,t,r=""){return typeof t.name!="string"?`${n} name is not a string`:t.name?`${n}: ${r}${t.name}`:`${n} name is an empty string`}function fn(n,t,r){let e=t!=null&&t.constructor,o=[B("Expected constructor",n,r&&"not ")];if(typeof e!="function")return o[0]+`
`;if(!r)o.push(B("Received constructor",e));else if(e!==n){let s=n.name&&e.name,i=Object.getPrototypeOf(e)===n?"extends":"extends \u2026 extends";o.push(B("Received constructor",e,s&&"    ")+(s?` ${i} ${n.name}`:""))}return o.join(`
`)+`
`}function Sn({c:n,e:t,not:r}){let e=n.found,o=r&&"not ",s=`
Received function did not throw`,i=(l,m)=>e.isError?"":l.padEnd(m)+f(e.value),a=(l,m)=>e.hasMessage?l.padEnd(m)+f(e.message):i("Received value:",m);if(t===void 0){if(!e)return s.trim();let l=e.isError?`Error name:    ${f(e.value.name)}
`:"";return e.hasMessage?`${l}Error message: ${f(e.message)}`:i("Thrown value:",14)}if(typeof t=="function")return e?`${fn(t,e.value,r)}
${a("Received message:",18)}`.replace(/(Received value:) +/,"$1 "):B("Expected constructor",t)+`
`+s;let u=typeof t=="string"?"substring":typeof t.test=="function"?"pattern":"";if(u){let l=`Expected ${u}: ${o}`;return`${l}${f(t)}
${e?a("Received message:",l.length):s}`}if(typeof t.asymmetricMatch=="function"){let l=e&&e.isError?`Received name:    ${f(e.value.name)}
`:"",m=e?e.hasMessage?`${l}Received message: ${f(e.message)}`:i("Thrown value:",14):s.trim();return`Expected asymmetric matcher: ${o}${f(t)}

${m}`}let c=t.cause===void 0?"message":"message and cause",g=t.cause===void 0?t.message:`${t.message} (${String(t.cause)})`;if(r)return`Expected ${c}: not ${f(g)}`;if(!e)return`Expected ${c}: ${f(g)}
${s}`;if(!e.hasMessage)return`Expected ${c}: ${f(g)}
${i("Received value:",18)}`;let p=e.value.cause===void 0?"":` (${String(e.value.cause)})`;return O(g,e.message+p,`Expected ${c}`,`Received ${p?"message and cause":"message"}`)}function cn(n){let{c:t,e:r,r:e,not:o}=n,s=typeof e=="string",i=N([s?"Expected substring":"Expected value",(o&&"not ")+f(r)],[s?"Received string":`Received ${w(e)}`,(o&&"    ")+(o&&Array.isArray(e)?`[${e.map(a=>d(a)).join(", ")}]`:f(e))]);return s||o||t.name!=="toContain"||!Array.from(e).some(a=>y(a,r))?i:`${i}

Looks like you wanted to test for object/array equality with the stricter \`toContain\` matcher. You probably need to use \`toContainEqual\` instead.`}function Mn({c:n,not:t}){let[r,...e]=n.args,{traversed:o,whole:s,value:i}=n.found;if(t){if(!e.length)return`Expected path: not ${f(r)}

Received value: ${f(i)}`;let c=d(e[0])===d(i);return`Expected path: ${f(r)}

Expected value: not ${f(e[0])}${c?"":`
Received value:     ${f(i)}`}`}if(s){let{text:c,diff:g}=O(e[0],i,"Expected value","Received value");return{text:`Expected path: ${f(r)}

${c}`,diff:g}}let a=Array.isArray(r)||!o.length?o:o.join("."),u=e.length?`Expected value: ${f(e[0])}
`:"";return`Expected path: ${f(r)}
Received path: ${f(a)}

${u}Received value: ${f(i)}`}function jn({c:n,e:t,r,not:e}){let o=n.args.length>1?n.args[1]:2,s=Math.pow(10,-o)/2,i=t===r?0:Math.abs(t-r);if(e&&!i)return`Expected: not ${f(t)}
`;let a=/e/.test(String(i))?s.toExponential(0):o>=0&&o<20?s.toFixed(o+1):d(s),u=e&&"    ";return`${N(["Expected",(e&&"not ")+f(t)],["Received",u+f(r)])}

Expected precision:  ${u}  ${o}
Expected difference: ${e&&"not "}< ${a}
Received difference: ${u}  ${d(i)}`}function P(n,t,r){if(Array.isArray(n))return!Array.isArray(t)||t.length!==n.length?n:t.map((s,i)=>P(n[i],s,r));let e=s=>typeof s=="object"&&s!==null;if(n instanceof Date||!e(n)||!e(t))return n;if(y(n,t,{subset:!0}))return t;let o={};r.set(n,o);for(let s of k(n))U(t,s)&&(o[s]=r.has(n[s])?r.get(n[s]):P(n[s],t[s],r));return k(o).length?o:n}var gn={toBe(n){let{e:t,r,not:e}=n;if(e)return`Expected: not ${f(t)}`;let o=w(t),s=o==="map"||o==="set"?"":y(r,t,{strict:!0,types:!0})?"toStrictEqual":y(r,t)?"toEqual":"",{text:i,diff:a}=O(t,r);return{text:(s&&`If it should pass with deep equality, replace "toBe" with "${s}"

`)+i,diff:a}},toEqual:an,toStrictEqual:an,toMatchObject:n=>n.not?un(n).trim():O(n.e,P(n.r,n.e,new Map)),toBeDefined:A,toBeUndefined:A,toBeNull:A,toBeNaN:A,toBeTruthy:A,toBeFalsy:A,toBeGreaterThan:q(">"),toBeGreaterThanOrEqual:q(">="),toBeLessThan:q("<"),toBeLessThanOrEqual:q("<="),toBeCloseTo:jn,toBeInstanceOf({e:n,r:t,not:r}){let e=Object(t)!==t||Object.getPrototypeOf(t)===null;return!r&&(e||typeof t.constructor!="function")?`${B("Expected constructor",n)}

${e?`Received value has no prototype
`:""}Received value: ${f(t)}`:fn(n,t,r)},toMatch:({e:n,r:t,not:r})=>N([`Expected ${typeof n=="string"?"substring":"pattern"}`,(r&&"not ")+f(n)],["Received string",(r&&"    ")+f(t)]),toContain:cn,toContainEqual:cn,toHaveLength:({e:n,r:t,not:r})=>r?N(["Expected length","not "+f(n)],[`Received ${w(t)}`,"    "+f(t)]):N(["Expected length",f(n)],["Received length",f(t.length)],[`Received ${w(t)}`,f(t)]),toHaveProperty:Mn,toThrow:Sn};function Nn(n,t){let r=n.received,[e]=n.args,o={name:n.name,pass:t,message:""},s=gn[n.name];if(!s)return o.message=`${x(n,r.getMockName())}

${rn(n,t)}`,o;let i=s({c:n,r,e,not:n.isNot?"not":""});return o.message=`${x(n)}

${typeof i=="string"?i:i.text}`,n.args.length===1&&!n.isNot&&n.name!=="toThrow"&&n.name!=="toHaveProperty"&&(o.expected=C(e),o.actual=C(r)),typeof i!="string"&&(o.diff=i.diff),o}function Bn(n,t){return n===void 0?`expect.hasAssertions()

Expected at least one assertion to be called but received none.`:`expect.assertions(${n})

Expected ${F("assertion",n)} to be called but received ${F("assertion call",t)}.`}var qn={stringify:d,printExpected:f,printReceived:f,diff:(n,t)=>S(n,t)||null,printDiffOrStringify:(n,t,r,e)=>O(n,t,r,e).text,matcherHint:(n,t,r="expected",e={})=>x({name:n,isNot:!!e.isNot,promise:e.promise||"",received:void 0,args:[]},t,r),iterableEquality:()=>{},equals:y},vn={explain:Nn,misuse:on,missed:Bn,settledWrong:sn,stringify:d,utils:qn};Object.assign(OUT,vn);})();
