package file

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	_ "image/gif" // for Decode
	"net/http"
	"strings"

	"qinghost/bridge"
)

// Scheme begins the address by which a page shows a picture that was chosen: an img's src.
const Scheme = "yzjLocalResource://img?id="

// Paths of the preview's own port: where such an address leads, and where uploads are, as at https://yunzhijia.com.
const (
	localPath = "/yzjLocalResource/img"
	mediaPath = "/openfile/download/media/"
)

// mostBytes is how much of the developer's own pictures is kept; the oldest go first, with their uploads.
const mostBytes = 64 << 20

// photo is a picture as a file.
type photo struct {
	Type string `json:"type"` // image/png …
	Data []byte `json:"data"`
}

func localID(album int) string { return hexID("picture", albumNames()[album]) }

func mediaID(localID string) string { return hexID("media", localID) }

func albumNames() []string {
	names := make([]string, len(album))
	for i, p := range album {
		names[i] = p.name
	}
	return names
}

// find returns a picture by its localId; small: the album's in the chooser's size.
func (f *Files) find(id string, small bool) (photo, bool) {
	for i := range album {
		if localID(i) != id {
			continue
		}
		if small {
			return photo{"image/jpeg", thumbs[i]()}, true
		}
		return photo{"image/png", drawn[i]()}, true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	own, known := f.own[id]
	return own, known
}

// keep stores a picture of the developer's own and returns its localId.
func (f *Files) keep(picture photo) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	id := hexID("own", string(picture.Data))
	if _, known := f.own[id]; known {
		return id
	}
	f.own[id] = picture
	f.order = append(f.order, id)
	for f.held += int64(len(picture.Data)); f.held > f.most; f.order = f.order[1:] {
		oldest := f.order[0]
		f.held -= int64(len(f.own[oldest].Data))
		delete(f.own, oldest)
		delete(f.media, mediaID(oldest))
	}
	return id
}

func noPicture(id string) error {
	return bridge.Errorf(bridge.BadParams, "没有 localId 为 %q 的图片: 应是 chooseImage 给出的 localId", id)
}

// picture hands a picture to a view: under a page's policy a view can draw it, and could not load it.
func (f *Files) picture(_ context.Context, p struct {
	ID    string `json:"id"`
	Small bool   `json:"small"`
}) (photo, error) {
	found, known := f.find(p.ID, p.Small)
	if !known {
		return photo{}, noPicture(p.ID)
	}
	return found, nil
}

// imageChoice is the answer to the chooser: names of the album's pictures, and pictures of the developer's own.
type imageChoice struct {
	Images []string   `json:"images"`
	Own    []ownImage `json:"own"`
	Cancel bool       `json:"cancel"`

	most      int
	mostBytes int64    // of Own
	ids       []string // of Images
}

// ownImage is a PNG, JPEG or GIF file.
type ownImage struct {
	Name string `json:"name"`
	Data []byte `json:"data"` // base64
}

// Check refuses pictures that there are not, files that are no pictures, and more or fewer than the page asked for.
func (c *imageChoice) Check() error {
	if c.Cancel {
		return nil
	}
	names := albumNames()
	for _, name := range c.Images {
		found := false
		for i := range names {
			if names[i] == name || localID(i) == name {
				found = true
				c.ids = append(c.ids, localID(i))
			}
		}
		if !found {
			return bridge.Errorf(bridge.NoView, "相册里没有 %q, 有: %s", name, strings.Join(names, "、"))
		}
	}
	bytes := int64(0)
	for i, own := range c.Own {
		bytes += int64(len(own.Data))
		if kind := http.DetectContentType(own.Data); kind != "image/png" && kind != "image/jpeg" && kind != "image/gif" {
			return bridge.Errorf(bridge.NoView, "own 的第 %d 个不是 PNG、JPEG 或 GIF 图片 (%s)", i+1, own.Name)
		}
	}
	switch n := len(c.Images) + len(c.Own); {
	case n == 0:
		return bridge.Errorf(bridge.NoView, "回答应有 images、own 或 cancel")
	case n > c.most:
		return bridge.Errorf(bridge.NoView, "选了 %d 张, 最多 %d 张", n, c.most)
	case bytes > c.mostBytes:
		return bridge.Errorf(bridge.NoView, "own 的图片共 %d 字节, 一次最多 %d 字节: 请换小一些的, 或分几次选", bytes, c.mostBytes)
	}
	return nil
}

// choose shows the chooser and returns the localIds. source is photo, camera, or else left to the person.
func (f *Files) choose(ctx context.Context, page bridge.Page, source string, most int) ([]string, error) {
	defer page.Cover()()
	type shown struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	var pictures []shown
	for i, name := range albumNames() {
		pictures = append(pictures, shown{localID(i), name})
	}
	c := imageChoice{most: most, mostBytes: f.most}
	if err := page.Call(ctx, "view.imagePicker", map[string]any{"source": source, "max": most, "pictures": pictures}, &c); err != nil {
		return nil, err
	}
	if c.Cancel {
		return nil, bridge.Errorf(bridge.Failed, "取消选择照片")
	}
	for _, own := range c.Own {
		c.ids = append(c.ids, f.keep(photo{http.DetectContentType(own.Data), own.Data}))
	}
	return c.ids, nil
}

type chooseParams struct {
	Type    string      `json:"type"` // photo or camera
	Multi   bridge.Bool `json:"isMulti"`
	Most    bridge.Int  `json:"maxSelectCount"`
	NeedCut bridge.Bool `json:"needCut"`    // nothing is cut here
	Origin  bridge.Bool `json:"showOrigin"` // pictures are always the originals here
}

// mostImages is how many can be chosen where the page does not say; the client's own number is not known [I].
const mostImages = 9

type chosenImages struct {
	LocalID  string   `json:"localId"` // the first
	LocalIDs []string `json:"localIds"`
}

func (f *Files) chooseImage(ctx context.Context, page bridge.Page, p chooseParams) (chosenImages, error) {
	most := 1
	if p.Multi {
		most = mostImages
		if p.Most > 0 {
			most = int(min(p.Most, 1000))
		}
	}
	ids, err := f.choose(ctx, page, p.Type, most)
	if err != nil {
		return chosenImages{}, err
	}
	return chosenImages{ids[0], ids}, nil
}

type picParams struct {
	Type string `json:"type"` // photo or camera; without it, the person chooses
}

type encodedImage struct {
	Ext  string `json:"fileExt"`
	Data string `json:"fileData"` // base64
}

// selectPic gives a PNG, whatever was chosen.
func (f *Files) selectPic(ctx context.Context, page bridge.Page, p picParams) (encodedImage, error) {
	ids, err := f.choose(ctx, page, p.Type, 1)
	if err != nil {
		return encodedImage{}, err
	}
	chosen, _ := f.find(ids[0], false) // choose has kept it
	if chosen.Type != "image/png" {
		decoded, _, err := image.Decode(bytes.NewReader(chosen.Data))
		if err != nil {
			return encodedImage{}, bridge.Errorf(bridge.BadParams, "无法读取选中的图片: %v", err)
		}
		chosen.Data = encodePNG(decoded)
	}
	return encodedImage{"png", base64.StdEncoding.EncodeToString(chosen.Data)}, nil
}

type uploaded struct {
	ServerID string `json:"serverId"`
	LocalID  string `json:"localId"`
}

// uploadImage puts the picture where the vendor's server would have it; see ServeHTTP.
func (f *Files) uploadImage(_ context.Context, p struct {
	LocalID  string      `json:"localId"`
	ShowTips bridge.Bool `json:"isShowProgressTips"` // an upload takes no time here
}) (uploaded, error) {
	id := strings.TrimPrefix(p.LocalID, Scheme)
	if _, known := f.find(id, false); !known {
		return uploaded{}, noPicture(p.LocalID)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.media[mediaID(id)] = id
	return uploaded{mediaID(id), p.LocalID}, nil
}

// address is a picture's; what is no text counts as none.
type address string

// TypeScript implements typescript.Typed.
func (address) TypeScript() string { return "string" }

// UnmarshalJSON implements json.Unmarshaler.
func (a *address) UnmarshalJSON(text []byte) error {
	if len(text) > 0 && text[0] == '"' {
		return unquote(text, a)
	}
	return nil
}

type previewParams struct {
	Current address   `json:"current"`
	URLs    []address `json:"urls"`
	Images  []address `json:"images"`
}

type previewed struct {
	bridge.Whole
	Success   string      `json:"success"`
	ErrorCode bridge.Code `json:"errorCode"`
}

// previewImage answers as soon as the pictures are shown. That one client's answer gets lost on its way (reference §1.2, and
// only inferred there) is taken for a fault of that build; a scenario's "never" imitates it.
func (f *Files) previewImage(_ context.Context, page bridge.Page, p previewParams) (previewed, error) {
	var urls []address
	at := 0
	for _, url := range append(p.URLs, p.Images...) {
		if url == "" {
			continue
		}
		if url == p.Current {
			at = len(urls)
		}
		urls = append(urls, url)
	}
	if len(urls) == 0 {
		return previewed{}, bridge.Errorf(bridge.Failed, "没有图片资源")
	}
	uncover := page.Cover()
	page.Go(func(ctx context.Context) {
		defer uncover()
		var closed struct {
			Cancel bool `json:"cancel"`
		}
		_ = page.Call(ctx, "view.imagePreview", map[string]any{"urls": urls, "at": at}, &closed) // it says nothing but that it was closed
	})
	return previewed{Success: "true", ErrorCode: bridge.OK}, nil
}
