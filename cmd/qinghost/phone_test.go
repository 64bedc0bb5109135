package main

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const phonePage = `<!doctype html><meta charset=utf-8><title>设备</title><h1>设备</h1><input id=name><div id=shown></div>
<script>const heard = {}; const call = (name, params) => { delete heard[name]; qing.call(name, {...params, success: (r) => { heard[name] = r; }}); return 'called'; };</script>`

// note is what the open view says at its foot.
const note = `document.querySelector('qing-host').shadowRoot.querySelector('.note').textContent`

// showPhone shows a page that calls and keeps what it hears.
func showPhone(t *testing.T) (*running, *tab) {
	t.Helper()
	p := start(t, folder(t, map[string]string{"index.html": phonePage}))
	b := visit(t, p.URL)
	b.wait(`document.readyState === 'complete'`)
	return p, b
}

// A person chooses pictures; the page shows them by the client's own scheme, by script and by markup, and after the upload by
// the vendor's address.
func TestChooseImages(t *testing.T) {
	_, b := showPhone(t)
	b.eval(`call('chooseImage', {type: 'photo', isMulti: true, maxSelectCount: 2})`)
	b.find("dialog", "相册")
	for _, name := range []string{"夜色", "海边", "城市"} { // one too many
		b.press("checkbox", name)
	}
	require.Equal(t, "最多只能选择 2 张", b.eval(note))
	b.press("button", "完成(2)")
	b.wait(`heard.chooseImage`)
	require.Equal(t, `[2,true]`, b.eval(`[heard.chooseImage.data.localIds.length, heard.chooseImage.data.localIds[0] === heard.chooseImage.data.localId]`))

	b.eval(`call('uploadImage', {localId: heard.chooseImage.data.localId})`)
	b.wait(`heard.uploadImage`)
	b.eval(`(([one, two]) => {
		const local = 'yzjLocalResource://img?id=', shown = document.querySelector('#shown');
		shown.innerHTML = '<img onerror="window.failed = 1" src="' + local + one + '">';
		const script = new Image(); script.src = local + two;
		const attribute = document.createElement('img'); attribute.setAttribute('src', 'https://yunzhijia.com/openfile/download/media/' + heard.uploadImage.data.serverId);
		shown.append(script, attribute);
	})(heard.chooseImage.data.localIds)`)
	b.wait(`[...document.images].length === 3 && [...document.images].every(i => i.naturalWidth === 960)`)
	require.Equal(t, "true", b.eval(`window.failed === undefined`), "the page hears of no error")
	require.Equal(t, "200", b.eval(`fetch('https://www.yunzhijia.com/openfile/download/media/' + heard.uploadImage.data.serverId).then(r => r.status)`))

	b.eval(`call('previewImage', {urls: heard.chooseImage.data.localIds.map(id => 'yzjLocalResource://img?id=' + id)})`)
	b.find("dialog", "查看图片")
	b.press("button", "下一张")
	b.find("button", "上一张")
	b.key(kb.Escape)
	b.gone("dialog", "查看图片")
}

// The chooser asks first where the picture is to come from; Escape cancels.
func TestSelectPicAsks(t *testing.T) {
	_, b := showPhone(t)
	b.eval(`call('selectPic')`)
	b.press("button", "拍照")
	b.press("button", "下一个画面")
	b.press("button", "拍照")
	b.press("button", "使用照片")
	b.wait(`heard.selectPic`)
	require.Equal(t, `["png",true]`, b.eval(`[heard.selectPic.data.fileExt, atob(heard.selectPic.data.fileData).startsWith('\x89PNG')]`))
	b.eval(`call('fetchAvatar', {type: 'photo'})`)
	b.find("dialog", "相册")
	b.key(kb.Escape)
	b.wait(`heard.fetchAvatar`)
	require.Equal(t, "取消选择照片 1", b.eval(`heard.fetchAvatar.error + ' ' + heard.fetchAvatar.errorCode`))
}

// The developer's own pictures and files come through the browser's file input; what is no PNG, JPEG or GIF becomes a PNG.
func TestOwnFiles(t *testing.T) {
	_, b := showPhone(t)
	dir := folder(t, map[string]string{
		"图.webp": onePixel(t),
		"坏.png":  "不是图片",
		"合同.pdf": strings.Repeat("合", 1000),
	})
	b.eval(`call('chooseImage', {type: 'photo'})`)
	b.find("dialog", "相册")
	b.upload(filepath.Join(dir, "坏.png"))
	b.press("button", "确定")
	b.wait(note + ` === '无法读取这个文件'`)
	b.upload(filepath.Join(dir, "图.webp"))
	b.press("button", "确定")
	b.wait(`heard.chooseImage`)
	b.eval(`document.querySelector('#shown').append(Object.assign(new Image(), {src: 'yzjLocalResource://img?id=' + heard.chooseImage.data.localId}))`)
	b.wait(`document.images[0].naturalWidth === 1`)
	require.Equal(t, "image/png", b.eval(`fetch(document.images[0].src).then(r => r.headers.get('content-type'))`))

	b.eval(`call('selectFile')`)
	b.find("dialog", "选择文件")
	b.upload(filepath.Join(dir, "合同.pdf"))
	b.press("button", "完成(1)")
	b.wait(`heard.selectFile`)
	require.Equal(t, `["合同.pdf","pdf","3000"]`, b.eval(`(f => [f.fileName, f.fileExt, f.fileSize])(heard.selectFile.data.files[0])`))
}

// onePixel is a WebP file.
func onePixel(t *testing.T) string {
	t.Helper()
	webp, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	require.NoError(t, err)
	return string(webp)
}

// upload gives a file to the file input of the open view, as the browser's dialog would.
func (b *tab) upload(name string) {
	b.t.Helper()
	b.act(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		input, err := cdp.Call(ctx, t, runtime.Evaluate, runtime.EvaluateParams{
			Expression: `document.querySelector('qing-host').shadowRoot.querySelector('input[type=file]')`,
		})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, t, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{name}, ObjectID: input.Result.ObjectID})
		return err
	}))
}

func TestSelectLocation(t *testing.T) {
	_, b := showPhone(t)
	b.eval(`call('selectLocation')`)
	b.find("dialog", "位置")
	b.press("radio", "世界之窗")
	b.press("button", "确定")
	b.wait(`heard.selectLocation`)
	require.Equal(t, `["世界之窗",22.5368]`, b.eval(`[heard.selectLocation.data.name, heard.selectLocation.data.latitude]`))

	b.eval(`call('selectLocation', {latitude: 34.26, longitude: 108.94})`)
	b.press("group", "地图") // in its middle, where the pin stands
	b.key(kb.ArrowUp)
	b.press("button", "确定")
	b.wait(`heard.selectLocation`)
	require.Equal(t, `["",true,108.94]`,
		b.eval(`[heard.selectLocation.data.name, heard.selectLocation.data.latitude > 34.261, heard.selectLocation.data.longitude]`))

	b.eval(`call('selectLocation')`)
	b.press("spinbutton", "纬度")
	b.eval(`document.querySelector('qing-host').shadowRoot.activeElement.select()`)
	b.write("91")
	require.Equal(t, "true", b.eval(`[...document.querySelector('qing-host').shadowRoot.querySelectorAll('button.ok')].every(e => e.disabled)`), "not on earth")
	b.eval(`document.querySelector('qing-host').shadowRoot.activeElement.select()`)
	b.write("31.2")
	b.key(kb.Enter)
	b.wait(`heard.selectLocation`)
	require.Equal(t, `31.2`, b.eval(`heard.selectLocation.data.latitude`))
}

// Scanner, files and keyboard, by a person and by the control API.
func TestScanFilesKeyboard(t *testing.T) {
	p, b := showPhone(t)
	b.eval(`call('scanQRCode', {needResult: 1})`)
	b.find("textbox", "码的内容")
	b.write("https://yunzhijia.com/会议/7")
	b.key(kb.Enter)
	b.wait(`heard.scanQRCode`)
	require.Equal(t, "https://yunzhijia.com/会议/7", b.eval(`heard.scanQRCode.data.qrcode_str`))

	// A picture is read by the browser's own reader, which this Chromium lacks: one stands in for it.
	picture := filepath.Join(folder(t, map[string]string{"码.webp": onePixel(t)}), "码.webp")
	const says = `document.querySelector('qing-host').shadowRoot.querySelector('[role=status]').textContent`
	b.eval(`delete window.BarcodeDetector`)
	b.eval(`call('scanQRCode', {needResult: 0})`)
	b.find("dialog", "扫一扫")
	b.upload(picture)
	b.wait(says + `.startsWith('这个浏览器不能识别码')`)
	b.key(kb.Escape)
	b.wait(`JSON.stringify(heard.scanQRCode) === '{"success":"true"}'`)
	b.eval(`(window.BarcodeDetector = class { detect(p) { return Promise.resolve(p.width === 1 ? [{rawValue: '工号 007'}] : []); } }, 1)`)
	b.eval(`call('scanQRCode', {needResult: 1})`)
	b.find("dialog", "扫一扫")
	b.upload(picture)
	b.wait(`heard.scanQRCode && heard.scanQRCode.data.qrcode_str === '工号 007'`)

	b.eval(`call('selectFile')`)
	b.press("checkbox", "接口说明.txt")
	b.press("button", "完成(1)")
	b.wait(`heard.selectFile`)
	require.Equal(t, `["接口说明.txt","3120"]`, b.eval(`[heard.selectFile.data.files[0].fileName, heard.selectFile.data.files[0].fileSize]`))

	b.eval(`call('selectFile')`)
	p.waitView("filePicker")
	status, body := p.control(t, "POST answer", `{"view":"filePicker","files":["年报.docx"]}`)
	require.Equal(t, 409, status)
	require.True(t, strings.Contains(body, "季度总结.docx"), body)
	p.do("POST answer", `{"view":"filePicker","own":[{"name":"合同.pdf","size":20480}]}`)
	b.wait(`heard.selectFile`)
	b.gone("dialog", "选择文件")

	b.eval(`document.querySelector('#name').focus()`)
	b.eval(`qing.call('hideKeyboard')`)
	b.wait(`document.activeElement === document.body`)
}
