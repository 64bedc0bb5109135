// Package file is what a page gets from the phone's album and from the files of the client, and what it shows of them. Shapes
// follow reference §2. Chosen pictures and uploads live in memory, until a reset or the host's end.
package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"qinghost/bridge"
)

// Files are the phone's pictures and the client's files.
type Files struct {
	clock *bridge.Clock
	zone  *time.Location
	enter func(page bridge.Page, method string) (leave func(), err error)
	most  int64 // bytes of own

	mu    sync.Mutex
	own   map[string]photo  // the developer's pictures, by localId
	order []string          // their localIds, the oldest first
	held  int64             // bytes of own
	media map[string]string // localIds of what was uploaded, by serverId
}

// New returns the files of a phone in that time zone. enter opens a screen of that method over a page until leave is called;
// its error, while another stands there, is the call's.
func New(clock *bridge.Clock, zone *time.Location, enter func(page bridge.Page, method string) (leave func(), err error)) *Files {
	f := &Files{clock: clock, zone: zone, enter: enter, most: mostBytes}
	f.Reset()
	return f
}

// Reset forgets what was chosen and uploaded.
func (f *Files) Reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.own, f.order, f.held, f.media = map[string]photo{}, nil, 0, map[string]string{}
}

// APIs returns what pages can call.
func (f *Files) APIs() []bridge.API {
	return []bridge.API{
		bridge.DefineOnPage("selectFile", "打开文件列表, 选文件", f.selectFile, bridge.Since("0.9.0"), bridge.Waits, bridge.Example(`{"pLine": "true"}`)),
		bridge.DefineOnPage("showFile", "打开一个文件; 只在 bgDownload 时回调", f.showFile, bridge.Since("0.9.0"), bridge.Repeats,
			bridge.Example(`{"fileId": "5ac2f0a8e4b0c8f7d1b2a3c4", "fileName": "季度总结.docx", "fileExt": "docx", "fileSize": "48213"}`)),
		bridge.DefineOnPage("selectPic", "选一张照片或拍照, 取 base64", f.selectPic, bridge.Since("0.9.0"), bridge.Waits, bridge.Example(`{"type": "photo"}`)),
		bridge.DefineOnPage("fetchAvatar", "选一张照片或拍照作头像, 取 base64", f.selectPic, bridge.Since("0.9.0"), bridge.Waits, bridge.Example(`{"type": "camera"}`)),
		bridge.DefineOnPage("chooseImage", "从相册选图或拍照, 取 localId", f.chooseImage, bridge.Since("0.9.51"), bridge.Waits,
			bridge.Example(`{"type": "photo", "isMulti": true, "maxSelectCount": 9}`)),
		bridge.Define("uploadImage", "上传 chooseImage 选的图, 取 serverId", f.uploadImage, bridge.Since("0.9.51"),
			bridge.Example(`{"localId": "`+localID(0)+`"}`)),
		bridge.DefineOnPage("previewImage", "全屏查看图片", f.previewImage, bridge.Since("0.9.16"),
			bridge.Example(`{"current": "`+Scheme+localID(0)+`", "urls": ["`+Scheme+localID(0)+`", "`+Scheme+localID(1)+`"]}`)),
		bridge.Define("view.picture", "视图取一张图片", f.picture, bridge.Hidden),
	}
}

// hexID makes an id in the vendor's form that is always the same for the same words.
func hexID(words ...string) string {
	sum := sha256.Sum256([]byte("qinghost\x00file\x00" + strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:12])
}

// cover opens a screen over the page. It leaves before the page hears of it, which may then open the next at once.
func (f *Files) cover(page bridge.Page, method string) (uncover func(), err error) {
	leave, err := f.enter(page, method)
	if err != nil {
		return nil, err
	}
	shown := page.Cover()
	return func() {
		leave()
		shown()
	}, nil
}

// chosenFile is one of selectFile's files.
type chosenFile struct {
	ID   string `json:"fileId"`
	Name string `json:"fileName"`
	Ext  string `json:"fileExt"`
	Time string `json:"fileTime"` // 2006-01-02 15:04
	Size string `json:"fileSize"` // bytes
}

func newFile(name string, size int64, at string) chosenFile {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	return chosenFile{hexID(name, strconv.FormatInt(size, 10)), name, ext, at, strconv.FormatInt(size, 10)}
}

// samples are the files that the client has without anybody's doing.
var samples = []chosenFile{
	newFile("季度总结.docx", 48213, "2026-03-31 18:20"),
	newFile("差旅报销单.xlsx", 21734, "2026-03-30 09:42"),
	newFile("产品路线图.pptx", 1893456, "2026-03-27 16:05"),
	newFile("采购合同（盖章）.pdf", 734211, "2026-03-25 11:17"),
	newFile("办公室平面图.png", 402911, "2026-03-20 14:33"),
	newFile("会议录音.m4a", 5242880, "2026-03-18 10:00"),
	newFile("接口说明.txt", 3120, "2026-03-12 08:58"),
	newFile("活动素材.zip", 18350080, "2026-03-02 19:46"),
}

// fileChoice is the answer to the file list: names of the samples, and files of the developer's own.
type fileChoice struct {
	Files []string `json:"files"`
	Own   []struct {
		Name     string `json:"name"`
		Size     int64  `json:"size"`     // bytes
		Modified int64  `json:"modified"` // milliseconds since 1970; 0: now
	} `json:"own"`
	Cancel bool `json:"cancel"`

	chosen []chosenFile
}

// Check refuses names that are not in the list, and an answer without any file.
func (c *fileChoice) Check() error {
	if c.Cancel {
		return nil
	}
	for _, name := range c.Files {
		found := false
		var names []string
		for _, s := range samples {
			if s.Name == name {
				found = true
				c.chosen = append(c.chosen, s)
			}
			names = append(names, s.Name)
		}
		if !found {
			return bridge.Errorf(bridge.NoView, "文件列表里没有 %q, 有: %s; 其他文件写进 own: [{name, size}]", name, strings.Join(names, "、"))
		}
	}
	for i, own := range c.Own {
		if own.Name == "" || own.Size < 0 {
			return bridge.Errorf(bridge.NoView, "own 的第 %d 个文件缺少 name, 或 size 为负", i+1)
		}
	}
	if len(c.Files)+len(c.Own) == 0 {
		return bridge.Errorf(bridge.NoView, "回答应有 files、own 或 cancel")
	}
	return nil
}

type selectedFiles struct {
	Files []chosenFile `json:"files"`
}

// selectFile fails, when the list is closed, as the client does without a result (reference §1.2); no other text is known.
func (f *Files) selectFile(ctx context.Context, page bridge.Page, _ struct {
	Line any `json:"pLine"` // passed by pages; what it changes is not known
}) (selectedFiles, error) {
	uncover, err := f.cover(page, "selectFile")
	if err != nil {
		return selectedFiles{}, err
	}
	defer uncover()
	var c fileChoice
	if err := page.Call(ctx, "view.filePicker", map[string]any{"files": samples}, &c); err != nil {
		return selectedFiles{}, err
	}
	if c.Cancel {
		return selectedFiles{}, bridge.Errorf(bridge.Failed, "获取失败")
	}
	for _, own := range c.Own {
		at := f.clock.Now()
		if own.Modified > 0 {
			at = time.UnixMilli(own.Modified)
		}
		c.chosen = append(c.chosen, newFile(own.Name, own.Size, at.In(f.zone).Format("2006-01-02 15:04")))
	}
	return selectedFiles{c.chosen}, nil
}

type showParams struct {
	FileID      string      `json:"fileId"`
	Name        string      `json:"fileName"`
	Ext         string      `json:"fileExt"`
	Time        any         `json:"fileTime"`
	Size        any         `json:"fileSize"` // bytes, as a text or a number
	DownloadURL string      `json:"fileDownloadUrl"`
	PublicID    string      `json:"publicAccountId"`
	AutoOpen    bridge.Bool `json:"autoOpen"`
	ReadOnly    bridge.Bool `json:"isReadOnly"`
	Background  bridge.Bool `json:"bgDownload"`
}

// downloaded is all that showFile's callback gets; its success is not that of a download, for nothing is downloaded here.
type downloaded struct {
	bridge.Whole
	Success string `json:"success"`
}

// showFile shows what is known of the file. With bgDownload it shows nothing and calls back: "false" where neither fileId nor
// fileDownloadUrl says what there would be to download.
func (f *Files) showFile(ctx context.Context, page bridge.Page, p showParams) (struct{}, error) {
	if p.Background {
		bridge.Reply(ctx, downloaded{Success: strconv.FormatBool(p.FileID != "" || p.DownloadURL != "")})
		return struct{}{}, nil
	}
	uncover, err := f.cover(page, "showFile")
	if err != nil {
		return struct{}{}, err
	}
	page.Go(func(ctx context.Context) {
		defer uncover()
		var closed struct {
			Cancel bool `json:"cancel"`
		}
		_ = page.Call(ctx, "view.fileViewer", map[string]any{ // it has nothing to say but that it was closed
			"name": p.Name, "ext": p.Ext, "time": text(p.Time), "size": text(p.Size), "id": p.FileID, "url": p.DownloadURL, "readOnly": p.ReadOnly,
		}, &closed)
	})
	return struct{}{}, nil
}

// text is a value of JSON as it would be written; nothing for null.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	default:
		encoded, _ := json.Marshal(v) // it came as JSON
		return string(encoded)
	}
}
