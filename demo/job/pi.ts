/** Milliseconds of work between two breaks for the page's other tasks. */
const SLICE = 12;
/** Darts between two checks of the clock. */
const HANDFUL = 20_000;
/** Milliseconds between two reports. */
const REPORT = 100;

export interface Throws {
  readonly thrown: number;
  readonly hits: number;
}

/** Throws darts at a square and counts those in the circle, with regular reports. Rejects when the signal is aborted. */
export async function throwDarts(
  darts: number,
  signal: AbortSignal,
  report: (throws: Throws) => void,
): Promise<Throws> {
  let thrown = 0;
  let hits = 0;
  let nextReport = performance.now();
  while (thrown < darts) {
    const end = performance.now() + SLICE;
    while (thrown < darts && performance.now() < end) {
      const handful = Math.min(HANDFUL, darts - thrown);
      hits += hitsOf(handful);
      thrown += handful;
    }
    if (performance.now() >= nextReport) {
      report({ thrown, hits });
      nextReport = performance.now() + REPORT;
    }
    await nextTask();
    signal.throwIfAborted();
  }
  return { thrown, hits };
}

function hitsOf(darts: number): number {
  let hits = 0;
  for (let dart = 0; dart < darts; dart += 1) {
    const x = Math.random();
    const y = Math.random();
    if (x * x + y * y <= 1) hits += 1;
  }
  return hits;
}

/** Resolves in a new task. It uses a message because the timers of a hidden tab fire only once a second. */
function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
