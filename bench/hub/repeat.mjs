// The parts that all works of the hub alone share.

/** Operations of one repetition, for works that can be repeated without end. */
export const BATCH = 200;
export const TOPIC = "com.example.topic";
/** A topic that no work measures. */
export const OTHER = "com.example.other";

/**
 * @param {number} count
 * @param {(index: number) => void} act
 */
export function times(count, act) {
  for (let index = 0; index < count; index++) act(index);
}
