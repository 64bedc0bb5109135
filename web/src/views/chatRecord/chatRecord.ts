import type { View, ViewHost } from '../../host';
import { standIn } from '../standIn/standIn';
import { strings } from '../strings';

/** Messages that were forwarded as one (mergeMsgRecord), which are not here. Answers `{cancel: true}` when it is left. */
export function chatRecord(host: ViewHost): View {
  return {
    open({ mergeId, title }: { mergeId: string; title: string }, done, closed) {
      const t = strings(host.lang);
      const facts: [string, string][] = [['mergeId', mergeId]];
      standIn(host, { title: t.chatRecord, name: title || t.chatRecord, sign: 'bubbles', facts, hint: t.chatRecordHint }, done, closed);
    },
  };
}
