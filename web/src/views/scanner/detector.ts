/** What reads codes in pictures, where the browser has it: Chromium on Android, macOS and ChromeOS. */
export interface Detector {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}

/** The browser's own reader of codes; undefined where it has none. */
export function detector(): Detector | undefined {
  const Own = (globalThis as any).BarcodeDetector;
  try {
    return Own && new Own();
  } catch {
    return undefined; // there by name, without a platform behind it
  }
}
