let wake: (() => void) | undefined;
const tasks: (() => void)[] = [];

/**
 * Runs `task` in a later task of the event loop, as soon as possible, in the order of the calls. It uses a message channel, because
 * timers are clamped to 4 ms, and in hidden pages to a second or a minute.
 */
export function nextTask(task: () => void): void {
  tasks.push(task);
  wake ??= openWaker();
  wake();
}

// Opened at the first use: importing the package must have no effect, even on a server.
function openWaker(): () => void {
  const { port1, port2 } = new MessageChannel();
  // One task per message, so that a task that throws does not keep the others from running.
  port1.onmessage = () => tasks.shift()?.();
  return () => {
    port2.postMessage(0);
  };
}
