import { nextTask } from "../../web/next-task.js";
import { UnsupportedError } from "../errors/worker-errors.js";
import { pageLocks } from "./page-locks.js";
import type { Page } from "../attach/page.js";
import { startWorker } from "./worker-start.js";

/** The real page. Throws `UnsupportedError` where something is missing, such as in Node. */
export function browserPage(): Page {
  const missing = [
    ...(typeof SharedWorker === "undefined" ? ["SharedWorker"] : []),
    ...(typeof navigator === "undefined" || !("locks" in navigator) ? ["navigator.locks"] : []),
  ];
  if (missing.length > 0) {
    throw new UnsupportedError(
      `A shared session needs ${missing.join(" and ")}, which this environment does not have` +
        ("isSecureContext" in globalThis && !isSecureContext
          ? " (the page is not in a secure context: use https)"
          : ""),
      { missing },
    );
  }
  return {
    url: location.href,
    locks: pageLocks(navigator.locks),
    startWorker,
    randomId: () => crypto.randomUUID(),
    random: () => Math.random(),
    timer: {
      now: () => performance.now(),
      after: (milliseconds, task) => {
        const timer = setTimeout(task, milliseconds);
        return () => clearTimeout(timer);
      },
    },
    defer: nextTask,
    report: (error) => reportError(error),
  };
}
