import type { Question, TabApi } from "../../contract/port.js";

/** The hub's questions to the application that are not answered yet. */
export interface Questions extends Pick<TabApi, "ask" | "dismiss"> {
  /** Tells the application that no answer is needed any more, because the hub is lost or the session closed. */
  dismissAll(): void;
}

/** @param answer asks the application; the signal is aborted when the answer is no longer needed */
export function createQuestions(
  answer: (question: Question, signal: AbortSignal) => Promise<unknown>,
): Questions {
  const open = new Map<number, AbortController>();

  return {
    async ask(question, id) {
      const controller = new AbortController();
      open.set(id, controller);
      try {
        return await answer(question, controller.signal);
      } finally {
        open.delete(id);
      }
    },
    dismiss: (id) => Promise.resolve(open.get(id)?.abort()),
    dismissAll() {
      for (const controller of open.values()) controller.abort();
    },
  };
}
