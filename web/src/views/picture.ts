import type { ViewHost } from '../host';
import { el } from './dom';

/** A file of the phone's album, as the host keeps it. */
async function fetchPicture(host: ViewHost, id: string, small: boolean): Promise<Blob> {
  const { data } = (await host.call('view.picture', { id, small })) as { data: { type: string; data?: string } };
  if (!data.data) throw new Error(`no picture ${id}`);
  const bytes = Uint8Array.from(atob(data.data), (c) => c.charCodeAt(0));
  return new Blob([bytes], { type: data.type });
}

/**
 * A picture on a canvas, filled when it has come. An <img> would be subject to the page's policy (CSP img-src), which need not
 * let it in; what is drawn is not.
 */
export function picture(host: ViewHost, source: string | Blob, name: string, small = false): HTMLCanvasElement {
  const canvas = el('canvas', { role: 'img', 'aria-label': name, width: 4, height: 3 });
  Promise.resolve(typeof source === 'string' ? fetchPicture(host, source, small) : source)
    .then((blob) => createImageBitmap(blob))
    .then((bitmap) => draw(canvas, bitmap, small ? 480 : 2048))
    .catch(() => canvas.classList.add('broken'));
  return canvas;
}

function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap, most: number): void {
  const scale = Math.min(1, most / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}

/** The bytes of a picture as base64, and as PNG where it is no PNG, JPEG or GIF; rejects what is no picture. */
export async function encoded(file: Blob): Promise<string> {
  const bitmap = await createImageBitmap(file);
  let blob = file;
  if (/^image\/(png|jpeg|gif)$/.test(file.type)) bitmap.close();
  else {
    const canvas = el('canvas', {});
    draw(canvas, bitmap, 4096);
    blob = await new Promise<Blob>((done, fail) => canvas.toBlob((b) => (b ? done(b) : fail(new Error('no PNG'))), 'image/png'));
  }
  const reader = new FileReader();
  return new Promise((done, fail) => {
    reader.onload = () => done(String(reader.result).split(',')[1]);
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}
