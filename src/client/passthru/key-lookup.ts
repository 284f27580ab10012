import type { Clock } from "../../web/clock.js";
import { EncryptionError } from "../errors/encryption-error.js";

/** Maximum number of questions whose failure is remembered. */
const KEPT = 100;

/**
 * Asks the application for keys, each time with a deadline. A question that had no answer in time is not repeated for as long again:
 * otherwise each of many messages would hold the tab's later ones for the whole deadline.
 */
export function createKeyLookup(clock: Clock, timeout: number) {
  /** The times until which the questions are not repeated. */
  const silent = new Map<string, number>();

  const late = (subject: string): EncryptionError =>
    new EncryptionError(`The key provider did not answer within ${timeout} ms (${subject})`, {
      reason: "provider-timeout",
    });

  /** @param question the same text for the same question, without secrets */
  return async function ask<T>(
    question: string,
    subject: string,
    provider: () => T | Promise<T>,
  ): Promise<T> {
    if ((silent.get(question) ?? 0) > clock.now()) throw late(subject);
    let stop: () => void = () => undefined;
    const overdue = new Promise<never>((_resolve, reject) => {
      stop = clock.after(timeout, () => {
        if (silent.size >= KEPT) silent.clear();
        silent.set(question, clock.now() + timeout);
        reject(late(subject));
      });
    });
    try {
      return await Promise.race([answer(subject, provider), overdue]);
    } finally {
      stop();
    }
  };
}

async function answer<T>(subject: string, provider: () => T | Promise<T>): Promise<T> {
  try {
    return await provider();
  } catch (cause) {
    throw new EncryptionError(`The key provider failed (${subject})`, { reason: "provider-failed", cause });
  }
}
