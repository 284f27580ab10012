import type { ErrorRecord } from "../../contract/errors.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";

/** Milliseconds that one tab has to judge: it may be frozen, and then another one is asked. */
const TAB_TIME = 1_000;

export type FatalJudge = ReturnType<typeof createFatalJudge>;

/** Lets the application judge whether the reason for which a connection ended is fatal (`isFatal`). Its tabs are asked one after the other. */
export function createFatalJudge(clock: Clock) {
  const judges = new Set<Tab>();

  async function ask(tab: Tab, reason: ErrorRecord): Promise<boolean | undefined> {
    let stop = (): void => undefined;
    const late = new Promise<undefined>((resolve) => {
      stop = clock.after(TAB_TIME, () => resolve(undefined));
    });
    try {
      const verdict = await Promise.race([tab.judge(reason), late]);
      return typeof verdict === "boolean" ? verdict : undefined;
    } catch {
      return undefined;
    } finally {
      stop();
    }
  }

  async function askAll(reason: ErrorRecord): Promise<boolean | undefined> {
    // A page that the user sees is not frozen.
    const order = [...judges].sort((one, other) => Number(one.isHidden) - Number(other.isHidden));
    for (const tab of order) {
      const verdict = judges.has(tab) ? await ask(tab, reason) : undefined;
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  return {
    add: (tab: Tab): void => void judges.add(tab),
    remove: (tab: Tab): void => void judges.delete(tab),
    /** Returns the application's verdict, or undefined if no tab gives one; undefined at once if none can. */
    judge: (reason: ErrorRecord): Promise<boolean | undefined> | undefined =>
      judges.size === 0 ? undefined : askAll(reason),
  };
}
