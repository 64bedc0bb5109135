export interface Meeting {
  id: string;
  title: string;
  time: string;
  place: string;
  /** 在哪个群组里发起; 没有就由用户选人. */
  groupId?: string;
}

/** 真实的应用从自己的后端取得; 群组来自 qinghost 的演示团队, 最后一个群里没有当前用户. */
export const meetings: Meeting[] = [
  { id: 'standup', title: '前端组站会', time: '09:30', place: '天璇', groupId: '0fcdff6e442689aeb9071e1c' },
  { id: 'review', title: '季度产品评审', time: '14:00', place: '北斗厅', groupId: 'e307e330b36aee5dc664823b' },
  { id: 'adhoc', title: '临时讨论', time: '随时', place: '线上' },
  { id: 'board', title: '管理层例会', time: '17:00', place: '天枢', groupId: '4c3b55992ee0b6b8cf5787ef' },
];
