package file

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"sync"
)

// The pictures of the phone's album are drawn here: landscapes of a sky, a light, and hills before one another. They are the
// same on every machine.

// picture is one of them.
type picture struct {
	name        string
	top, bottom color.RGBA // of the sky
	light       light
	ridges      []ridge // the farthest first
}

// light is a sun or a moon; lengths are parts of the picture's height.
type light struct {
	x, y, radius float64
	color        color.RGBA
}

// ridge is a line of hills, of houses, or the sea's surface, and what is below it.
type ridge struct {
	height, swing float64 // parts of the picture's height
	waves, phase  float64
	shape         func(x, seed float64) float64 // from -1 to 1; x in waves
	color         color.RGBA
	lit           bool // windows have light
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff}
}

func hills(x, seed float64) float64 {
	return .6*math.Sin(x+seed) + .3*math.Sin(2.3*x+1.7*seed) + .1*math.Sin(6.1*x+seed)
}

func peaks(x, seed float64) float64 {
	tooth := func(x float64) float64 { return 2*math.Abs(2*(x-math.Floor(x+.5))) - 1 }
	return .65*tooth(x/6+seed) + .25*tooth(x/2.3+2*seed) + .1*tooth(x+seed)
}

func roofs(x, seed float64) float64 { return 2*noise(math.Floor(x*2), seed) - 1 }

func trees(x, seed float64) float64 {
	return .3*hills(x/3, seed) + .7*(math.Abs(math.Sin(x*2.6+seed))*(1+noise(math.Floor((x*2.6+seed)/math.Pi), seed))-1)
}

func flat(float64, float64) float64 { return 0 }

// noise is a number from 0 to 1 that belongs to x and seed.
func noise(x, seed float64) float64 {
	h := uint32(int64(x)*374761393+int64(seed*1000)*668265263) ^ 0x9e3779b9
	h = (h ^ h>>13) * 1274126177
	return float64(h^h>>16) / math.MaxUint32
}

var album = []picture{
	{"山谷", rgb(0x8fc8f2), rgb(0xf6efe0), light{.95, .28, .075, rgb(0xfff6d8)}, []ridge{
		{.52, .10, 7, 1, hills, rgb(0xa9c3cf), false}, {.62, .09, 6, 4, hills, rgb(0x6f9d9b), false},
		{.74, .08, 5, 2, hills, rgb(0x447a68), false}, {.88, .06, 6, 5, hills, rgb(0x23533f), false}}},
	{"海边", rgb(0x6fb6ee), rgb(0xfde9cf), light{.42, .30, .07, rgb(0xfffbe9)}, []ridge{
		{.55, 0, 1, 0, flat, rgb(0x2f86b8), false}, {.64, .006, 22, 1, hills, rgb(0x3a97c2), false},
		{.75, .010, 16, 3, hills, rgb(0x58b3cf), false}, {.86, .020, 5, 2, hills, rgb(0xecdcb4), false}}},
	{"城市", rgb(0xa7c4e2), rgb(0xf2e6da), light{1.05, .22, .06, rgb(0xfff3dc)}, []ridge{
		{.50, .13, 10, 3, roofs, rgb(0xb3c3d4), false}, {.60, .16, 8, 7, roofs, rgb(0x8297ae), false},
		{.74, .16, 6, 12, roofs, rgb(0x4d627b), false}, {.94, .01, 5, 1, hills, rgb(0x2f4237), false}}},
	{"夜色", rgb(0x0b1533), rgb(0x3d3a6b), light{.35, .22, .055, rgb(0xf3eeda)}, []ridge{
		{.56, .14, 9, 5, roofs, rgb(0x232a52), true}, {.70, .18, 7, 9, roofs, rgb(0x141a38), true},
		{.92, .03, 6, 2, hills, rgb(0x080c1c), false}}},
	{"雪山", rgb(0x4f8fd0), rgb(0xdcebf7), light{.30, .20, .05, rgb(0xffffff)}, []ridge{
		{.45, .22, 16, .3, peaks, rgb(0xeaf2f9), false}, {.60, .15, 20, .8, peaks, rgb(0xb8cfe2), false},
		{.78, .07, 26, 2, trees, rgb(0x2c5a58), false}, {.90, .03, 5, 1, hills, rgb(0x1d3f3d), false}}},
	{"沙漠", rgb(0xf3c98b), rgb(0xfdeed2), light{.75, .26, .085, rgb(0xfff6dd)}, []ridge{
		{.60, .07, 4, 2, hills, rgb(0xe0a968), false}, {.70, .09, 3.4, 5, hills, rgb(0xcb8a4c), false},
		{.84, .09, 3, 1, hills, rgb(0xa96a36), false}}},
	{"林间", rgb(0xcfe6d2), rgb(0xf7f6e2), light{.60, .32, .09, rgb(0xfffbe0)}, []ridge{
		{.52, .12, 16, 2, trees, rgb(0x9cc3a0), false}, {.64, .14, 12, 5, trees, rgb(0x5f9a6d), false},
		{.80, .15, 9, 8, trees, rgb(0x2f6a48), false}, {.95, .02, 5, 1, hills, rgb(0x1b4630), false}}},
	{"黄昏", rgb(0x47306b), rgb(0xff9a62), light{.66, .52, .10, rgb(0xffd98a)}, []ridge{
		{.60, .06, 6, 3, hills, rgb(0x8a3f63), false}, {.72, .06, 5, 1, hills, rgb(0x5c2a54), false},
		{.86, .07, 14, 4, trees, rgb(0x2a1534), false}}},
	{"湖面", rgb(0x9ad0e8), rgb(0xf9f3e6), light{1.0, .34, .06, rgb(0xfffdf0)}, []ridge{
		{.44, .12, 9, .2, peaks, rgb(0x9db9c9), false}, {.54, .05, 22, 3, trees, rgb(0x4f8a78), false},
		{.60, 0, 1, 0, flat, rgb(0x86bfd6), false}, {.76, .004, 18, 1, hills, rgb(0x6aabc9), false}}},
}

// draw paints a picture; the colour of each pixel follows from its place alone.
func (p picture) draw(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	h := float64(height)
	edges := make([]float64, len(p.ridges))
	for x := range width {
		at := float64(x) / h // so that shapes keep their proportions
		for i, r := range p.ridges {
			edges[i] = (r.height + r.swing*r.shape(at*r.waves, r.phase)) * h
		}
		for y := range height {
			c := mix(p.top, p.bottom, math.Min(1, float64(y)/(.7*h)))
			away := math.Hypot(at-p.light.x, float64(y)/h-p.light.y)
			c = mix(c, p.light.color, .35*math.Exp(-away/p.light.radius/2.2))
			c = mix(c, p.light.color, clamp((p.light.radius-away)*h/1.5+.5))
			for i, r := range p.ridges {
				below := float64(y) - edges[i]
				if below <= -1 {
					continue
				}
				ground := mix(r.color, rgb(0), .16*clamp(below/h/.3))
				if r.lit && window(at*r.waves, below/h*r.waves, r.phase) {
					ground = rgb(0xf7d98c)
				}
				c = mix(c, ground, clamp(below+1))
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// window says whether a point of a house, from its left and from its roof, is a lit window.
func window(x, y, seed float64) bool {
	column, row := x*14, y*9
	inside := func(v float64) bool { part := v - math.Floor(v); return part > .3 && part < .7 }
	return y > .1 && inside(column) && inside(row) && noise(math.Floor(column)+31*math.Floor(row), seed) > .62
}

func clamp(v float64) float64 { return math.Max(0, math.Min(1, v)) }

func mix(a, b color.RGBA, part float64) color.RGBA {
	blend := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*part + .5) }
	return color.RGBA{blend(a.R, b.R), blend(a.G, b.G), blend(a.B, b.B), 0xff}
}

// The size of the album's pictures, and of what the chooser shows of them, in pixels.
const width, height, thumbWidth, thumbHeight = 960, 720, 320, 240

// drawn are the album's pictures as files, made when they are first asked for.
var drawn, thumbs = func() (whole, small []func() []byte) {
	for _, p := range album {
		whole = append(whole, sync.OnceValue(func() []byte { return encodePNG(p.draw(width, height)) }))
		small = append(small, sync.OnceValue(func() []byte {
			var out bytes.Buffer
			if err := jpeg.Encode(&out, p.draw(thumbWidth, thumbHeight), &jpeg.Options{Quality: 88}); err != nil {
				panic(err) // into memory, of a size that JPEG has
			}
			return out.Bytes()
		}))
	}
	return whole, small
}()

func encodePNG(img image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // into memory, of a size that PNG has
	}
	return out.Bytes()
}
