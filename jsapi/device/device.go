// Package device is the phone itself, as a page can ask it: network, place, scanner, screen. Shapes follow reference §2; what
// is marked "fork" there was only seen in the source of one iOS client, and so only iOS has it here.
package device

import (
	"context"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
)

// Device is the phone that the host pretends to be.
type Device struct {
	clock  *bridge.Clock
	places []Place
	turned sync.Map // the pages that have called rotateUI, by id
}

// New returns a phone whose map knows the places, and which stands at the first; without any, at the built-in ones.
func New(clock *bridge.Clock, places []Place) *Device {
	if len(places) == 0 {
		places = known
	}
	return &Device{clock: clock, places: places}
}

// APIs returns what pages can call.
func (d *Device) APIs() []bridge.API {
	return []bridge.API{
		bridge.Define("getNetworkType", "当前的网络类型", d.networkType, bridge.Since("0.9.0")),
		bridge.Define("getLocation", "当前位置", d.location, bridge.Since("0.9.6")),
		bridge.DefineOnPage("selectLocation", "打开地图, 选一个位置", d.selectLocation, bridge.Since("0.9.6"), bridge.Waits,
			bridge.Example(`{"latitude": 22.5316, "longitude": 113.9483}`)),
		bridge.Define("getCurrentLatLon", "当前位置的经纬度", d.latLon, bridge.On("ios")),
		bridge.DefineOnPage("getCurrentPosition", "打开地图, 选一个位置, 取它的地址与经纬度", d.position, bridge.On("ios"), bridge.Waits),
		bridge.DefineOnPage("scanQRCode", "扫一扫; needResult 为 1 时内容交给页面, 否则由客户端自己处理", d.scan, bridge.Since("0.9.0"), bridge.Waits,
			bridge.Example(`{"needResult": 1}`)),
		bridge.DefineOnPage("iAppRevision", "打开签名板, 取手写签名的图片", d.sign, bridge.Since("0.9.17"), bridge.Waits),
		bridge.DefineOnPage("getDeviceInfo", "设备的型号与系统", d.info, bridge.On("ios")),
		bridge.DefineOnPage("rotateUI", "旋转屏幕: landscape 横屏, portrait 竖屏, auto 跟随手机", d.rotate, bridge.Since("0.9.21"), bridge.Waits,
			bridge.Example(`{"orientation": "landscape"}`)),
		bridge.Define("setBounce", "页面拉到头时是否回弹: enable 为 1 或 0", d.bounce, bridge.Since("0.9.27"), bridge.On("ios"), bridge.Silent,
			bridge.Example(`{"enable": 0}`)),
		bridge.DefineOnPage("hideKeyboard", "收起键盘", d.hideKeyboard, bridge.On("ios"), bridge.Silent),
	}
}

type network struct {
	Type string `json:"network_type"` // wifi, edge, fail or unknow (sic)
}

// networkType is always wifi; a scenario makes the call fail.
func (d *Device) networkType(context.Context, struct{}) (network, error) { return network{"wifi"}, nil }

type deviceInfo struct {
	DeviceID     string `json:"deviceId"`
	OS           string `json:"os"`
	Manufacturer string `json:"manufacturer"`
	Model        string `json:"model"`
}

// info tells what the client's user agent says of the device (reference §1.7): as "brand:Apple", or in the early form by place.
func (d *Device) info(_ context.Context, page bridge.Page, _ struct{}) (deviceInfo, error) {
	parts := strings.Split(page.Profile().UserAgent, ";")
	field := func(name string, place int) string {
		for _, part := range parts {
			if value, is := strings.CutPrefix(strings.TrimSpace(part), name+":"); is {
				return value
			}
		}
		if place > 0 && place < len(parts) {
			return parts[place]
		}
		return ""
	}
	return deviceInfo{field("deviceId", 0), field("os", 1), field("brand", 2), field("model", 3)}, nil
}

// turning is how long the client takes to rotate before it answers (reference §2, rotateUI).
const turning = 500 * time.Millisecond

type rotated struct {
	bridge.Whole
	Success   string      `json:"success"`
	ErrorCode bridge.Code `json:"errorCode"`
	Data      struct{}    `json:"data"`
}

// orientationView turns the device in which the page is shown.
const orientationView = "view.orientation"

type orientation struct {
	Orientation string `json:"orientation"`
}

// rotate turns the page's device until the host is reset; auto is upright, as a phone at rest is.
func (d *Device) rotate(ctx context.Context, page bridge.Page, p orientation) (rotated, error) {
	switch p.Orientation {
	case "landscape", "portrait", "auto":
	default:
		return rotated{}, bridge.Errorf(bridge.BadParams, "orientation 应为 landscape、portrait 或 auto, 收到 %q", p.Orientation)
	}
	if err := page.Emit(ctx, orientationView, p); err != nil {
		return rotated{}, err
	}
	if _, known := d.turned.LoadOrStore(page.ID(), true); !known {
		page.Go(func(ctx context.Context) {
			resume := bridge.Pause(ctx)
			<-ctx.Done()
			resume()
			d.turned.Delete(page.ID())
			_ = page.Emit(context.WithoutCancel(ctx), orientationView, orientation{"portrait"}) // after a reset the page is still there
		})
	}
	return rotated{Success: "true", ErrorCode: bridge.OK}, d.clock.Wait(turning)(ctx)
}

// bounce has nothing to switch: a browser's page does not bounce.
func (d *Device) bounce(_ context.Context, p struct {
	Enable bridge.Int `json:"enable"`
}) (struct{}, error) {
	if p.Enable != 0 && p.Enable != 1 {
		return struct{}{}, bridge.Errorf(bridge.BadParams, "enable 应为 0 或 1, 收到 %d", p.Enable)
	}
	return struct{}{}, nil
}

// hideKeyboard takes the focus off the field that is being written in.
func (d *Device) hideKeyboard(ctx context.Context, page bridge.Page, _ struct{}) (struct{}, error) {
	return struct{}{}, page.Emit(ctx, "view.keyboard", struct{}{})
}
