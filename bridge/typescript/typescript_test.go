package typescript

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"qinghost/bridge"
)

type flag bool

// TypeScript implements Typed.
func (flag) TypeScript() string { return "boolean | 'true'" }

type params struct {
	GroupID string      `json:"groupId"`
	Count   *bridge.Int `json:"count"`
	Multi   *flag       `json:"multi"`
	Kinds   []flag      `json:"kinds"`
	hidden  int
}

type result struct {
	Name  string         `json:"name"`
	Note  *string        `json:"note"`
	Left  string         `json:"left,omitempty"`
	Rooms []room         `json:"rooms"`
	Count bridge.Int     `json:"count"`
	Extra map[string]any `json:"extra"`
}

type room struct {
	ID   string  `json:"id"`
	Note *string `json:"note"`
}

type whole struct {
	bridge.Whole
	Success string `json:"success"`
}

func choose(context.Context, params) (result, error) { return result{}, nil }

func TestDeclare(t *testing.T) {
	_ = params{}.hidden
	route := bridge.At(bridge.Route{Path: "/gateway/choose"})
	text := Declare([]bridge.API{
		bridge.Define("choose", "选一个", choose, bridge.Since("0.9.77"), bridge.Example(`{"groupId":"群*/"}`)),
		bridge.Define("server.choose", "服务端", choose, route),
		bridge.Define("whole", "全部", func(context.Context, struct{}) (whole, error) { return whole{}, nil }),
		bridge.Define("quiet", "安静", func(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }, bridge.Silent),
	}, []string{"scanQRCode", "getTicket", "chat"}, []Own{{Name: "pay.start", Doc: "付款。", Module: "./qinghost/api/pay.start"}, {Name: "chat", Doc: "无类型"}})

	require.Contains(t, text, `
  /**
   * 选一个
   * @since 客户端 0.9.77
   * @example qing.call('choose', {"groupId":"群*\/"})
   */
  call(name: 'choose', ...params: QingArguments<QingApis['choose']>): Promise<QingApis['choose']['result']>;
`)
	require.Contains(t, text, `
  'choose': {
    params: {
      groupId?: string;
      count?: number | string;
      multi?: boolean | 'true';
      kinds?: (boolean | 'true')[];
    };
    result: QingResult<{
      name: string;
      note: string | null;
      left?: string;
      rooms: {
        id: string;
        note: string | null;
      }[];
      count: number;
      extra: Record<string, any>;
    }>;
  };
`)
	require.Contains(t, text, "\n  'whole': {\n    params: {};\n    result: {\n      success: string;\n    };\n  };\n")
	require.Contains(t, text, "    result: QingServerResult<{")
	require.Contains(t, text, "POST /gateway/choose")
	require.Contains(t, text, "没有任何回调; 失败时有\n   */\n  call(name: 'quiet', ")
	require.Contains(t, text, "Promise<QingApis['quiet']['result'] | undefined>;\n")
	require.Contains(t, text, "type QingUnbuilt =\n  | 'scanQRCode';\n", "chat is the project's own")
	require.Contains(t, text, "\n  'pay.start': QingOwn<typeof import('./qinghost/api/pay.start').default>;\n  'chat': { params: any; result: QingResult<any> };\n}")
	require.Contains(t, text, "   * 付款。\n   */\n  call(name: 'pay.start', ...params: ")
}
