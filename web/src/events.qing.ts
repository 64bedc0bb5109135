import { createEvents } from './events';

describe('createEvents', () => {
  test('tells every listener in the order of on', () => {
    const { on, emit } = createEvents();
    const heard: unknown[] = [];
    on('appear', (data) => heard.push(['甲', data]));
    on('appear', { success: (data) => heard.push(['乙', data]) });
    on('disappear', () => heard.push('不该来'));
    emit('appear', 1);
    expect(heard).toEqual([['甲', 1], ['乙', 1]]);
  });

  test('the object form keeps its this', () => {
    const { on, emit } = createEvents();
    const listener = { name: '甲', heard: '', success() { this.heard = this.name; } };
    on('appear', listener);
    emit('appear');
    expect(listener.heard).toBe('甲');
  });

  test('off takes away one listener, or all of a name', () => {
    const { on, off, emit } = createEvents();
    const [first, second, other] = [fn(), fn(), fn()];
    on('appear', first);
    on('appear', second);
    on('disappear', other);
    off('appear', first);
    emit('appear');
    off('appear');
    off('没有人听');
    emit('appear');
    emit('disappear');
    expect([first, second, other].map((f) => f.mock.calls.length)).toEqual([0, 1, 1]);
  });

  test('once hears one, also when it emits again', () => {
    const { on, once, emit } = createEvents();
    const heard: unknown[] = [];
    once('appear', (data) => {
      heard.push(data);
      emit('appear', 2);
    });
    emit('appear', 1);
    expect(heard).toEqual([1]);
    const both = fn();
    on('appear', both);
    once('appear', both);
    emit('appear');
    emit('appear');
    expect(both).toHaveBeenCalledTimes(3); // of the same function, only the one of once goes
  });

  test('off takes away a listener of once', () => {
    const { once, off, emit } = createEvents();
    const heard = fn();
    once('appear', heard);
    off('appear', heard);
    emit('appear');
    expect(heard).not.toHaveBeenCalled();
  });

  test('a listener that throws holds up no other; the first error is thrown', () => {
    const { on, emit } = createEvents();
    const heard = fn();
    on('appear', () => { throw new Error('第一个'); });
    on('appear', () => { throw new Error('第二个'); });
    on('appear', heard);
    expect(() => emit('appear')).toThrow('第一个');
    expect(heard).toHaveBeenCalled();
  });

  test('listeners that come or go while it tells count from the next time on', () => {
    const { on, off, emit } = createEvents();
    const late = fn();
    const gone = fn();
    on('appear', () => {
      on('appear', late);
      off('appear', gone);
    });
    on('appear', gone);
    emit('appear');
    expect(late).not.toHaveBeenCalled();
    expect(gone).toHaveBeenCalledTimes(1);
    emit('appear');
    expect(late).toHaveBeenCalledTimes(1);
    expect(gone).toHaveBeenCalledTimes(1);
  });
});
