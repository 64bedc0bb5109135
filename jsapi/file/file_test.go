package file_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"qinghost/bridge"
	"qinghost/jsapi/file"
)

// script answers every view alike.
type script string

func (script) Rule(string) bridge.Rule { return bridge.Rule{} }
func (s script) Answer(string) (bridge.Answer, bool) {
	return bridge.Answer{Value: json.RawMessage(s)}, s != ""
}

// page is a page that keeps what it is told beside its answers.
type page struct {
	t      *testing.T
	host   *bridge.Host
	files  *file.Files
	conn   *bridge.PipeEnd
	lastID uint64
	told   []bridge.Message
}

func open(t *testing.T) *page {
	t.Helper()
	clock := bridge.NewClockAt(time.Date(2026, 4, 1, 9, 30, 0, 0, time.UTC))
	files := file.New(clock, time.FixedZone("CST", 8*3600), oneScreen())
	h := bridge.NewHost(files.APIs()...)
	h.Clock = clock
	ours, theirs := bridge.Pipe()
	var serving sync.WaitGroup
	serving.Go(func() { assert.NoError(t, h.Serve(context.Background(), ours)) })
	t.Cleanup(func() {
		_ = theirs.Close() // never fails
		serving.Wait()
	})
	return &page{t: t, host: h, files: files, conn: theirs}
}

// oneScreen lets one screen stand at a time.
func oneScreen() func(bridge.Page, string) (func(), error) {
	var stands atomic.Bool
	return func(_ bridge.Page, method string) (func(), error) {
		if !stands.CompareAndSwap(false, true) {
			return nil, bridge.Ignored("客户端不理会此时的 " + method)
		}
		return func() { stands.Store(false) }, nil
	}
}

func (p *page) send(method, params string) (id uint64) {
	p.t.Helper()
	p.lastID++
	require.NoError(p.t, p.conn.Write(p.t.Context(), bridge.Message{ID: p.lastID, Method: method, Params: json.RawMessage(params)}))
	return p.lastID
}

func (p *page) read() bridge.Message {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	m, err := p.conn.Read(ctx)
	require.NoError(p.t, err)
	return m
}

// answer returns what the callback of a call gets; "" where it gets nothing.
func (p *page) answer(id uint64) string {
	p.t.Helper()
	for {
		m := p.read()
		if m.Method == "" && m.ID == id {
			return string(m.Result)
		}
		p.told = append(p.told, m)
	}
}

// call calls while the script answers the views so.
func (p *page) call(method, params, answer string) string {
	p.t.Helper()
	p.host.SetScript(script(answer))
	return p.answer(p.send(method, params))
}

// told waits for something that the host says by itself.
func (p *page) wait(method string) bridge.Message {
	p.t.Helper()
	for {
		for i, m := range p.told {
			if m.Method == method {
				p.told = p.told[i+1:]
				return m
			}
		}
		p.told = append(p.told, p.read())
	}
}

func failed(code, text string) string {
	return `{"success":"false","error":"` + text + `","errorCode":"` + code + `","data":{}}`
}

func TestSelectFile(t *testing.T) {
	p := open(t)
	first := p.call("selectFile", `{"pLine":"true"}`, `{"files":["季度总结.docx"]}`)
	var got struct {
		Data struct{ Files []map[string]string }
	}
	require.NoError(t, json.Unmarshal([]byte(first), &got))
	assert.Len(t, got.Data.Files[0]["fileId"], 24)
	delete(got.Data.Files[0], "fileId")
	assert.Equal(t, map[string]string{"fileName": "季度总结.docx", "fileExt": "docx", "fileTime": "2026-03-31 18:20", "fileSize": "48213"}, got.Data.Files[0])
	assert.Equal(t, first, p.call("selectFile", `{}`, `{"files":["季度总结.docx"]}`), "the same file has the same fileId")

	own := p.call("selectFile", `{}`, `{"own":[{"name":"合同.PDF","size":20480,"modified":1775000000000},{"name":"无扩展名","size":0}]}`)
	assert.Contains(t, own, `"fileName":"合同.PDF","fileExt":"pdf","fileTime":"2026-04-01 07:33","fileSize":"20480"`)
	assert.Contains(t, own, `"fileName":"无扩展名","fileExt":"","fileTime":"2026-04-01 17:30","fileSize":"0"`, "the team's time zone")

	assert.Equal(t, failed("1", "获取失败"), p.call("selectFile", `{}`, `{"cancel":true}`))
	assert.Contains(t, p.call("selectFile", `{}`, `{"files":["年报.docx"]}`), `没有 \"年报.docx\", 有: 季度总结.docx、`)
	assert.Equal(t, failed("90005", "回答应有 files、own 或 cancel"), p.call("selectFile", `{}`, `{}`))
	assert.Equal(t, failed("90005", "own 的第 1 个文件缺少 name, 或 size 为负"), p.call("selectFile", `{}`, `{"own":[{"size":1}]}`))
}

// While the list is open, the client passes over the next call; afterwards it does not.
func TestSecondScreenIsIgnored(t *testing.T) {
	p := open(t)
	first := p.send("selectFile", `{}`)
	list := p.wait("view.filePicker")
	p.send("showFile", `{"fileName":"合同.pdf"}`)
	unanswered := p.wait("$/unanswered")
	assert.Contains(t, string(unanswered.Params), "客户端不理会此时的 showFile")
	assert.Equal(t, bridge.CallUnanswered, p.host.Log.After(0, "showFile")[0].State)
	require.NoError(t, p.conn.Write(t.Context(), bridge.Message{ID: list.ID, Result: json.RawMessage(`{"files":["接口说明.txt"]}`)}))
	assert.Contains(t, p.answer(first), "接口说明.txt")
	assert.Empty(t, p.answer(p.send("showFile", `{"fileName":"合同.pdf","fileSize":20480,"isReadOnly":"true"}`)))
	viewer := p.wait("view.fileViewer")
	assert.JSONEq(t, `{"name":"合同.pdf","ext":"","time":"","size":"20480","id":"","url":"","readOnly":true}`, string(viewer.Params))
	require.NoError(t, p.conn.Write(t.Context(), bridge.Message{ID: viewer.ID, Result: json.RawMessage(`{"cancel":true}`)}))
	p.wait("appear")
}

func TestShowFileInTheBackground(t *testing.T) {
	p := open(t)
	for params, want := range map[string]string{
		`{"fileId":"5ac2f0a8","bgDownload":true}`:                           `{"success":"true"}`,
		`{"fileDownloadUrl":"https://files.example/a","bgDownload":"true"}`: `{"success":"true"}`,
		`{"fileName":"合同.pdf","bgDownload":1}`:                              `{"success":"false"}`,
	} {
		id := p.send("showFile", params)
		assert.Equal(t, want, p.answer(id))
		assert.Empty(t, p.answer(id), "and no second callback")
	}
}

type images struct {
	Data struct {
		LocalID  string
		LocalIDs []string
	}
}

func (p *page) choose(params, answer string) images {
	p.t.Helper()
	var got images
	text := p.call("chooseImage", params, answer)
	require.NoError(p.t, json.Unmarshal([]byte(text), &got), text)
	return got
}

// photo is a small JPEG.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 6))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, img, nil))
	return out.Bytes()
}

func own(t *testing.T) string { return ownAs(t, "") }

// ownAs answers with the photo, told apart by something behind it.
func ownAs(t *testing.T, behind string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"own": []map[string]any{{"name": "照片.jpg", "data": append(photo(t), behind...)}}})
	require.NoError(t, err)
	return string(text)
}

func TestChooseAndUploadImages(t *testing.T) {
	p := open(t)
	got := p.choose(`{"type":"photo","isMulti":true,"maxSelectCount":"3"}`, `{"images":["海边","夜色"]}`)
	require.Len(t, got.Data.LocalIDs, 2)
	assert.Equal(t, got.Data.LocalIDs[0], got.Data.LocalID)
	assert.Equal(t, got.Data.LocalIDs[:1], p.choose(`{"type":"photo"}`, `{"images":["海边"]}`).Data.LocalIDs, "the same picture has the same localId")

	status, header, body := p.get("/yzjLocalResource/img?id=" + got.Data.LocalID)
	assert.Equal(t, []any{200, "image/png", "nosniff"}, []any{status, header.Get("Content-Type"), header.Get("X-Content-Type-Options")})
	decoded, err := png.Decode(bytes.NewReader(body))
	require.NoError(t, err)
	assert.Equal(t, image.Pt(960, 720), decoded.Bounds().Size())

	mine := p.choose(`{"type":"camera"}`, own(t)).Data.LocalID
	var up struct {
		Data struct{ ServerID, LocalID string }
	}
	require.NoError(t, json.Unmarshal([]byte(p.call("uploadImage", `{"localId":"`+mine+`","isShowProgressTips":1}`, "")), &up))
	assert.Equal(t, mine, up.Data.LocalID)
	status, header, body = p.get("/openfile/download/media/" + up.Data.ServerID)
	assert.Equal(t, []any{200, "image/jpeg"}, []any{status, header.Get("Content-Type")})
	assert.Equal(t, photo(t), body)

	p.files.Reset()
	for _, path := range []string{"/openfile/download/media/" + up.Data.ServerID, "/yzjLocalResource/img?id=" + mine} {
		status, _, _ = p.get(path)
		assert.Equal(t, 404, status, path)
	}
	assert.Contains(t, p.call("uploadImage", `{"localId":"`+mine+`"}`, ""), `应是 chooseImage 给出的 localId","errorCode":"90001"`)
}

// The developer's own pictures are kept up to a limit; the oldest go first, with their uploads.
func TestOwnPicturesAreLimited(t *testing.T) {
	p := open(t)
	one := int64(len(photo(t)))
	file.Limit(p.files, 2*one+6) // two, with what is behind them
	choose := func(comment string) string { return p.choose(`{}`, ownAs(t, comment)).Data.LocalID }
	upload := func(localID string) string {
		var up struct{ Data struct{ ServerID string } }
		require.NoError(t, json.Unmarshal([]byte(p.call("uploadImage", `{"localId":"`+localID+`"}`, "")), &up))
		return "/openfile/download/media/" + up.Data.ServerID
	}
	status := func(path string) int { got, _, _ := p.get(path); return got }
	first := choose("")
	uploaded := upload(first)
	second := upload(choose("二"))
	assert.Equal(t, 200, status(uploaded))
	assert.Equal(t, first, choose(""), "the same picture takes no more room")
	assert.Equal(t, []int{200, 200}, []int{status(uploaded), status(second)})
	third := upload(choose("三"))
	assert.Equal(t, []int{404, 404}, []int{status(uploaded), status("/yzjLocalResource/img?id=" + first)}, "the oldest went")
	assert.Equal(t, 200, status(third))
	assert.Contains(t, p.call("uploadImage", `{"localId":"`+first+`"}`, ""), `"errorCode":"90001"`)

	choose("")
	assert.Equal(t, 404, status(uploaded), "chosen anew, and not uploaded")

	tooBig := p.call("chooseImage", `{}`, ownAs(t, strings.Repeat("大", 1000)))
	assert.Contains(t, tooBig, "请换小一些的, 或分几次选")
	assert.Contains(t, tooBig, `"errorCode":"90005"`)
	p.files.Reset()
	file.Limit(p.files, one)
	assert.Equal(t, 200, status(upload(choose(""))), "a reset makes room")
}

func (p *page) get(path string) (int, http.Header, []byte) {
	p.t.Helper()
	assert.True(p.t, file.Handles(strings.SplitN(path, "?", 2)[0]), path)
	w := httptest.NewRecorder()
	p.files.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	body, err := io.ReadAll(w.Body)
	require.NoError(p.t, err)
	return w.Code, w.Header(), body
}

func TestServedPathsOnly(t *testing.T) {
	for path, want := range map[string]bool{"/": false, "/yzjLocalResource/img": true, "/yzjLocalResource/imgs": false, "/openfile/download/media/a": true, "/openfile/": false} {
		assert.Equal(t, want, file.Handles(path), path)
	}
	w := httptest.NewRecorder()
	open(t).files.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/openfile/download/media/a", nil))
	assert.Equal(t, []any{405, "GET, HEAD"}, []any{w.Code, w.Header().Get("Allow")})
}

func TestImagesThatDoNotFit(t *testing.T) {
	p := open(t)
	page := base64.StdEncoding.EncodeToString([]byte("<svg onload=alert(1)>"))
	for _, test := range []struct{ params, answer, want string }{
		{`{}`, `{"images":["海边","夜色"]}`, "选了 2 张, 最多 1 张"},
		{`{"isMulti":true,"maxSelectCount":2}`, `{"images":["海边","夜色","城市"]}`, "选了 3 张, 最多 2 张"},
		{`{}`, `{"images":["月球"]}`, "相册里没有 \\\"月球\\\", 有: 山谷、"},
		{`{}`, `{"own":[{"name":"图.svg","data":"` + page + `"}]}`, "own 的第 1 个不是 PNG、JPEG 或 GIF 图片 (图.svg)"},
		{`{}`, `{}`, "回答应有 images、own 或 cancel"},
	} {
		got := p.call("chooseImage", test.params, test.answer)
		assert.Contains(t, got, test.want)
		assert.Contains(t, got, `"errorCode":"90005"`)
	}
	for _, method := range []string{"chooseImage", "selectPic", "fetchAvatar"} {
		assert.Equal(t, failed("1", "取消选择照片"), p.call(method, `{}`, `{"cancel":true}`))
	}
}

// selectPic gives a PNG, also of a JPEG.
func TestSelectPic(t *testing.T) {
	p := open(t)
	for answer, size := range map[string]image.Point{`{"images":["雪山"]}`: image.Pt(960, 720), own(t): image.Pt(8, 6)} {
		for _, method := range []string{"selectPic", "fetchAvatar"} {
			var got struct {
				Data struct{ FileExt, FileData string }
			}
			require.NoError(t, json.Unmarshal([]byte(p.call(method, `{"type":"photo"}`, answer)), &got))
			assert.Equal(t, "png", got.Data.FileExt)
			decoded, err := png.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(got.Data.FileData)))
			require.NoError(t, err)
			assert.Equal(t, size, decoded.Bounds().Size())
			if size.X == 8 {
				assert.Equal(t, color.GrayModel.Convert(color.White), color.GrayModel.Convert(decoded.At(3, 3)))
			}
		}
	}
}

// The chooser is told what it may show, and where from.
func TestChooser(t *testing.T) {
	p := open(t)
	p.send("selectPic", `{}`)
	var shown struct {
		Source   string
		Max      int
		Pictures []struct{ ID, Name string }
	}
	chooser := p.wait("view.imagePicker")
	require.NoError(t, json.Unmarshal(chooser.Params, &shown))
	assert.Equal(t, []any{"", 1, 9}, []any{shown.Source, shown.Max, len(shown.Pictures)})
	var got struct{ Data struct{ Type, Data string } }
	require.NoError(t, json.Unmarshal([]byte(p.answer(p.send("view.picture", `{"id":"`+shown.Pictures[0].ID+`","small":true}`))), &got))
	assert.Equal(t, "image/jpeg", got.Data.Type)
	thumb, err := jpeg.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(got.Data.Data)))
	require.NoError(t, err)
	assert.Equal(t, image.Pt(320, 240), thumb.Bounds().Size())
}

func TestPreviewImage(t *testing.T) {
	p := open(t)
	assert.Equal(t, `{"success":"true","errorCode":"0"}`, p.call("previewImage", `{"urls":["a.png","","b.png"],"images":[7,"c.png"],"current":"c.png"}`, ""))
	view := p.wait("view.imagePreview")
	assert.JSONEq(t, `{"urls":["a.png","b.png","c.png"],"at":2}`, string(view.Params))
	require.NoError(t, p.conn.Write(t.Context(), bridge.Message{ID: view.ID, Result: json.RawMessage(`{"cancel":true}`)}))
	p.wait("appear")
	assert.Equal(t, failed("1", "没有图片资源"), p.call("previewImage", `{"urls":[],"current":"a.png"}`, ""))
}

func TestExamplesRun(t *testing.T) {
	answers := map[string]string{"selectFile": `{"files":["活动素材.zip"]}`, "showFile": `{"cancel":true}`, "previewImage": `{"cancel":true}`}
	for _, api := range file.New(bridge.NewClock(), time.UTC, nil).APIs() {
		if api.Hidden {
			continue
		}
		assert.NotEmpty(t, api.Doc, api.Name)
		answer, other := answers[api.Name]
		if !other {
			answer = `{"images":["湖面"]}`
		}
		if got := open(t).call(api.Name, api.Example, answer); api.Name != "showFile" {
			assert.Contains(t, got, `"success":"true"`, api.Name)
		}
	}
}
