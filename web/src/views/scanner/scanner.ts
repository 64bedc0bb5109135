import type { View, ViewHost } from '../../host';
import { el } from '../dom';
import { icon } from '../icons';
import { style } from '../layer';
import { chooser, localFiles } from '../chooser';
import { strings } from '../strings';
import { detector } from './detector';
import css from './scanner.css';

/** The scanner (scanQRCode). Answers `{text}`, or `{cancel: true}`. */
export function scanner(host: ViewHost): View {
  return {
    open({ needResult }: { needResult: boolean }, done, closed) {
      if (closed.aborted) return;
      style(css);
      const t = strings(host.lang);
      const decode = detector();
      let stream: MediaStream | undefined;
      let over = false;
      const video = el('video', { autoplay: true, playsinline: true, muted: true, hidden: true });
      const status = el('p', { class: 'status', role: 'status' }, needResult ? t.scanHint : t.scanHintNative);
      const say = (text: string, bad = false): void => {
        status.textContent = text;
        status.classList.toggle('bad', bad);
      };
      const input = el('input', { type: 'text', 'aria-label': t.codeText, placeholder: t.codeText, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'done' });
      const send = el('button', { type: 'submit', class: 'send', disabled: true }, t.ok);
      input.addEventListener('input', () => (send.disabled = !input.value));
      const form = el(
        'form',
        {
          class: 'typed',
          onsubmit: (event: Event) => {
            event.preventDefault();
            if (input.value) finish({ text: input.value });
          },
        },
        el('div', { class: 'field' }, input),
        send,
      );

      async function read(source: ImageBitmapSource): Promise<boolean> {
        const codes = await decode!.detect(source);
        if (!codes.length || over) return false;
        finish({ text: codes[0].rawValue });
        return true;
      }

      async function fromFile([file]: File[]): Promise<void> {
        if (!decode) return say(t.noDetector, true);
        try {
          const bitmap = await createImageBitmap(file);
          if (!(await read(bitmap))) say(t.noCode(file.name), true);
        } catch {
          say(t.unreadable, true);
        }
      }

      async function lookThrough(): Promise<void> {
        if (!decode) return say(t.noDetector, true);
        try {
          stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
        } catch {
          return say(t.noCamera, true);
        }
        if (over) return stop();
        video.srcObject = stream;
        video.hidden = false;
        say(t.scanHint);
        await video.play();
        while (!over && !(await read(video))) await new Promise((next) => setTimeout(next, 200));
      }

      function stop(): void {
        over = true;
        if (stream) stream.getTracks().forEach((track) => track.stop());
      }

      const frame = el('div', { class: 'frame', 'aria-hidden': 'true' }, el('i', {}), el('i', {}), el('i', {}), el('i', {}), el('b', {}));
      const picture = localFiles('image/*', false, (files) => void fromFile(files), icon('picture'), el('span', {}, t.fromPicture));
      const camera = el('button', { type: 'button', onclick: () => void lookThrough() }, icon('camera'), el('span', {}, t.camera));
      const { finish } = chooser(
        { name: 'scanner dark', title: t.scan, t, closed, done, focus: () => input, gone: stop },
        el('div', { class: 'view' }, video, frame, status),
        form,
        el('div', { class: 'ways' }, picture, camera),
      );
    },
  };
}
