// Package typescript writes the declarations of `qing` for editors and tsc: one overload of qing.call an API, made from the
// same definitions that answer the calls.
package typescript

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"qinghost/bridge"
)

// Typed is a type of parameters that says its TypeScript type itself, because it reads itself and reflection cannot tell.
type Typed interface {
	// TypeScript returns a type expression, such as "boolean | 'true' | 'false'".
	TypeScript() string
}

// Own is a method of the project's own.
type Own struct {
	Name, Doc string
	// Module is what an import names from the declaration file ("./qinghost/api/pay.start"): its default export is the function.
	// Empty where it has no types.
	Module string
}

// Declare returns what a declaration file says of these APIs. unbuilt are methods of the real client that the host does not
// answer: they may be called, with any parameters. One of the project's own is in the place of another of its name.
func Declare(apis []bridge.API, unbuilt []string, own []Own) string {
	var b strings.Builder
	b.WriteString(head)
	replaced := func(name string) bool { return slices.ContainsFunc(own, func(o Own) bool { return o.Name == name }) }
	apis = slices.DeleteFunc(slices.Clone(apis), func(a bridge.API) bool { return replaced(a.Name) })
	unbuilt = slices.DeleteFunc(slices.Clone(unbuilt), replaced)
	if len(unbuilt) > 0 {
		b.WriteString("/** 手机上有、qinghost 还没有实现的方法: 不会有回调, 除非测试用 host.define 回答。 */\ntype QingUnbuilt =")
		for _, name := range slices.Sorted(slices.Values(unbuilt)) {
			if name != "getTicket" { // the page library's own
				fmt.Fprintf(&b, "\n  | '%s'", name)
			}
		}
		b.WriteString(";\n\ninterface QingApis extends Record<QingUnbuilt, { params: any; result: QingResult<any> }> {}\n\n")
	}
	b.WriteString("interface QingApis {\n")
	for _, api := range apis {
		fmt.Fprintf(&b, "  '%s': {\n    params: %s;\n    result: %s;\n  };\n", api.Name, typeOf(api.Params, 2, true), resultOf(api))
	}
	for _, o := range own {
		entry := "{ params: any; result: QingResult<any> }"
		if o.Module != "" {
			entry = "QingOwn<typeof import('" + o.Module + "').default>"
		}
		fmt.Fprintf(&b, "  '%s': %s;\n", o.Name, entry)
	}
	b.WriteString("}\n\ninterface Qing {\n")
	for _, api := range apis {
		overload(&b, api)
	}
	for _, o := range own {
		overload(&b, bridge.API{Name: o.Name, Doc: o.Doc, Example: "{}"})
	}
	// The last one is what a compiler speaks of when none fits: it names the nearest API, or the parameter.
	b.WriteString(`  /** 自己在 QingApis 里声明的方法, 或手机上有而 qinghost 还没有实现的。 */
  call<K extends keyof QingApis>(name: K, ...params: QingArguments<QingApis[K]>): Promise<QingApis[K]['result']>;
}
`)
	return b.String()
}

// head declares what does not depend on the APIs.
const head = `// 由 qinghost types 生成, 请勿手改; 升级后重新生成: qinghost types > qing.d.ts
//
// qinghost/api 里的自己的方法已在其中, 类型取自各文件。别的用声明合并加进 QingApis, 写在没有 import 的 .d.ts 里, 或模块的
// declare global { … } 里:
//
//   interface QingApis {
//     myMethod: { params: { id: string }; result: QingResult<{ ok: boolean }> };
//   }

declare var qing: Qing;
declare var XuntongJSBridge: {
  /** 旧写法, 不检查类型: 结果进入 callback。 */
  call(name: string, params?: unknown, callback?: (result: any) => void): void;
  invoke(name: string, params?: unknown, callback?: (result: any) => void): void;
};

/** 客户端的结果。 */
interface QingResult<T> {
  /** iOS 上是字符串 'true' 或 'false', Android 上由页面库转成布尔值: 两种都要能处理, 如 String(result.success) === 'true'。 */
  success: 'true' | 'false' | boolean;
  /** 失败的原因; 成功时为空。 */
  error: string;
  /** '0' 为成功。 */
  errorCode: string;
  /** 失败时没有内容。 */
  data: T;
}

/** getTicket 的参数。 */
interface QingTicketParams {
  /** 应用后端给页面地址签名的接口; 页面库以 POST 请求它, 地址在 url 参数里。 */
  signUrl: string;
  /** 把该接口的应答换成 {success, data: {appId, timeStamp, nonceStr, signature}}。 */
  signFormat?: (answer: any) => unknown;
  /** 得到 ticket。 */
  success?: (ticket: string) => void;
  /** 唯一会调用 error 的方法。 */
  error?: (result: QingResult<{}>) => void;
  complete?: (result: string | QingResult<{}>) => void;
}

/** 服务端接口的结果 (qinghost 扩展): 与 HTTP 的应答相同, 各客户端都一样。 */
interface QingServerResult<T> {
  success: boolean;
  errorCode: number;
  error: string | null;
  data: T | null;
}

/** 自己的方法 (qinghost/api/方法名.ts) 的第二个参数: export default (params: {…}, client: QinghostClient) => ({…})。 */
interface QinghostClient {
  /** 当前用户。 */
  readonly openId: string;
  /** 正在扮演的客户端, 如 {name: 'ios', client: 'ios', version: '0.9.80'}。 */
  readonly profile: { readonly name: string; readonly client: 'ios' | 'android' | 'desktop'; readonly version: string };
  /** 告诉发起调用的页面一个事件 (qing.on); 回答之后也可以。 */
  emit(event: string, data?: unknown): void;
}

/** 自己的方法在 QingApis 里的一项, 由它的函数得出。 */
type QingOwn<F extends (params: any, client: QinghostClient) => unknown> = {
  params: Parameters<F> extends [] ? {} : NonNullable<Parameters<F>[0]>;
  result: QingResult<[Awaited<ReturnType<F>>] extends [void | null | undefined] ? {} : Awaited<ReturnType<F>>>;
};

/** 参数与回调; 没有必填的参数时可以不写。 */
type QingArguments<A extends { params: any; result: any }> = {} extends A['params']
  ? [params?: A['params'] & QingCallbacks<A['result']>]
  : [params: A['params'] & QingCallbacks<A['result']>];

interface QingCallbacks<R> {
  /** 成功与失败都会进入这里: 请检查 result.success。 */
  success?: (result: R) => void;
  /** 手机客户端从不调用。 */
  error?: (result: R) => void;
  /** 在 success 之后调用, 结果相同。 */
  complete?: (result: R) => void;
}

interface Qing {
  /** 页面库的版本。 */
  readonly version: string;
  readonly isReady: boolean;
  readonly isMobile: boolean;
  readonly isDesktop: boolean;
  readonly isIOS: boolean;
  readonly isAndroid: boolean;
  readonly isCloudHub: boolean;
  /** 监听客户端的事件, 如 appear、disappear。 */
  on(event: string, listener: (data: any) => void): void;
  once(event: string, listener: (data: any) => void): void;
  /** 不给 listener 则移除此事件的全部监听。 */
  off(event: string, listener?: (data: any) => void): void;
  /** 自己触发一个事件。 */
  trigger(event: string, data?: unknown): void;
  /** 可以调用时执行; 不在云之家里则永远不执行。 */
  ready(callback: () => void): void;
  config(options?: { debug?: boolean; jsApiList?: string[]; jsEventList?: string[] }): void;
  /** 立刻回答能否调用。 */
  checkJsApi(name: string): boolean;
  /** 向客户端查询, 自 0.9.80。 */
  checkJsApi(options: { jsApiList: string[] } & QingCallbacks<QingResult<Record<string, boolean>>>): Promise<QingResult<Record<string, boolean>>>;
  /** 客户端版本是否不低于 target; 数值相同而写法不同时为 undefined, 与客户端的库一致。 */
  checkVersion(target: string): boolean | undefined;
  /** 取得免登用的 ticket: 页面库请应用的后端签名, 再向客户端换取。 */
  call(name: 'getTicket', params: QingTicketParams): Promise<string | QingResult<{}>>;
}

interface QingApis {
  getTicket: { params: QingTicketParams; result: any };
}

`

// overload writes the declaration of one API.
func overload(b *strings.Builder, api bridge.API) {
	fmt.Fprintf(b, "  /**\n   * %s\n", api.Doc)
	switch {
	case api.Route != nil:
		fmt.Fprintf(b, "   *\n   * qinghost 扩展, 手机上没有; 服务端接口 POST %s\n", api.Route.Path)
	case api.Silent:
		b.WriteString("   *\n   * 各客户端: 成功时没有任何回调; 失败时有\n")
	case api.Repeats:
		b.WriteString("   *\n   * 各客户端: 回调可能多次; Promise 只兑现第一次\n")
	}
	if api.Since != "" {
		fmt.Fprintf(b, "   * @since 客户端 %s\n", api.Since)
	}
	if api.Example != "{}" {
		fmt.Fprintf(b, "   * @example qing.call('%s', %s)\n", api.Name, strings.ReplaceAll(api.Example, "*/", "*\\/"))
	}
	of := "QingApis['" + api.Name + "']"
	answered := of + "['result']"
	if api.Silent {
		answered += " | undefined"
	}
	fmt.Fprintf(b, "   */\n  call(name: '%s', ...params: QingArguments<%s>): Promise<%s>;\n", api.Name, of, answered)
}

// resultOf is the type of what the callbacks get.
func resultOf(api bridge.API) string {
	switch {
	case api.Route != nil:
		return "QingServerResult<" + typeOf(api.Result, 2, false) + ">"
	case api.Result == reflect.TypeFor[bridge.Enveloped]():
		return "any"
	case bridge.IsWhole(api.Result):
		return typeOf(api.Result, 2, false)
	case api.Repeats: // its Replies may be of any type
		return "QingResult<any>"
	default:
		return "QingResult<" + typeOf(api.Result, 2, false) + ">"
	}
}

// deepest is how deep types are followed, should one contain itself.
const deepest = 9

var (
	typed       = reflect.TypeFor[Typed]()
	lenientInt  = reflect.TypeFor[bridge.Int]()
	raw         = reflect.TypeFor[json.RawMessage]()
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
	texter      = reflect.TypeFor[encoding.TextMarshaler]()
)

// typeOf is the TypeScript type of what encoding/json makes of a Go type. Fields of parameters are all optional: what has to
// be there is a matter of the values, and the answer says so.
func typeOf(t reflect.Type, depth int, params bool) string {
	switch {
	case depth > deepest || t == raw:
		return "any"
	case t.Kind() == reflect.Pointer:
		return typeOf(t.Elem(), depth, params)
	case t.Implements(typed):
		return reflect.Zero(t).Interface().(Typed).TypeScript()
	case t == lenientInt && params:
		return "number | string"
	case t.Implements(texter):
		return "string"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Slice, reflect.Array:
		element := typeOf(t.Elem(), depth, params)
		if strings.Contains(element, "|") && !strings.HasSuffix(element, "}") {
			element = "(" + element + ")"
		}
		return element + "[]"
	case reflect.Map:
		return "Record<string, " + typeOf(t.Elem(), depth, params) + ">"
	case reflect.Struct:
		return structOf(t, depth, params)
	default:
		return "any"
	}
}

// structOf is the type of a struct, a field a line.
func structOf(t reflect.Type, depth int, params bool) string {
	// A wrapper that reads itself, such as a field of which null and absent mean two things.
	if value, wraps := t.FieldByName("Value"); wraps && reflect.PointerTo(t).Implements(unmarshaler) && value.Tag.Get("json") == "" {
		return typeOf(value.Type, depth, params) + " | null"
	}
	fields := bridge.Fields(t)
	if len(fields) == 0 {
		return "{}"
	}
	pad := strings.Repeat("  ", depth+1)
	var b strings.Builder
	b.WriteString("{\n")
	for _, f := range fields {
		mark, kind := "", typeOf(f.Type, depth+1, params)
		if params || f.Omitted {
			mark = "?"
		} else if f.Type.Kind() == reflect.Pointer {
			kind += " | null"
		}
		fmt.Fprintf(&b, "%s%s%s: %s;\n", pad, f.Name, mark, kind)
	}
	b.WriteString(strings.Repeat("  ", depth) + "}")
	return b.String()
}
