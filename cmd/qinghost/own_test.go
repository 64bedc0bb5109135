package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownPay is a method of a project's own: it takes 3 s, and says what comes of it.
const ownPay = `/** 付款。 */
import { fee } from './lib/fee';

export default async (params: { amount: number }, client: QinghostClient) => {
  if (!(params.amount > 0)) throw Object.assign(new Error('金额应大于 0'), { code: '1003' });
  client.emit('paying', { by: client.openId });
  await new Promise((done) => setTimeout(done, 3000));
  return { paid: params.amount + fee };
};
`

// ownProject is a folder with a page and own methods.
func ownProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(dir+"/qinghost/api/lib", 0o700))
	require.NoError(t, os.MkdirAll(dir+"/tests", 0o700))
	write(t, dir+"/index.html", "<!doctype html><title>付款</title>")
	write(t, dir+"/qinghost/api/pay.start.ts", ownPay)
	write(t, dir+"/qinghost/api/lib/fee.ts", "export const fee = 1;\n")
	write(t, dir+"/qinghost/api/getPersonInfo.js", "export default () => ({ name: '本公司的人' });\n")
	return dir
}

// TestOwnMethods: pages of a preview call own methods, which change while it runs.
func TestOwnMethods(t *testing.T) {
	dir := ownProject(t)
	p := start(t, dir)
	b := visit(t, p.URL)
	b.wait(`window.qing`)
	p.stopClock()
	b.eval(`(() => { qing.on('paying', (data) => { window.by = data.by }); qing.call('pay.start', { amount: 9 }).then((r) => { window.paid = r.data.paid }) })()`)
	b.wait(`window.by`)
	require.Equal(t, p.Demo.OpenID, b.eval(`window.by`))
	p.do("POST clock", `{"advance":3000}`)
	b.wait(`window.paid === 10`)
	require.Equal(t, "false 金额应大于 0 1003", b.eval(`qing.call('pay.start', {}).then((r) => [r.success, r.error, r.errorCode].join(' '))`))
	require.Equal(t, "本公司的人", b.eval(`qing.call('getPersonInfo').then((r) => r.data.name)`))
	require.Equal(t, "true false", b.eval(`qing.checkJsApi('pay.start') + ' ' + qing.checkJsApi('pay.end')`))
	require.Equal(t, 1, strings.Count(p.stderr.String()+p.stdout.String(), "覆盖内置的 getPersonInfo"))

	b.eval(`window.mark = 1`)
	write(t, dir+"/qinghost/api/pay.end.ts", "export default () => '完';\n")
	b.wait(`window.mark === undefined && window.qing && qing.checkJsApi('pay.end')`)
	require.Equal(t, "完", b.eval(`qing.call('pay.end').then((r) => r.data)`))
	write(t, dir+"/qinghost/api/pay.end.ts", "export default () => ;\n")
	until(t, "终端里的错误", func() bool {
		return strings.Contains(p.stderr.String()+p.stdout.String(), "pay.end.ts:1:22: 语法错误")
	})
	require.Equal(t, "完", b.eval(`qing.call('pay.end').then((r) => r.data)`), "the last good version")
	require.NoError(t, os.Remove(dir+"/qinghost/api/pay.end.ts"))
	b.wait(`window.qing && !qing.checkJsApi('pay.end')`)
}

const ownTest = `
const began = Date.now();
test('付款', async () => {
  const by = new Promise((done) => qing.on('paying', done));
  expect(qing.checkJsApi('pay.start')).toBe(true);
  expect(await qing.call('pay.start', { amount: 9 })).toMatchObject({ data: { paid: 10 } });
  expect(await by).toEqual({ by: host.team.me });
  expect(Date.now() - began).toBe(SLEPT);
  expect(await qing.call('pay.start', { amount: 0 })).toMatchObject({ error: '金额应大于 0', errorCode: '1003' });
  expect(host.calls('pay.start')).toHaveLength(2);
});
test('页面', async () => {
  await page.open('/index.html');
  expect(await page.eval(() => qing.checkJsApi('pay.start'))).toBe(true);
  expect(await qing.call('getPersonInfo')).toMatchObject({ data: { name: '本公司的人' } });
});
test('测试自己的回答在先', async () => {
  host.define('pay.start', () => ({ paid: 0 }));
  expect(await qing.call('pay.start', { amount: 9 })).toMatchObject({ data: { paid: 0 } });
  await host.reset();
  host.fail('pay.start', { errorCode: '7' });
  expect(await qing.call('pay.start', { amount: 9 })).toMatchObject({ errorCode: '7' });
});
`

// TestOwnMethodsInTests: test files call own methods too; what these wait for takes no time.
func TestOwnMethodsInTests(t *testing.T) {
	for _, c := range []struct {
		name, slept string
		args        []string
	}{{"headless", "3000", nil}, {"browser", "expect.any(Number)", []string{"--browser"}}} {
		t.Run(c.name, func(t *testing.T) {
			dir := ownProject(t)
			check := "toBe(SLEPT)"
			if c.args != nil {
				check = "toEqual(SLEPT)"
			}
			write(t, dir+"/tests/pay.qing.ts", strings.Replace(ownTest, "toBe(SLEPT)", strings.Replace(check, "SLEPT", c.slept, 1), 1))
			write(t, dir+"/scenario.yaml", "calls:\n  pay.start: {delay: 0s}\n") // knows the name
			t.Chdir(dir)
			var stdout, stderr bytes.Buffer
			args := append([]string{"test", "--timeout", "60s", "--scenario", "scenario.yaml"}, c.args...)
			require.Equal(t, exitDone, run(t.Context(), args, nil, nil, &stdout, &stderr), "%s%s", &stdout, &stderr)
			assert.Contains(t, stdout.String(), "3 passed, 0 failed")
			assert.Empty(t, stderr.String())
		})
	}
}

// TestBrokenOwnMethodInTests: the call says why.
func TestBrokenOwnMethodInTests(t *testing.T) {
	dir := ownProject(t)
	write(t, dir+"/qinghost/api/pay.start.ts", "export default () => ;\n")
	write(t, dir+"/a.qing.ts", "test('坏', async () => { expect((await qing.call('pay.start')).success).toBe('true'); });\ntest('好', () => {});\n")
	t.Chdir(dir)
	var stdout, stderr bytes.Buffer
	began := time.Now()
	require.Equal(t, exitFailed, run(t.Context(), []string{"test", "--timeout", "60s"}, nil, nil, &stdout, &stderr))
	assert.Contains(t, stdout.String(), "1 passed, 1 failed")
	assert.Contains(t, stderr.String(), "qinghost/api/pay.start.ts:1:22: 语法错误")
	assert.Less(t, time.Since(began), patience)
}

// TestTypesOfOwnMethods: qing.call knows them by the types of their files.
func TestTypesOfOwnMethods(t *testing.T) {
	dir := ownProject(t)
	write(t, dir+"/qinghost/api/none.ts", "/** 没有参数。 */\nexport default () => {};\n")
	write(t, dir+"/qinghost/api/optional.ts", "export default ({ 页 }: { 页?: number } = {}) => [页];\n")
	write(t, dir+"/qinghost/api/chat.ts", "/** 代替还没有实现的。 */\nexport default (p: { openId: string }, client: QinghostClient) => client.profile.version;\n")
	ran(t, "init", dir)
	text, err := os.ReadFile(dir + "/qing.d.ts")
	require.NoError(t, err)
	assert.Contains(t, string(text), "  /**\n   * 付款。\n   */\n  call(name: 'pay.start', ")
	assert.Contains(t, string(text), "  /**\n   * 本项目的 qinghost/api/optional.ts\n   */\n")
	assert.Empty(t, tsc(t, dir))

	write(t, dir+"/right.ts", `
(await qing.call('pay.start', { amount: 1, success: (r) => r.data.paid satisfies number })).data.paid satisfies number;
(await qing.call('none')).data satisfies {};
(await qing.call('optional', { 页: 1 })).data satisfies (number | undefined)[];
(await qing.call('chat', { openId: '甲' })).data satisfies string;
(await qing.call('getPersonInfo', { anything: 1 })).data.anything;
host.define('pay.start', (params) => ({ paid: params.amount }));
host.calls('pay.start');
`)
	const wrong = `qing.call('pay.start', { amount: '1' });
qing.call('pay.start', { amuont: 1 });
qing.call('pay.begin', {});
qing.call('pay.start', { amount: 1 }).then((r) => r.data.piad);
qing.call('none', { amount: 1 });
const bad = (p: {}, client: QinghostClient) => client.emitt('x');
qing.call('pay.start');
`
	write(t, dir+"/wrong.ts", wrong)
	said := "\n" + tsc(t, dir)
	assert.NotContains(t, said, "right.ts")
	assert.NotContains(t, said, "qing.d.ts")
	for i := range strings.Count(wrong, "\n") {
		assert.Contains(t, said, fmt.Sprintf("\nwrong.ts(%d,", i+1))
	}

	// From a folder below the project's: the way there is another.
	t.Chdir(dir + "/tests")
	assert.Contains(t, ran(t, "types"), "'pay.start': QingOwn<typeof import('../qinghost/api/pay.start').default>;")
}
