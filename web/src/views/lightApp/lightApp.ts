import type { View, ViewHost } from '../../host';
import { standIn } from '../standIn/standIn';
import { strings } from '../strings';

interface Params {
  appId: string;
  appName: string;
  urlParam: string;
  callbackId: string;
}

/** Another light app (gotoLightApp), which is not here. Answers `{cancel: true}` when it is left. */
export function lightApp(host: ViewHost): View {
  return {
    open({ appId, appName, urlParam, callbackId }: Params, done, closed) {
      const t = strings(host.lang);
      const name = appName || t.app;
      const plain = decoded(urlParam);
      standIn(
        host,
        {
          title: name,
          name,
          sign: 'apps',
          facts: [
            ['appId', appId],
            ['urlParam', urlParam],
            [`urlParam · ${t.decoded}`, plain === urlParam ? '' : plain],
            ['callbackId', callbackId],
          ],
          hint: t.lightAppHint,
        },
        done,
        closed,
      );
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
