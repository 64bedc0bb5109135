package device_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/device"
)

// places are a small map: the phone stands in Xi'an.
var places = []device.Place{
	{Name: "钟楼", Address: "东大街", Province: "陕西省", City: "西安市", District: "碑林区", Latitude: 34.2610, Longitude: 108.9423},
	{Name: "大雁塔", Address: "雁塔路", Province: "陕西省", City: "西安市", District: "雁塔区", Latitude: 34.2200, Longitude: 108.9596},
}

// script answers every view alike, or fails a method.
type script struct {
	answer string
	rules  map[string]bridge.Rule
}

func (s script) Rule(method string) bridge.Rule { return s.rules[method] }
func (s script) Answer(string) (bridge.Answer, bool) {
	return bridge.Answer{Value: json.RawMessage(s.answer)}, s.answer != ""
}

// page is a page that keeps what it is told.
type page struct {
	t      *testing.T
	conn   *bridge.PipeEnd
	lastID uint64
	told   []string
}

func open(t *testing.T, h *bridge.Host) *page {
	t.Helper()
	ours, theirs := bridge.Pipe()
	var serving sync.WaitGroup
	serving.Go(func() { assert.NoError(t, h.Serve(context.Background(), ours)) })
	t.Cleanup(func() {
		_ = theirs.Close() // never fails
		serving.Wait()
	})
	return &page{t: t, conn: theirs}
}

// call returns what the callback gets; "" where it gets nothing.
func (p *page) call(method, params string) string {
	p.t.Helper()
	p.lastID++
	require.NoError(p.t, p.conn.Write(p.t.Context(), bridge.Message{ID: p.lastID, Method: method, Params: json.RawMessage(params)}))
	for {
		m, err := p.conn.Read(p.t.Context())
		require.NoError(p.t, err)
		if m.Method == "" && m.ID == p.lastID {
			return string(m.Result)
		}
		p.told = append(p.told, m.Method)
	}
}

func host(answer string, at ...device.Place) *bridge.Host {
	h := bridge.NewHost(device.New(bridge.NewClock(), at).APIs()...)
	h.SetScript(script{answer: answer})
	return h
}

func ok(data string) string {
	return `{"success":"true","error":"","errorCode":"0","data":` + data + `}`
}

func TestCalls(t *testing.T) {
	const (
		bell = `"province":"陕西省","city":"西安市","district":"碑林区"`
		here = `{"latitude":34.261,"longitude":108.9423,` + bell + `,"name":"钟楼","address":"东大街","addressdetail":"陕西省西安市碑林区东大街"}`
	)
	for _, test := range []struct{ name, method, params, answer, want string }{
		{"network", "getNetworkType", `{}`, ``, ok(`{"network_type":"wifi"}`)},
		{"location", "getLocation", ``, ``, ok(here)},
		{"coordinates are numbers", "getCurrentLatLon", `{}`, ``, ok(`{"latitude":34.261,"longitude":108.9423}`)},
		{"a place by name", "selectLocation", `{"latitude":"34.2","longitude":108.9}`, `{"place":"钟楼"}`, ok(here)},
		{"a point in a district that is near", "selectLocation", `{}`, `{"latitude":34.262,"longitude":108.943,"name":"路口","address":"西大街"}`,
			ok(`{"latitude":34.262,"longitude":108.943,` + bell + `,"name":"路口","address":"西大街","addressdetail":"陕西省西安市碑林区西大街"}`)},
		{"a point far from all", "selectLocation", `{}`, `{"latitude":0,"longitude":0}`,
			ok(`{"latitude":0,"longitude":0,"province":"","city":"","district":"","name":"","address":"","addressdetail":""}`)},
		{"the map closed", "selectLocation", `{}`, `{"cancel":true}`, `{"success":"false","error":"获取失败","errorCode":"1","data":{}}`},
		{"position as text", "getCurrentPosition", `{}`, `{"place":"大雁塔"}`,
			`{"success":"true","data":{"detailAddress":"陕西省西安市雁塔区雁塔路","latitude":"34.22","longitude":"108.9596"}}`},
		{"position cancelled", "getCurrentPosition", `{}`, `{"cancel":true}`, `{"success":"false"}`},
		{"code for the page", "scanQRCode", `{"needResult":"1","scanType":["qrCode"]}`, `{"text":"https://yunzhijia.com/会议"}`,
			`{"success":"true","data":{"qrcode_str":"https://yunzhijia.com/会议"}}`},
		{"code for the client", "scanQRCode", `{"needResult":0}`, `{"text":"https://yunzhijia.com"}`, `{"success":"true"}`},
		{"scanner closed", "scanQRCode", `{"needResult":1}`, `{"cancel":true}`, `{"success":"true"}`},
		{"device", "getDeviceInfo", `{}`, ``, ok(`{"deviceId":"00000000-0000-0000-0000-000000000000","os":"iOS 17.5","manufacturer":"Apple","model":"iPhone15,2"}`)},
		{"rotate", "rotateUI", `{"orientation":"landscape"}`, ``, `{"success":"true","errorCode":"0","data":{}}`},
		{"rotate nowhere", "rotateUI", `{"orientation":"down"}`, ``,
			`{"success":"false","error":"orientation 应为 landscape、portrait 或 auto, 收到 \"down\"","errorCode":"90001","data":{}}`},
		{"bounce", "setBounce", `{"enable":"1"}`, ``, ``},
		{"bounce badly", "setBounce", `{"enable":2}`, ``, `{"success":"false","error":"enable 应为 0 或 1, 收到 2","errorCode":"90001","data":{}}`},
		{"keyboard", "hideKeyboard", ``, ``, ``},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, open(t, host(test.answer, places...)).call(test.method, test.params))
		})
	}
}

// What does not fit is refused with a word about what would.
func TestAnswersThatDoNotFit(t *testing.T) {
	for _, test := range []struct{ method, answer, want string }{
		{"selectLocation", `{"place":"鼓楼"}`, "地图上没有 \"鼓楼\", 有: 钟楼、大雁塔; 或给出 latitude 和 longitude"},
		{"selectLocation", `{"latitude":34}`, "回答应有 place, 或 latitude 和 longitude, 或 cancel"},
		{"selectLocation", `{"latitude":91,"longitude":0}`, "经纬度超出范围: latitude 91, longitude 0"},
		{"scanQRCode", `{}`, "回答应有 text (码的内容) 或 cancel"},
	} {
		var got struct{ Error, ErrorCode string }
		require.NoError(t, json.Unmarshal([]byte(open(t, host(test.answer, places...)).call(test.method, `{}`)), &got))
		assert.Equal(t, []string{test.want, "90005"}, []string{got.Error, got.ErrorCode})
	}
}

// The map opens where the page says, or where the phone is, and covers the page meanwhile.
func TestMap(t *testing.T) {
	for params, want := range map[string]string{
		`{"latitude":34.22,"longitude":"108.9596"}`: `"start":{"latitude":34.22,"longitude":108.9596}`,
		`{"latitude":"","longitude":null}`:          `"start":{"latitude":34.261,"longitude":108.9423}`,
		`{"latitude":134,"longitude":8}`:            `"start":{"latitude":34.261,"longitude":108.9423}`,
	} {
		p := open(t, host("", places...))
		require.NoError(t, p.conn.Write(t.Context(), bridge.Message{ID: 1, Method: "selectLocation", Params: json.RawMessage(params)}))
		var told []string
		for len(told) < 4 {
			m, err := p.conn.Read(t.Context())
			require.NoError(t, err)
			told = append(told, m.Method)
			if m.Method == "view.locationPicker" {
				assert.Contains(t, string(m.Params), want)
				assert.Contains(t, string(m.Params), `"here":{"latitude":34.261,"longitude":108.9423}`)
				require.NoError(t, p.conn.Write(t.Context(), bridge.Message{ID: m.ID, Result: json.RawMessage(`{"cancel":true}`)}))
			}
		}
		assert.Equal(t, "disappear view.locationPicker appear ", strings.Join(told, " "))
	}
}

// Without places of the team the phone stands at one that is built in, and the map knows others.
func TestBuiltInPlaces(t *testing.T) {
	p := open(t, host(`{"place":"深圳北站"}`))
	assert.Contains(t, p.call("getLocation", `{}`), `"name":"金蝶软件园"`)
	assert.Contains(t, p.call("selectLocation", `{}`), `"district":"龙华区"`)
}

func TestScenarioFailsTheLocation(t *testing.T) {
	h := host("")
	h.SetScript(script{rules: map[string]bridge.Rule{"getLocation": {Fail: bridge.Errorf(bridge.Failed, "定位失败")}}})
	assert.Equal(t, `{"success":"false","error":"定位失败","errorCode":"1","data":{}}`, open(t, h).call("getLocation", `{}`))
}

// The screen takes half a second of host time to turn.
func TestRotationTakesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)
		clock := bridge.NewVirtualClock(start)
		h := bridge.NewHost(device.New(clock, nil).APIs()...)
		h.Clock = clock
		ours, theirs := bridge.PipeOn(clock)
		served := make(chan error, 1)
		go func() { served <- h.Serve(t.Context(), ours) }()
		p := &page{t: t, conn: theirs}
		assert.Contains(t, p.call("rotateUI", `{"orientation":"auto"}`), `"errorCode":"0"`)
		assert.Equal(t, 500*time.Millisecond, clock.Now().Sub(start))
		_ = theirs.Close() // never fails
		require.NoError(t, <-served)
	})
}

// iAppRevision gives a PNG and its size: a person's, or the one that is drawn here.
func TestSignature(t *testing.T) {
	mine := base64.StdEncoding.EncodeToString(blank(t, 40, 30))
	for answer, size := range map[string]image.Point{`{"draw":true}`: image.Pt(720, 320), `{"bitmap":"` + mine + `"}`: image.Pt(40, 30)} {
		p := open(t, host(answer))
		var got struct {
			Success string
			Data    struct {
				Bitmap        []byte
				Width, Height int
			}
		}
		require.NoError(t, json.Unmarshal([]byte(p.call("iAppRevision", `{}`)), &got))
		assert.Equal(t, []any{"true", size}, []any{got.Success, image.Pt(got.Data.Width, got.Data.Height)}, answer)
		decoded, err := png.Decode(bytes.NewReader(got.Data.Bitmap))
		require.NoError(t, err)
		assert.Equal(t, size, decoded.Bounds().Size())
		_, _, _, corner := decoded.At(0, 0).RGBA()
		assert.Zero(t, corner, "a clear ground")
		assert.Equal(t, []string{"disappear", "appear"}, p.told)
	}
	const usage = "签名板的回答应为 {draw: true} (画好的一个)、{bitmap: PNG 的 base64} 或 {cancel: true}"
	for answer, want := range map[string]string{
		`{"cancel":true}`:                       `"error":"签章失败","errorCode":"1","data":{}`,
		`{}`:                                    usage,
		`{"draw":false}`:                        usage,
		`{"draw":true,"bitmap":"` + mine + `"}`: usage,
		`{"bitmap":"AAAA"}`:                     "bitmap 应为 PNG 图片, 边长不超过 4096 像素",
		`{"bitmap":"` + base64.StdEncoding.EncodeToString(blank(t, 4097, 1)) + `"}`: "边长不超过 4096 像素",
	} {
		got := open(t, host(answer)).call("iAppRevision", ``)
		assert.Contains(t, got, `"success":"false"`)
		assert.Contains(t, got, want)
	}
}

func blank(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewNRGBA(image.Rect(0, 0, width, height))))
	return out.Bytes()
}

// An early user agent has no names beside its values.
func TestEarlyDevice(t *testing.T) {
	h := host("")
	h.Profile.UserAgent = "Qing/0.9.0;iPhone OS 9.1;Apple;iPhone7,1"
	assert.Contains(t, open(t, h).call("getDeviceInfo", `{}`), `{"deviceId":"","os":"iPhone OS 9.1","manufacturer":"Apple","model":"iPhone7,1"}`)
}

func TestExamplesRun(t *testing.T) {
	answers := map[string]string{"scanQRCode": `{"text":"码"}`, "selectLocation": `{"place":"钟楼"}`, "getCurrentPosition": `{"place":"钟楼"}`, "iAppRevision": `{"draw":true}`}
	for _, api := range device.New(bridge.NewClock(), places).APIs() {
		assert.NotEmpty(t, api.Doc, api.Name)
		got := open(t, host(answers[api.Name], places...)).call(api.Name, api.Example)
		if api.Silent {
			assert.Empty(t, got, api.Name)
		} else {
			assert.Contains(t, got, `"success":"true"`, api.Name)
		}
	}
}

// The page is told to turn, and, after a reset of the host, to turn back.
func TestRotationUntilReset(t *testing.T) {
	h := host("")
	p := open(t, h)
	p.call("rotateUI", `{"orientation":"landscape"}`)
	assert.Contains(t, p.told, "view.orientation")
	h.Reset()
	m, err := p.conn.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "view.orientation", m.Method)
	assert.JSONEq(t, `{"orientation":"portrait"}`, string(m.Params))
}
