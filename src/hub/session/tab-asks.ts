import type { Question } from "../../contract/port.js";
import type { Ask, Tab } from "../tab/tab.js";

export type TabAsks = ReturnType<typeof createTabAsks>;

/**
 * The answers that tabs have been asked for and that are still of use.
 * @param heard receives the tabs that have answered
 */
export function createTabAsks(heard: (tab: Tab) => void) {
  const asks = new Map<Tab, Ask>();

  return {
    has: (tab: Tab): boolean => asks.has(tab),

    /** Asks a tab, unless it has been asked before and may still answer: its user may see a dialog. */
    answerOf(tab: Tab, question: Question): Promise<unknown> {
      const known = asks.get(tab);
      if (known !== undefined) return known.answer;
      const ask = tab.ask(question);
      asks.set(tab, ask);
      const forget = (): void => void (asks.get(tab) === ask && asks.delete(tab));
      ask.answer.then((answer) => {
        heard(tab);
        if (answer === null) forget();
      }, forget);
      return ask.answer;
    },

    /** Forgets the answer of a tab, because it has been used, or the tab is gone. */
    forget: (tab: Tab): void => void asks.delete(tab),

    /** Tells the tabs that their answers are no longer needed. */
    dismissAll(): void {
      for (const { dismiss } of asks.values()) dismiss();
      asks.clear();
    },
  };
}
