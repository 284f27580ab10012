let wake: (() => void) | undefined;
const tasks: (() => void)[] = [];

/**
 * Runs `task` in a later task of the event loop, as soon as possible, in the order of the calls. A message to oneself is
 * used because timers are clamped to 4 ms, and in hidden pages to a second or a minute.
 */
export function nextTask(task: () => void): void {
  tasks.push(task);
  wake ??= openWaker();
  wake();
}

// Opened at the first use: importing the package must do nothing, also on a server.
function openWaker(): () => void {
  const { port1, port2 } = new MessageChannel();
  // One task a message, so that one that throws does not take the others along.
  port1.onmessage = () => tasks.shift()?.();
  return () => {
    port2.postMessage(0);
  };
}
