import { guarded } from '../client';
import { createEvents } from '../events';
import { expose } from './expose';
import type { Native } from './native';

/** The object of the desktop above 0.0.3 (reference §1.1, W10): the parameters still hold the page's callbacks. */
export function defineDesktop(native: Native, apis: string[]): void {
  const { on, off, emit: trigger } = createEvents();
  function emit(name: unknown, params?: any): void {
    const { success, error: _, complete, ...rest } = Object(params);
    const plain = params && typeof params === 'object' && !Array.isArray(params) ? rest : params;
    native.call(String(name), plain, (result) => {
      if (typeof success === 'function') guarded(() => success(result));
      if (typeof complete === 'function') complete(result);
    });
  }
  const checkJsApi = (name: unknown) => apis.indexOf(String(name)) >= 0;
  const bridge = { emit, on, off, checkJsApi, trigger };
  expose('_CloudHubJSBridge', bridge);
  native.onEvent((name, data) => bridge.trigger(name, data));
}
