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

// Declare returns what a declaration file says of these APIs. unbuilt are methods of the real client that the host does not
// answer: they may be called, with any parameters. The text needs `qing` to be declared as Qing, as head does.
func Declare(apis []bridge.API, unbuilt []string) string {
	var b strings.Builder
	b.WriteString(head)
	b.WriteString("/** 各方法的结果。 */\ninterface QingResults {\n")
	for _, api := range apis {
		fmt.Fprintf(&b, "  '%s': %s;\n", api.Name, resultOf(api))
	}
	b.WriteString("}\n\ninterface Qing {\n")
	for _, api := range apis {
		overload(&b, api)
	}
	b.WriteString("  /** 在 QingApis 里声明的自己的方法。 */\n")
	b.WriteString("  call<K extends keyof QingApis>(name: K, params?: QingApis[K]['params'] & QingCallbacks<QingApis[K]['result']>): Promise<QingApis[K]['result']>;\n")
	if len(unbuilt) > 0 {
		b.WriteString("  /** 手机上有、qinghost 还没有实现的方法: 这里不会有回调。 */\n")
		b.WriteString("  call(name: QingUnbuilt, params?: any): Promise<QingResult<any>>;\n")
	}
	b.WriteString("}\n")
	if len(unbuilt) > 0 {
		names := slices.Sorted(slices.Values(unbuilt))
		fmt.Fprintf(&b, "\n/** 真实客户端的方法中, qinghost 还没有实现的。 */\ntype QingUnbuilt =\n  | '%s';\n", strings.Join(names, "'\n  | '"))
	}
	return b.String()
}

// head declares what does not depend on the APIs.
const head = `// 由 qinghost types 生成, 请勿手改: qinghost types > qing.d.ts
// 自己的方法用声明合并加进来:
//   interface QingApis { myMethod: { params: { id: string }; result: QingResult<{ ok: boolean }> } }

declare const qing: Qing;
declare const XuntongJSBridge: {
  call(name: string, params?: unknown, callback?: (result: any) => void): void;
  invoke(name: string, params?: unknown, callback?: (result: any) => void): void;
};

/** 客户端的结果: success 在 iOS 上是字符串, 在 Android 上由页面库转成布尔值; 两种都要能处理。 */
interface QingResult<T> {
  success: 'true' | 'false' | boolean;
  error: string;
  /** '0' 为成功 */
  errorCode: string;
  data: T;
}

/** 服务端接口的结果 (qinghost 扩展): 与 HTTP 的应答相同。 */
interface QingServerResult<T> {
  success: boolean;
  errorCode: number;
  error: string | null;
  data: T | null;
}

interface QingCallbacks<R> {
  /** 成功与失败都会进入这里: 请检查 result.success。 */
  success?(result: R): void;
  /** 手机客户端从不调用。 */
  error?(result: R): void;
  /** 在 success 之后调用。 */
  complete?(result: R): void;
}

/** 自己的方法: 名字、参数与结果; 用声明合并加进来。 */
interface QingApis {}

interface Qing {
  readonly version: string;
  readonly isReady: boolean;
  readonly isMobile: boolean;
  readonly isDesktop: boolean;
  readonly isIOS: boolean;
  readonly isAndroid: boolean;
  readonly isCloudHub: boolean;
  on(event: string, listener: (data: any) => void): void;
  once(event: string, listener: (data: any) => void): void;
  off(event: string, listener?: (data: any) => void): void;
  trigger(event: string, data?: unknown): void;
  ready(callback: () => void): void;
  config(options?: { debug?: boolean; jsApiList?: string[]; jsEventList?: string[] }): void;
  checkJsApi(name: string): boolean;
  checkJsApi(options: { jsApiList: string[] } & QingCallbacks<QingResult<Record<string, boolean>>>): Promise<QingResult<Record<string, boolean>>>;
  /** 客户端版本是否不低于 target; 数值相同而写法不同时为 undefined, 与客户端的库一致。 */
  checkVersion(target: string): boolean | undefined;
}

`

// overload writes the declaration of one API.
func overload(b *strings.Builder, api bridge.API) {
	fmt.Fprintf(b, "  /**\n   * %s\n", api.Doc)
	fmt.Fprintf(b, "   * @apiName %s\n", api.Name)
	if api.Since != "" {
		fmt.Fprintf(b, "   * @since 客户端 %s\n", api.Since)
	}
	switch {
	case api.Route != nil:
		fmt.Fprintf(b, "   * @remarks qinghost 扩展, 手机上没有; 服务端接口 POST %s\n", api.Route.Path)
	case api.Silent:
		b.WriteString("   * @remarks 与手机上一样, 成功时没有任何回调\n")
	case api.Repeats:
		b.WriteString("   * @remarks 回调可能多次\n")
	}
	if api.Example != "{}" {
		fmt.Fprintf(b, "   * @example qing.call('%s', %s)\n", api.Name, strings.ReplaceAll(api.Example, "*/", "*\\/"))
	}
	result := "QingResults['" + api.Name + "']"
	fmt.Fprintf(b, "   */\n  call(name: '%s', params?: %s & QingCallbacks<%s>): Promise<%s>;\n", api.Name, typeOf(api.Params, 1, true), result, result)
}

// resultOf is the type of what the callbacks get.
func resultOf(api bridge.API) string {
	switch {
	case api.Route != nil:
		return "QingServerResult<" + typeOf(api.Result, 1, false) + ">"
	case api.Result == reflect.TypeFor[bridge.Enveloped]():
		return "any"
	case api.Repeats: // its Replies may be of any type
		return "QingResult<any>"
	default:
		return "QingResult<" + typeOf(api.Result, 1, false) + ">"
	}
}

// deepest is how deep types are followed, should one contain itself.
const deepest = 8

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
		if strings.Contains(element, "|") {
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
