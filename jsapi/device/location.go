package device

import (
	"context"
	"math"
	"strconv"
	"strings"

	"qinghost/bridge"
)

// Place is a place on the phone's map. Its coordinates are degrees, as maps in China give them (GCJ-02).
type Place struct {
	Name      string  `json:"name"`
	Address   string  `json:"address"` // street and number
	Province  string  `json:"-"`
	City      string  `json:"-"`
	District  string  `json:"-"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// known are landmarks of Shenzhen's west; the coordinates are good to a few hundred metres.
var known = []Place{
	{"金蝶软件园", "科技南十二路2号", "广东省", "深圳市", "南山区", 22.5316, 113.9483},
	{"深圳市软件产业基地", "学府路87号", "广东省", "深圳市", "南山区", 22.5237, 113.9385},
	{"深圳大学粤海校区", "南海大道3688号", "广东省", "深圳市", "南山区", 22.5333, 113.9312},
	{"深圳湾体育中心", "滨海大道3001号", "广东省", "深圳市", "南山区", 22.5188, 113.9465},
	{"高新园地铁站", "深南大道9819号", "广东省", "深圳市", "南山区", 22.5402, 113.9540},
	{"世界之窗", "深南大道9037号", "广东省", "深圳市", "南山区", 22.5368, 113.9736},
	{"深圳市民中心", "福中三路", "广东省", "深圳市", "福田区", 22.5428, 114.0596},
	{"深圳北站", "致远中路28号", "广东省", "深圳市", "龙华区", 22.6097, 114.0291},
}

// location is what getLocation and selectLocation answer.
type location struct {
	Latitude      float64 `json:"latitude"`
	Longitude     float64 `json:"longitude"`
	Province      string  `json:"province"`
	City          string  `json:"city"`
	District      string  `json:"district"`
	Name          string  `json:"name"`
	Address       string  `json:"address"`
	AddressDetail string  `json:"addressdetail"`
}

// at is the location of a place. Which of the two addresses is the longer one is not known of the client [I].
func at(p Place) location {
	return location{
		p.Latitude, p.Longitude, p.Province, p.City, p.District, p.Name, p.Address, p.Province + p.City + p.District + p.Address,
	}
}

func (d *Device) location(context.Context, struct{}) (location, error) { return at(d.places[0]), nil }

type coordinates struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

func (d *Device) latLon(context.Context, struct{}) (coordinates, error) {
	return coordinates{d.places[0].Latitude, d.places[0].Longitude}, nil
}

type selectParams struct {
	Latitude  degrees `json:"latitude"` // where the map opens; without it, where the phone is
	Longitude degrees `json:"longitude"`
	// IsLocation is passed by pages; what it changes is not known.
	IsLocation any `json:"isLocation"`
}

// degrees is a number that pages also send as text.
type degrees float64

// TypeScript implements typescript.Typed.
func (degrees) TypeScript() string { return "number | string" }

// UnmarshalJSON implements json.Unmarshaler; text that is no number counts as none.
func (d *degrees) UnmarshalJSON(text []byte) error {
	value, err := strconv.ParseFloat(strings.Trim(string(text), `"`), 64)
	if err == nil {
		*d = degrees(value)
	}
	return nil
}

// selectLocation fails, when the map is closed, as the client does without a result (reference §1.2); no other text is known.
func (d *Device) selectLocation(ctx context.Context, page bridge.Page, p selectParams) (location, error) {
	start := coordinates{float64(p.Latitude), float64(p.Longitude)}
	if start == (coordinates{}) || !onEarth(start.Latitude, start.Longitude) {
		start = coordinates{d.places[0].Latitude, d.places[0].Longitude}
	}
	place, chosen, err := d.pick(ctx, page, start)
	if err == nil && !chosen {
		err = bridge.Errorf(bridge.Failed, "获取失败")
	}
	return at(place), err
}

// positioned is what getCurrentPosition answers with; the fork's failure has nothing but success.
type positioned struct {
	bridge.Whole
	Success string    `json:"success"`
	Data    *position `json:"data,omitempty"`
}

type position struct {
	DetailAddress string `json:"detailAddress"`
	Latitude      string `json:"latitude"`
	Longitude     string `json:"longitude"`
}

func (d *Device) position(ctx context.Context, page bridge.Page, _ struct{}) (positioned, error) {
	place, chosen, err := d.pick(ctx, page, coordinates{d.places[0].Latitude, d.places[0].Longitude})
	if err != nil || !chosen {
		return positioned{Success: "false"}, err
	}
	text := func(degrees float64) string { return strconv.FormatFloat(degrees, 'f', -1, 64) }
	return positioned{Success: "true", Data: &position{at(place).AddressDetail, text(place.Latitude), text(place.Longitude)}}, nil
}

// choice is the answer to the map: a place by its name, or coordinates with a name and an address if there are any.
type choice struct {
	Place     string   `json:"place"`
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Name      string   `json:"name"`
	Address   string   `json:"address"`
	Cancel    bool     `json:"cancel"`

	known  []Place
	chosen Place
}

// Check refuses a place that the map does not know, and coordinates that are not on earth.
func (c *choice) Check() error {
	switch {
	case c.Cancel:
		return nil
	case c.Place != "":
		var names []string
		for _, p := range c.known {
			if p.Name == c.Place {
				c.chosen = p
				return nil
			}
			names = append(names, p.Name)
		}
		return bridge.Errorf(bridge.NoView, "地图上没有 %q, 有: %s; 或给出 latitude 和 longitude", c.Place, strings.Join(names, "、"))
	case c.Latitude == nil || c.Longitude == nil:
		return bridge.Errorf(bridge.NoView, "回答应有 place, 或 latitude 和 longitude, 或 cancel")
	case !onEarth(*c.Latitude, *c.Longitude):
		return bridge.Errorf(bridge.NoView, "经纬度超出范围: latitude %v, longitude %v", *c.Latitude, *c.Longitude)
	}
	c.chosen = c.somewhere()
	return nil
}

func onEarth(latitude, longitude float64) bool {
	return math.Abs(latitude) <= 90 && math.Abs(longitude) <= 180
}

// near is how far from a known place, in degrees, the district is still taken to be the same.
const near = 0.05

// somewhere is a place by coordinates, in the district of a known place that is near.
func (c *choice) somewhere() Place {
	p := Place{Name: c.Name, Address: c.Address, Latitude: *c.Latitude, Longitude: *c.Longitude}
	nearest := near
	for _, k := range c.known {
		if distance := math.Hypot(k.Latitude-p.Latitude, k.Longitude-p.Longitude); distance < nearest {
			nearest = distance
			p.Province, p.City, p.District = k.Province, k.City, k.District
		}
	}
	return p
}

// pick shows the map; chosen is false when it was cancelled.
func (d *Device) pick(ctx context.Context, page bridge.Page, start coordinates) (place Place, chosen bool, err error) {
	defer page.Cover()()
	c := choice{known: d.places}
	here := coordinates{d.places[0].Latitude, d.places[0].Longitude}
	err = page.Call(ctx, "view.locationPicker", map[string]any{"places": d.places, "start": start, "here": here}, &c)
	return c.chosen, err == nil && !c.Cancel, err
}
