import type { RequestId } from "../../contract/ids.js";
import type { Question } from "../../contract/port.js";
import type { Ask, Tab } from "../tab/tab.js";

export type TabAsks = ReturnType<typeof createTabAsks>;

/** The request by which a tab has given credentials, if they are not those of its hello. */
export interface Offer {
  readonly tab: Tab;
  readonly request: RequestId;
}

/**
 * The answers that tabs have been asked for and that are still of use.
 * @param heard receives the tabs that have answered
 * @param offer is named to its tab alone: others have the credentials by their hellos, and requests with the same id
 */
export function createTabAsks(heard: (tab: Tab) => void, offer?: Offer) {
  const asks = new Map<Tab, Ask>();

  return {
    has: (tab: Tab): boolean => asks.has(tab),

    /** Asks a tab, unless it has been asked before and may still answer: its user may see a dialog. */
    answerOf(tab: Tab, question: Question): Promise<unknown> {
      const known = asks.get(tab);
      if (known !== undefined) return known.answer;
      const ask = tab.ask(tab === offer?.tab ? { ...question, login: offer.request } : question);
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
