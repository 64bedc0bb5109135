describe('会议', () => {
  test('承诺得到结果', async () => {
    const result = await qing.call('getPersonInfo', {});
    expect(result.success).toBe('true');
    expect(host.calls('getPersonInfo').length).toBe(1);
  });
  test('回调得到结果', async () => {
    const result = await new Promise((resolve, reject) => {
      qing.call('getPersonInfo', { success: resolve });
    });
    expect(result.data.name).toBe('方知遥');
  });
  test('三个同时进行', async () => {
    const results = await Promise.all([1, 2, 3].map(() => qing.call('getPersonInfo', {})));
    expect(results.map((r) => r.errorCode)).toEqual(['0', '0', '0']);
    expect(host.calls('getPersonInfo').length).toBe(5);
  });
  test('定时器之后再调用', async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const complete = await new Promise((resolve) => {
      qing.call('getPersonInfo', { complete: resolve });
    });
    expect(complete.data.name).toBe('方知遥');
  });
  test('失败时收到错误码', async () => {
    host.fail('getPersonInfo', { errorCode: 5001, error: '没有权限' });
    const failure = await qing.call('getPersonInfo', {});
    expect(failure.success).toBe('false');
    expect(failure.error).toBe('没有权限');
    expect(failure.errorCode).toBe('5001');
  });
});
