/** Metres per second. */
export const MEAN_WIND = 7;
const PULL = 0.04;
const GUST = 1.1;

/** Computes the wind a moment later: it changes at random, and tends to its mean. */
export function nextWind(speed: number): number {
  const change = (MEAN_WIND - speed) * PULL + (Math.random() - 0.5) * GUST;
  return Math.max(0, speed + change);
}
