// qinghost test 运行本文件: 不需要手机, 也不需要浏览器。

describe('语音会议', () => {
  test('选好人就发起', async () => {
    host.answer('personPicker', host.team.people.slice(0, 2));
    const result = await qing.call('createVoiceMeeting', {});
    // success 在 iOS 上是字符串, 在 Android 上是布尔值
    expect(String(result.success)).toBe('true');
    expect(host.calls('createVoiceMeeting')).toHaveLength(1);
  });

  test('取消选人也有结果', async () => {
    host.answer('personPicker', 'cancel');
    const result = await qing.call('createVoiceMeeting', {});
    expect(String(result.success)).toBe('false');
  });

  test('服务端出错时', async () => {
    host.fail('createLive', { errorCode: '1003', error: '没有直播权限' });
    const result = await qing.call('createLive', {});
    expect(result).toMatchObject({ errorCode: '1003', error: '没有直播权限' });
  });
});
