import type { Question, TabApi } from "../../contract/port.js";

/** The hub's questions to the application that are not answered yet. */
export interface Questions<Lease> extends Pick<TabApi, "ask" | "dismiss"> {
  /** A lease has ended: what it was asked, the next one is asked. */
  leaseEnded(lease: Lease): void;
  /** Tells the application that no answer is needed any more, because the hub is lost or the session closed. */
  dismissAll(): void;
}

/** A question to a lease. */
interface OpenQuestion<Lease> {
  readonly lease: Lease;
  readonly controller: AbortController;
  /** Puts the question to the next lease. */
  readonly pass: () => void;
}

const PASSED = Symbol("passed");

/**
 * @param put puts a question to a lease; the signal is aborted when the answer is no longer needed. Throws if no lease has an answer.
 */
export function createQuestions<Lease>(
  put: (
    question: Question,
    signal: AbortSignal,
  ) => { readonly lease: Lease; readonly answer: Promise<unknown> },
): Questions<Lease> {
  const open = new Map<number, OpenQuestion<Lease>>();

  return {
    async ask(question, id) {
      for (;;) {
        const controller = new AbortController();
        const { lease, answer } = put(question, controller.signal);
        const passed = new Promise<typeof PASSED>((resolve) => {
          open.set(id, { lease, controller, pass: () => resolve(PASSED) });
        });
        try {
          const outcome = await Promise.race([answer, passed]);
          if (outcome !== PASSED) return outcome;
        } finally {
          open.delete(id);
        }
      }
    },
    dismiss: (id) => Promise.resolve(open.get(id)?.controller.abort()),
    leaseEnded(lease) {
      for (const question of open.values()) {
        if (question.lease !== lease) continue;
        question.controller.abort();
        question.pass();
      }
    },
    dismissAll() {
      for (const { controller } of open.values()) controller.abort();
    },
  };
}
