import { isOverflowError, isStorageError } from "wamp-mux";
import { sendInBackground } from "../app/background-sync.js";
import type { DemoSession } from "../api.js";
import { notes } from "../outbox/notes.js";
import { byId } from "../page/dom.js";
import { Button } from "../page/button.js";
import { showProblem } from "../page/problem.js";

/** Shows the button for an order that outlives the page: the outbox keeps it, and later the answer. */
export function showLeaving(session: DemoSession, name: string): void {
  const millions = byId("job-darts", HTMLInputElement);

  const leave = async (count: number): Promise<void> => {
    const stored = (key: string): void => {
      notes.add(key, `Estimate π with ${count} million darts`).catch(showProblem);
      if (session.status.state !== "online") void sendInBackground();
    };
    try {
      const order = { from: name, darts: count * 1_000_000 };
      await session.call("com.example.job.pi", [order], { offline: "durable", onStored: stored });
    } catch (error) {
      // The outbox shows what became of the call itself.
      if (isStorageError(error) || isOverflowError(error)) showProblem(error);
    }
  };

  const button = new Button("job-leave", () => {
    if (millions.reportValidity()) void leave(millions.valueAsNumber);
  });
  button.enabled = true;
}
