/** A picture that chooseImage gave, as a page shows it; and an upload, as an absolute address of the vendor's server. */
const LOCAL = /^\s*yzjLocalResource:\/\/(img\?id=[^]*)$/i;
const MEDIA = /^\s*(?:https?:)?\/\/(?:www\.)?yunzhijia\.com(?::\d+)?(\/openfile\/download\/media\/[^]*)$/i;

/** Where the host has the picture; any other address as it is. Its paths are those of jsapi/file/serve.go. */
function own(address: unknown): string | undefined {
  const local = LOCAL.exec(String(address));
  if (local) return '/yzjLocalResource/' + local[1];
  const media = MEDIA.exec(String(address));
  return media ? media[1] : undefined;
}

/**
 * Has <img> show the pictures of the client's own scheme, which no browser knows, and of the vendor's server. What script sets is
 * led at once. Markup (innerHTML, the parser) fails first: its error is caught before the page sees it.
 */
export function showResources(): void {
  if (typeof HTMLImageElement === 'undefined') return; // headless
  const prototype = HTMLImageElement.prototype;
  const src = Object.getOwnPropertyDescriptor(prototype, 'src')!;
  Object.defineProperty(prototype, 'src', {
    ...src,
    set(this: HTMLImageElement, address) {
      src.set!.call(this, own(address) || address);
    },
  });
  const setAttribute = prototype.setAttribute;
  prototype.setAttribute = function (this: HTMLImageElement, name: string, value: string) {
    setAttribute.call(this, name, (String(name).toLowerCase() === 'src' && own(value)) || value);
  };
  addEventListener(
    'error',
    (event) => {
      const image = event.target;
      const address = image instanceof HTMLImageElement && own(image.getAttribute('src'));
      if (!address) return;
      event.stopImmediatePropagation();
      src.set!.call(image, address);
    },
    true,
  );
}
