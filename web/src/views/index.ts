// The second bundle: what the phone shows natively, drawn in the page.
import { HOST, type View, type ViewHost } from '../host';
import { live } from './live/live';
import { navigationBar } from './navigationBar/navigationBar';
import { pageClosed } from './pageClosed/pageClosed';
import { personPicker } from './personPicker/personPicker';
import { popMenu } from './popMenu/popMenu';
import { toast } from './toast/toast';
import { voiceMeeting } from './voiceMeeting/voiceMeeting';

const views: Record<string, (host: ViewHost) => View> = {
  personPicker,
  voiceMeeting,
  live,
  popMenu,
  toast,
  navigationBar,
  pageClosed,
};

const host = (globalThis as any)[HOST] as ViewHost | undefined;
if (host) for (const name of Object.keys(views)) host.view(name, views[name](host));
