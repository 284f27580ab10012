import type { Pause } from "../environment.js";

/** Sets the pace of the events of several tabs. */
export interface EventCoalescer {
  /**
   * Returns true if events may be sent now; otherwise calls `tryAgain` once, as soon as they may be sent.
   * @param count the number of events that wait for the tab
   */
  maySend(tryAgain: () => void, count: number): boolean;
  /** Forgets a `tryAgain`, if it waits: there is nothing left that it would send. */
  forget(tryAgain: () => void): void;
}

/**
 * Returns the pace of the visible tabs of a session. The first event after a quiet period is sent at once; the events that follow are
 * collected for a few milliseconds and then sent to all tabs in the same turn. One message on the port costs as much as many events in
 * it, and events that are sent to many tabs in the same turn are joined once for all of them.
 * @param begin begins a period in which events are collected
 */
export function createPromptPace(begin: () => Pause): EventCoalescer {
  let isSending = false;
  let pause: Pause | undefined;
  const waiting = new Set<() => void>();

  return {
    maySend: (tryAgain) => {
      if (isSending) return true;
      // A tab that waits has its turn at the end of the pause, also if that is late.
      if (pause !== undefined && (waiting.size > 0 || !pause.isOver)) {
        // No timer before that: to wake a worker costs as much as an event, and between events that come now and then, none waits.
        pause.atEnd(() => runAll(waiting));
        waiting.add(tryAgain);
        return false;
      }
      isSending = true;
      // One microtask later, the first event has been sent to every tab that receives it.
      void Promise.resolve().then(() => {
        isSending = false;
        pause = begin();
      });
      return true;
    },
    forget: (tryAgain) => void waiting.delete(tryAgain),
  };
}

/** Number of events for one tab in a message whose own cost no longer matters, so that more of them need not be collected. */
const PLENTY = 250;

/**
 * Returns the pace of the hidden tabs of a session, in which no one sees an event come: every event is collected, from the first one
 * on, and all tabs get theirs in the same turn. There is a timer only while events wait. A burst does not wait for it.
 * @param after runs a task at the end of the period in which events are collected; returns the function that cancels it
 * @param prompt the pace of tabs for which plenty of events wait
 */
export function createSlowPace(
  after: (task: () => void) => () => void,
  prompt: EventCoalescer,
): EventCoalescer {
  let isSending = false;
  let stop: () => void = () => undefined;
  const waiting = new Set<() => void>();

  function send(): void {
    isSending = true;
    runAll(waiting);
    isSending = false;
  }

  return {
    maySend: (tryAgain, count) => {
      if (isSending) return true;
      if (count >= PLENTY) return prompt.maySend(tryAgain, count);
      if (waiting.size === 0) stop = after(send);
      waiting.add(tryAgain);
      return false;
    },
    forget: (tryAgain) => {
      if (waiting.delete(tryAgain) && waiting.size === 0) stop();
    },
  };
}

function runAll(tasks: Set<() => void>): void {
  const all = [...tasks];
  tasks.clear();
  for (const task of all) task();
}
