const PREFIX = 'clientStorage_';

/**
 * What the vendor's library does with `storage.*` where the client has no storage of its own (reference §1.6): it keeps all in
 * localStorage, and gives its own result. Undefined for any other method.
 */
export function keepInPage(method: string, params: any): { success: true; data: object } | undefined {
  const [space, does] = method.split('.');
  if (space !== 'storage') return undefined;
  const key = PREFIX + (params && params.key);
  let data: object = {};
  if (does === 'getItem') data = { value: localStorage.getItem(key) };
  else if (does === 'setItem') localStorage.setItem(key, String(params && params.value));
  else if (does === 'removeItem') localStorage.removeItem(key);
  else if (does === 'clear') Object.keys(localStorage).forEach((name) => name.indexOf(PREFIX) || localStorage.removeItem(name));
  else return undefined;
  return { success: true, data };
}
