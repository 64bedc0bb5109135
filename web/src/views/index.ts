// The second bundle: what the phone shows natively, drawn in the page.
import type { View, ViewHost } from '../host';
import { filePicker } from './filePicker/filePicker';
import { fileViewer } from './fileViewer/fileViewer';
import { imagePicker } from './imagePicker/imagePicker';
import { imagePreview } from './imagePreview/imagePreview';
import { keyboard } from './keyboard/keyboard';
import { locationPicker } from './locationPicker/locationPicker';
import { scanner } from './scanner/scanner';
import { chat } from './chat/chat';
import { chatRecord } from './chatRecord/chatRecord';
import { dialog } from './dialog/dialog';
import { freeCall } from './freeCall/freeCall';
import { lightApp } from './lightApp/lightApp';
import { newTab } from './newTab/newTab';
import { orgPicker } from './orgPicker/orgPicker';
import { orientation } from './orientation/orientation';
import { personCard } from './personCard/personCard';
import { shareSheet } from './shareSheet/shareSheet';
import { signature } from './signature/signature';
import { speech } from './speech/speech';
import { live } from './live/live';
import { navigationBar } from './navigationBar/navigationBar';
import { pageClosed } from './pageClosed/pageClosed';
import { personPicker } from './personPicker/personPicker';
import { popMenu } from './popMenu/popMenu';
import { toast } from './toast/toast';
import { voiceMeeting } from './voiceMeeting/voiceMeeting';

/** What the page's first bundle offers, which the Go side makes the parameter of a function around this one; see web/web.go. */
declare const QINGHOST_HOST: ViewHost;

const views: Record<string, (host: ViewHost) => View> = {
  personPicker,
  voiceMeeting,
  live,
  popMenu,
  toast,
  navigationBar,
  pageClosed,
  speech,
  shareSheet,
  personCard,
  orgPicker,
  newTab,
  dialog,
  chat,
  filePicker,
  fileViewer,
  imagePicker,
  imagePreview,
  keyboard,
  locationPicker,
  orientation,
  scanner,
  lightApp,
  chatRecord,
  freeCall,
  signature,
};

for (const name of Object.keys(views)) QINGHOST_HOST.view(name, views[name](QINGHOST_HOST));
