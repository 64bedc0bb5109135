// What a page's tests make of qing.call for want of a host: answers by setTimeout, a call log, rules of failure. And, for
// runners without an expect, the matchers that the tests use.
const assert = require('node:assert');

const person = { openId: '6ffcf6f62df6dd19f3d17cc7', name: '方知遥', eid: '20260401', companyName: '青禾示例公司' };

exports.world = () => {
  const log = [];
  const failures = {};
  const answer = (name) => {
    const failure = failures[name];
    if (failure) return { success: 'false', error: failure.error, errorCode: String(failure.errorCode), data: {} };
    return { success: 'true', error: '', errorCode: '0', data: { ...person } };
  };
  const qing = {
    call: (name, params = {}) => new Promise((resolve) => {
      log.push({ method: name, params: JSON.parse(JSON.stringify(params)) });
      setTimeout(() => {
        const result = answer(name);
        params.success?.(result); // of a failure too, as on the phone
        params.complete?.(result);
        resolve(result);
      }, 0);
    }),
  };
  const host = {
    calls: (name) => log.filter((call) => call.method === name),
    fail: (name, failure) => { failures[name] = failure; },
  };
  return { qing, host };
};

exports.expect = (value) => ({
  toBe: (wanted) => assert.strictEqual(value, wanted),
  toEqual: (wanted) => assert.deepStrictEqual(value, wanted),
});
