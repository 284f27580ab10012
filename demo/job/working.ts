import type { InvocationContext, Registration } from "wamp-mux";
import type { DemoSession, Estimate, JobOrder } from "../api.js";
import { byId, colour, say } from "../page/dom.js";
import { showProblem } from "../page/problem.js";
import { throwDarts } from "./pi.js";

/** Shows the half that does the jobs of other tabs. */
export async function showWorking(session: DemoSession, name: string): Promise<void> {
  const takes = byId("takes-jobs", HTMLInputElement);
  const state = byId("work-state", HTMLElement);
  const progress = byId("work-progress", HTMLProgressElement);
  let registration: Registration | undefined;

  const work = async (
    { from, darts }: JobOrder,
    { signal, progress: send }: InvocationContext,
  ): Promise<Estimate> => {
    colour(byId("work", HTMLElement), from);
    say(state, `Works for ${from}.`);
    progress.value = 0;
    try {
      const throws = await throwDarts(darts, signal, (part) => {
        progress.value = part.thrown / darts;
        send?.([{ by: name, ...part }]);
      });
      progress.value = 1;
      say(state, `Done, for ${from}.`);
      return { by: name, ...throws };
    } catch (error) {
      say(
        state,
        signal.aborted ? `Stopped: ${from} does not wait for it any more.` : `Failed: ${String(error)}`,
      );
      throw error;
    }
  };

  const offer = async (): Promise<void> => {
    // The tabs take turns, and a busy tab is skipped.
    const options = { invoke: "roundrobin", concurrency: 1 } as const;
    registration = await session.register(
      "com.example.job.pi",
      ([order], invocation) => work(order, invocation),
      options,
    );
    say(state, "Waits for a job.");
  };
  const withdraw = async (): Promise<void> => {
    await registration?.unregister();
    say(state, "Takes no jobs.");
  };

  // Changes run one after the other, even if the box is clicked quickly.
  let changed = Promise.resolve();
  takes.addEventListener("change", () => {
    const change = takes.checked ? offer : withdraw;
    changed = changed.then(change).catch(showProblem);
  });
  await offer();
  takes.checked = true;
  takes.disabled = false;
}
