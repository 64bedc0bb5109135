import type { Profile } from './config';

/**
 * Makes `navigator` and `screen` those of the client. It runs in every document that the server injects, frames too; workers
 * and blank frames keep the engine's own values.
 */
export function disguise(profile: Profile): void {
  if (typeof Navigator === 'undefined') return; // headless: its globals are made for the profile
  const agent = profile.userAgent;
  replace(Navigator.prototype, {
    userAgent: agent,
    // As WebKit and Blink make it: what stands behind the first slash.
    appVersion: agent.slice(agent.indexOf('/') + 1),
    platform: profile.platform,
    vendor: profile.vendor,
    maxTouchPoints: profile.maxTouchPoints,
  });
  const chrome = /Chrome\/(\d+)/.exec(agent);
  if (chrome && Number(chrome[1]) >= 90) replace(Navigator.prototype, { userAgentData: agentData(chrome[1]) });
  else delete (Navigator.prototype as unknown as Record<string, unknown>).userAgentData; // WebKit has none, nor had Chromium
  const { width, height } = profile.screen;
  replace(Screen.prototype, { width, height, availWidth: width, availHeight: height });
}

/** What an Android web view of that major version says of itself. */
function agentData(version: string): object {
  const low = {
    brands: [
      { brand: 'Chromium', version },
      { brand: 'Android WebView', version },
      { brand: 'Not-A.Brand', version: '99' },
    ],
    mobile: true,
    platform: 'Android',
  };
  return { ...low, toJSON: () => low, getHighEntropyValues: () => Promise.resolve(low) };
}

/** Redefines accessors where the engine has them: on the prototype, so that the object shows no property of its own. */
function replace(target: object, values: Record<string, unknown>): void {
  for (const name of Object.keys(values)) {
    Object.defineProperty(target, name, { get: () => values[name], configurable: true, enumerable: true });
  }
}
