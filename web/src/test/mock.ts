type Impl = (...args: any[]) => any;

interface Result {
  type: 'return' | 'throw' | 'incomplete';
  value: unknown;
}

interface Calls {
  calls: unknown[][];
  contexts: unknown[];
  instances: unknown[];
  results: Result[];
  lastCall?: unknown[];
}

/**
 * A function that writes down its calls, for callbacks: `const success = fn(); qing.call('x', {success});
 * expect(success).toHaveBeenCalledWith(…)`. It is what jest.fn() is, without module mocking around it.
 */
export function fn(initial?: Impl): any {
  if (initial !== undefined && typeof initial !== 'function') throw new TypeError('fn 的参数应为函数, 或不写');
  let state: Calls;
  let impl = initial;
  let once: Impl[] = [];
  let name = 'fn()';

  const clear = () => {
    state = { calls: [], contexts: [], instances: [], results: [] };
    return mock;
  };
  const mock: any = function (this: unknown, ...args: unknown[]) {
    const now = state;
    const result: Result = { type: 'incomplete', value: undefined };
    now.calls.push((now.lastCall = args));
    now.contexts.push(this);
    now.instances.push(this);
    now.results.push(result);
    try {
      const run = once.shift() || impl;
      result.value = run && run.apply(this, args);
      result.type = 'return';
      return result.value;
    } catch (error) {
      result.type = 'throw';
      result.value = error;
      throw error;
    }
  };
  const set = (run: Impl) => ((impl = run), mock);
  const next = (run: Impl) => (once.push(run), mock);

  Object.defineProperty(mock, 'mock', { get: () => state });
  clear();
  return Object.assign(mock, {
    _isMockFunction: true,
    getMockName: () => name,
    mockName: (given: string) => ((name = given), mock),
    getMockImplementation: () => impl,
    mockImplementation: set,
    mockImplementationOnce: next,
    mockReturnValue: (value: unknown) => set(() => value),
    mockReturnValueOnce: (value: unknown) => next(() => value),
    mockResolvedValue: (value: unknown) => set(() => Promise.resolve(value)),
    mockResolvedValueOnce: (value: unknown) => next(() => Promise.resolve(value)),
    mockRejectedValue: (value: unknown) => set(() => Promise.reject(value)),
    mockRejectedValueOnce: (value: unknown) => next(() => Promise.reject(value)),
    mockClear: clear,
    mockReset: () => ((impl = undefined), (once = []), clear()),
  });
}
