//go:build desktop

package main

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"qinghost/runtime/desktop"
)

// drive is the page's script that does what a person would do, by roles and names, and tells each step as a title. It waits
// by looking again at every change of the document.
const drive = `
const step = (title) => qing.call('setWebViewTitle', {title})
const host = () => document.querySelector('qing-host')
const within = () => host() && host().shadowRoot
const named = (e, name) => (e.getAttribute('aria-label') || e.textContent).trim().startsWith(name)
const find = (selector, name) => within() && [...within().querySelectorAll(selector)].find((e) => named(e, name))
const until = (look) => new Promise((done) => {
	const again = () => { const found = look(); if (found) { clearInterval(timer); done(found) } }
	const timer = setInterval(again, 10)
	again()
})
const press = async (selector, name) => (await until(() => find(selector, name))).click()
const dialog = (name) => until(() => within() && [...within().querySelectorAll('dialog[open]')].find((d) => {
	const by = d.getAttribute('aria-labelledby')
	return (by ? within().getElementById(by).textContent : d.getAttribute('aria-label')) === name
}))
const result = (api) => until(() => document.querySelector('#results li[data-api=' + api + ']'))
addEventListener('unhandledrejection', (e) => step('坏了: ' + e.reason))
addEventListener('error', (e) => step('坏了: ' + e.message))
qing.ready(async () => {
	await until(() => document.querySelector('#me .name').textContent === '方知遥')
	;(await until(() => document.querySelector('#groups button[data-api=createVoiceMeeting]'))).click()
	const picker = await dialog('选择人员')
	step('picker')
	for (const [typed, name] of [['zr', '翟苒'], ['zengxu', '曾煦南'], ['小满', '卢小满']]) {
		const search = picker.querySelector('input[type=search]')
		search.value = typed
		search.dispatchEvent(new Event('input', {bubbles: true}))
		await press('input[type=checkbox]', name)
	}
	await press('button', '确定(3)')
	await dialog('语音会议')
	const row = await result('createVoiceMeeting')
	step('result ' + row.dataset.success + ' ' + row.dataset.code)
	await until(() => find('li', '翟苒 已加入'))
	step('joined')
	await press('button', '收起')
	await until(() => document.querySelector('#events li[data-event=appear]'))
	step('minimised')
	await press('button', '语音会议')
	await dialog('语音会议')
	await press('button', '结束')
	await until(() => !within() || !within().querySelector('dialog[open]'))
	await until(() => document.querySelectorAll('#events li').length === 4)
	step('events ' + [...document.querySelectorAll('#events li')].map((li) => li.dataset.event).reverse().join(' '))
	await until(() => window.closing)
	document.querySelector('button[data-api=closeWebView]').click()
})
qing.on('close please', () => { window.closing = true })
`

// window runs qinghost with a real window on a copy of the example with that script.
type window struct {
	ready
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr *output
	exited         chan struct{}
}

func openWindow(t *testing.T, args ...string) *window {
	t.Helper()
	if err := desktop.Available(); err != nil {
		lacks(t, err.Error())
	}
	dir := copied(t, example)
	write(t, dir+"/drive.js", drive)
	edit(t, dir+"/index.html", "</head>", `<script src="drive.js" defer></script></head>`)
	args = append([]string{"preview", "--json", "--window", "--port", "0"}, append(args, dir)...)
	w := &window{t: t, cmd: exec.CommandContext(t.Context(), "qinghost", args...), stdout: &output{}, stderr: &output{}, exited: make(chan struct{})}
	w.cmd.Stdout, w.cmd.Stderr = w.stdout, w.stderr
	w.cmd.WaitDelay = time.Second // the engine's helpers hold the pipes for a moment
	require.NoError(t, w.cmd.Start())
	go func() {
		defer close(w.exited)
		_ = w.cmd.Wait() // its state is looked at
	}()
	t.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		<-w.exited
		if t.Failed() {
			t.Logf("stdout:\n%s\nstderr:\n%s", w.stdout.clipped(), w.stderr.clipped())
		}
	})
	until(t, "就绪的一行", func() (is bool) { w.ready, is = w.stdout.ready(); return is })
	require.True(t, w.Window)
	return w
}

// step waits until the page has told of a step.
func (w *window) step(title string) {
	w.t.Helper()
	until(w.t, "步骤 "+title, func() bool {
		require.NotContains(w.t, w.stdout.String(), "坏了", "the page's script")
		return strings.Contains(w.stdout.String(), `"method":"setWebViewTitle","params":{"title":"`+title+`"}`)
	})
}

// ends waits for the end and compares the exit code.
func (w *window) ends(code int) {
	w.t.Helper()
	select {
	case <-w.exited:
		require.Equal(w.t, code, w.cmd.ProcessState.ExitCode())
	case <-time.After(patience):
		require.Fail(w.t, "没有结束")
	}
}

func TestWindow(t *testing.T) {
	w := openWindow(t)
	w.step("picker")
	w.step("result true 0")
	w.step("joined")
	w.step("minimised")
	w.step("events disappear appear disappear appear")
	pages := w.state(t).Pages
	require.Len(t, pages, 1)
	require.Equal(t, "events disappear appear disappear appear", pages[0].Title)
	require.Equal(t, "ios", pages[0].Profile)
	require.Nil(t, pages[0].Meeting)
	w.control(t, "POST emit", `{"event":"close please"}`)
	w.ends(exitDone)
	require.Contains(t, w.stdout.String(), `"method":"closeWebView"`)
	require.NotRegexp(t, `(?m)^\d\d:\d\d:\d\d `, w.stderr.String()) // what else is there is WebKit's
}

func TestWindowInterrupted(t *testing.T) {
	w := openWindow(t)
	w.step("picker")
	began := time.Now()
	require.NoError(t, w.cmd.Process.Signal(syscall.SIGINT))
	w.ends(exitInterrupted)
	require.Less(t, time.Since(began), 2*time.Second)
}

func TestWindowByScenario(t *testing.T) {
	scenario := t.TempDir() + "/scenario.yaml"
	write(t, scenario, "answers: {personPicker: [cancel]}\n")
	w := openWindow(t, "--scenario", scenario, "--profile", "android")
	until(t, "取消的一行", func() bool { return strings.Contains(w.stdout.String(), `"error":"取消选人"`) })
	require.Equal(t, "android", w.state(t).Pages[0].Profile)
}
