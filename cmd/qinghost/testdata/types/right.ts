// What must compile against qing.d.ts: every line uses a type that the declarations have to give.
declare global {
  interface QingApis {
    myMethod: { params: { id: string }; result: QingResult<{ ok: boolean }> };
  }
  interface QingMatchers<R> {
    toBeOdd(): R;
  }
}

qing.call('myMethod', { id: '一', success: (result) => result.data.ok satisfies boolean });
(await qing.call('myMethod', { id: '一' })).data.ok satisfies boolean;
(await qing.call('getPersonInfo')).data.name satisfies string | undefined;
(await qing.call('meeting.create', { title: '周会', startDate: 1522729800000 })).data?.meetingId satisfies string | undefined;
(await qing.call('closeWebView')) satisfies QingResult<{}> | undefined;
qing.call('getPersonInfo', { success: ({ data }) => data.openId satisfies string | undefined, complete() {} });
qing.call('setWebViewTitle', { title: '会议室' });
qing.call('keepScreenOn', { whatever: 1 }); // of the phone, not built here
window.qing.call('createLive', {});
qing.call('getTicket', { signUrl: '/sign', success: (ticket) => ticket satisfies string, error: ({ error }) => error });
qing.checkJsApi('createLive') satisfies boolean;
host.define('scanQRCode', () => ({ code: '1' }));
host.define('自己的', (params) => params.x);
host.never('*');
host.answer('personPicker', host.team.people.slice(0, 2));
host.answer('personPicker', ['沈砚舟']);
host.answer('voiceMeeting', 'end');
host.answer('dialog', 'cancel');
host.calls('myMethod')[0].took satisfies number;
expect(3).toBeOdd();
await expect(Promise.resolve(1)).resolves.toBe(1);
test.each([[1, '甲'], [2, '乙']])('%s', (n, name) => { n satisfies number; name satisfies string; });
fn((n: number) => n).mock.calls[0][0] satisfies number;
(await page.eval((selector: string) => document.querySelector(selector)?.textContent, '#x')) satisfies string | null | undefined;
