// 与客户端通信的部分 (src/qing.ts) 的测试: 不需要手机和浏览器. qinghost test --profile all
import { meetings } from '../src/meetings';
import { call, listen, ready, tell } from '../src/qing';

beforeEach(() => host.reset());

describe('call', () => {
  test('当前用户', async () => {
    const { ok, data } = await call('getPersonInfo');
    expect(ok).toBe(true);
    expect(data.openId).toBe(host.team.me);
  });

  test('选好人就发起', async () => {
    host.answer('personPicker', host.team.people.slice(0, 2));
    expect(await call('createVoiceMeeting')).toMatchObject({ ok: true, cancelled: false, code: '0', error: '' });
  });

  test('在群组里发起, 只给出群组', async () => {
    const [{ groupId, members }] = host.team.groups;
    host.answer('personPicker', [members.find((openId) => openId !== host.team.me)!]);
    expect((await call('createLive', { groupId })).ok).toBe(true);
    expect(host.calls('createLive')[0].params).toEqual({ groupId });
  });

  test('取消不是错误', async () => {
    host.answer('personPicker', 'cancel');
    expect(await call('createVoiceMeeting')).toMatchObject({ ok: false, cancelled: true, data: {} });
  });

  test('失败带着原因和错误码', async () => {
    host.fail('createLive', { errorCode: '1003', error: '没有直播权限' });
    expect(await call('createLive')).toMatchObject({ ok: false, cancelled: false, error: '没有直播权限', code: '1003' });
  });

  test('回答来得慢就等着, 不来也不报错', async () => {
    host.delay('getPersonInfo', 3000);
    const began = host.clock.now();
    await call('getPersonInfo');
    expect(host.clock.now() - began).toBe(3000);

    host.never('createLive');
    const settled = fn();
    void call('createLive').finally(settled);
    await host.clock.advance(60_000);
    expect(settled).not.toHaveBeenCalled();
  });
});

describe('listen', () => {
  const menu = { popTitle: '更多', popTitleCallBackId: 'more', items: [{ text: '今日会议', callBackId: 'list' }] };

  test('菜单点几次就回调几次', async () => {
    host.define('createPop', () => ({ callBackId: 'list' }));
    host.twice('createPop');
    const pressed: unknown[] = [];
    listen('createPop', menu, ({ ok, data }) => pressed.push([ok, data.callBackId]));
    await host.clock.advance(0);
    expect(pressed).toEqual([
      [true, 'list'],
      [true, 'list'],
    ]);
  });
});

test('tell 没有回调', async () => {
  tell('setWebViewTitle', { title: '今日会议' });
  await host.clock.advance(0);
  expect(host.calls('setWebViewTitle')).toMatchObject([{ params: { title: '今日会议' }, state: 'done' }]);
});

test('在云之家里就绪', async () => {
  expect(await ready()).toBe(true);
});

describe('会议', () => {
  test.each(meetings.filter((one) => one.groupId).map((one) => [one.title, one.groupId!]))('%s 的群组', async (_title, groupId) => {
    const group = host.team.groups.find((one) => one.groupId === groupId)!;
    expect(group).toBeDefined();
    const other = group.members.find((openId) => openId !== host.team.me)!;
    host.answer('personPicker', [other]);
    const { ok, code } = await call('createVoiceMeeting', { groupId });
    if (group.members.includes(host.team.me)) expect(ok).toBe(true);
    else expect(code).toBe('91002'); // 管理层例会: 当前用户不在群里
  });
});
