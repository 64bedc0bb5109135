/** A point on earth, in degrees. */
export interface Point {
  latitude: number;
  longitude: number;
}

/** Metres a degree of latitude. */
const DEGREE = 111320;

/** How far apart two points are, in metres, as the crow flies; good for a city. */
export function metres(a: Point, b: Point): number {
  const { x, y } = offset(a, b);
  return Math.hypot(x, y);
}

/** Metres east and south from `from` to `to`. */
export function offset(from: Point, to: Point): { x: number; y: number } {
  return {
    x: (to.longitude - from.longitude) * DEGREE * Math.cos((from.latitude * Math.PI) / 180),
    y: (from.latitude - to.latitude) * DEGREE,
  };
}

/** The point so many metres east and south. */
export function moved(from: Point, x: number, y: number): Point {
  const latitude = Math.max(-85, Math.min(85, from.latitude - y / DEGREE));
  const longitude = from.longitude + x / (DEGREE * Math.cos((from.latitude * Math.PI) / 180));
  return { latitude, longitude: ((((longitude + 180) % 360) + 360) % 360) - 180 };
}

/** A number from 0 to 1 that belongs to two whole numbers. */
export function noise(a: number, b: number): number {
  let h = Math.imul(a, 374761393) ^ Math.imul(b, 668265263);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}
