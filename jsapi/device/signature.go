package device

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"

	"qinghost/bridge"
)

// signature is the answer of iAppRevision (reference §2, [N]). How the client writes the picture is not known: here bitmap is
// base64 of a PNG of the ink on a clear ground, width and height are its pixels [I].
type signature struct {
	Bitmap string `json:"bitmap"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// mostSigned is how large a side of a signature may be.
const mostSigned = 4096

// signed is the answer to the signature pad: {"bitmap": base64 of a PNG}, {"draw": true} for one that is drawn here, or
// {"cancel": true}.
type signed struct {
	Bitmap []byte `json:"bitmap"`
	Draw   bool   `json:"draw"`
	Cancel bool   `json:"cancel"`

	size image.Config
}

// Check refuses an answer that is none or several of these, and a bitmap that is no PNG.
func (s *signed) Check() error {
	given := 0
	for _, is := range []bool{s.Bitmap != nil, s.Draw, s.Cancel} {
		if is {
			given++
		}
	}
	if given != 1 {
		return bridge.Errorf(bridge.NoView, "签名板的回答应为 {draw: true} (画好的一个)、{bitmap: PNG 的 base64} 或 {cancel: true}")
	}
	if s.Draw {
		s.Bitmap = example()
	}
	if s.Cancel {
		return nil
	}
	var err error
	if s.size, err = png.DecodeConfig(bytes.NewReader(s.Bitmap)); err != nil || max(s.size.Width, s.size.Height) > mostSigned {
		return bridge.Errorf(bridge.NoView, "bitmap 应为 PNG 图片, 边长不超过 %d 像素", mostSigned)
	}
	return nil
}

// sign has the person sign; left without a signature it fails with the vendor's 签章失败.
func (d *Device) sign(ctx context.Context, page bridge.Page, _ struct{}) (signature, error) {
	defer page.Cover()()
	var s signed
	if err := page.Call(ctx, "view.signature", struct{}{}, &s); err != nil {
		return signature{}, err
	}
	if s.Cancel {
		return signature{}, bridge.Errorf(bridge.Failed, "签章失败")
	}
	return signature{base64.StdEncoding.EncodeToString(s.Bitmap), s.size.Width, s.size.Height}, nil
}

// example is a signature that nobody wrote: loops that run to the right, and a line below. It is the same on every machine.
var example = sync.OnceValue(func() []byte {
	const width, height = 720, 320
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	dot := func(x, y, radius float64) {
		for py := int(y - radius - 1); py <= int(y+radius+1); py++ {
			for px := int(x - radius - 1); px <= int(x+radius+1); px++ {
				ink := min(max(radius+.5-math.Hypot(float64(px)-x, float64(py)-y), 0), 1)
				if at := img.NRGBAAt(px, py); uint8(ink*255) > at.A {
					img.SetNRGBA(px, py, color.NRGBA{0x12, 0x16, 0x1c, uint8(ink * 255)})
				}
			}
		}
	}
	for i := range 4000 {
		t := float64(i) / 4000
		turn := t * 11 * math.Pi
		tall := 78 * (1 - .55*t) * (.75 + .25*math.Cos(turn/3))
		dot(110+430*t+46*math.Cos(turn), 150+18*math.Sin(4*t)-tall*math.Sin(turn), 2.4+1.5*math.Abs(math.Cos(turn/2)))
		dot(150+470*t, 258-26*t*t-6*math.Sin(3*math.Pi*t), 1.2+2.2*math.Sin(math.Pi*t))
	}
	var out bytes.Buffer
	_ = png.Encode(&out, img) // to memory, of a size that PNG has
	return out.Bytes()
})
