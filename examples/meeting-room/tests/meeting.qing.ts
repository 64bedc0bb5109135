// @environment dom
// 会议室的测试: 不需要手机和浏览器. 先 npm install, 然后 qinghost test --profile all

const VOICE = '#results [data-api=createVoiceMeeting]';
const START = '.big.voice';

/** 等到列出 n 个发起语音会议的结果, 新的在前. */
async function results(n = 1): Promise<{ tone: string; code: string; badge: string; text: string }[]> {
  await page.waitFor(`${VOICE}:nth-last-of-type(${n + 1})`); // 最早的一个是读取当前用户
  return page.eval(
    (selector: string) =>
      Array.from(document.querySelectorAll<HTMLElement>(selector), (li) => ({
        tone: li.dataset.tone!,
        code: li.dataset.code!,
        badge: li.querySelector('.badge')!.textContent!,
        text: li.querySelector('.text')!.textContent!,
      })),
    VOICE,
  );
}

beforeEach(async () => {
  await host.reset();
  await page.open('/index.html');
  await page.waitFor('#results [data-api=getPersonInfo]');
});

describe('打开页面', () => {
  test('显示当前用户和群组, 改了标题', async () => {
    expect(await page.text('#me .name')).toBe(host.calls('getPersonInfo')[0].result.data.name);
    await page.waitFor('#groups li');
    expect(await page.eval(() => document.querySelectorAll('#groups li').length)).toBe(5);
    expect(host.calls('setWebViewTitle')[0].params).toEqual({ title: '会议室' });
  });

  test('收到 appear 和 disappear', async () => {
    host.emit('disappear');
    host.emit('appear');
    await page.waitFor('#events [data-event=appear]');
    expect(await page.eval(() => document.querySelectorAll('#events li').length)).toBe(2);
  });
});

describe('发起语音会议', () => {
  test('选两个人', async () => {
    const [one, two] = host.team.people;
    host.answer('personPicker', [one, two]);
    await page.click(START);
    expect(await results()).toEqual([{ tone: 'good', code: '0', badge: '成功', text: '语音会议已发起。' }]);
    expect(host.calls('createVoiceMeeting')[0].params).toEqual({}); // 不传 groupId: 默认的选人界面
    expect(await page.text('#status')).toBe('语音会议已发起。');
  });

  test('在群组中', async () => {
    const [group] = host.team.groups;
    const others = host.team.people.filter((p) => group.members.includes(p.openId));
    host.answer('personPicker', [others[0]]);
    await page.click(`#groups .voice[data-group="${group.groupId}"]`);
    expect((await results())[0].tone).toBe('good');
    expect(host.calls('createVoiceMeeting')[0].params).toEqual({ groupId: group.groupId });
  });

  test('取消不是错误', async () => {
    host.answer('personPicker', 'cancel');
    await page.click(START);
    const [result] = await results();
    expect(result).toMatchObject({ tone: 'info', badge: '已取消' });
    expect(await page.text('#status')).not.toContain('错误码');
  });

  test('失败时说出错误码和建议', async () => {
    host.fail('createVoiceMeeting', { errorCode: '1003', error: '没有会议权限' });
    await page.click(START);
    expect(await results()).toEqual([
      { tone: 'bad', code: '1003', badge: '失败', text: '没有会议权限（错误码 1003）。请联系团队管理员开通后再试。' },
    ]);
  });

  test('回答来得慢, 页面照样可用', async () => {
    host.define('createVoiceMeeting', () => ({}));
    host.delay('createVoiceMeeting', 3000);
    const before = host.clock.now();
    await page.click(START);
    await page.click('[data-api=toast]');
    await page.waitFor('#results [data-api=toast]');
    expect(host.clock.now() - before).toBeLessThan(3000);
    await page.waitFor(VOICE);
    expect(host.clock.now() - before).toBeGreaterThanOrEqual(3000);
  });

  test('回答不来, 页面照样可用', async () => {
    host.never('createVoiceMeeting');
    await page.click(START);
    await host.clock.advance(60_000);
    expect(await page.eval((selector: string) => document.querySelectorAll(selector).length, VOICE)).toBe(0);
    await page.click('[data-api=toast]');
    await page.waitFor('#results [data-api=toast]');
  });

  test('回调两次, 每次都处理', async () => {
    host.define('createVoiceMeeting', () => ({}));
    host.twice('createVoiceMeeting');
    await page.click(START);
    expect((await results(2)).map((r) => r.tone)).toEqual(['good', 'good']);
  });
});
