import type { DemoSession, Estimate } from "../api.js";
import { Button } from "../page/button.js";
import { byId, colour, say } from "../page/dom.js";
import { estimateOf, piOf } from "./estimate.js";
import { failureText } from "./failure-text.js";

/** Shows the half that orders a job, with its progress. */
export function showAsking(session: DemoSession, name: string): void {
  const millions = byId("job-darts", HTMLInputElement);
  const state = byId("job-state", HTMLElement);
  const result = byId("job-result", HTMLElement);
  const progress = byId("job-progress", HTMLProgressElement);
  const cancel = new Button("job-cancel", () => running?.abort());
  let running: AbortController | undefined;
  let worker: string | undefined;

  const show = (estimate: Estimate, darts: number): void => {
    if (worker === undefined) {
      worker = estimate.by;
      colour(byId("asked", HTMLElement), worker);
      say(state, worker === name ? "This tab has got the job itself." : `${worker} works on it.`);
    }
    progress.value = estimate.thrown / darts;
    say(result, `π ≈ ${piOf(estimate)} after ${Math.floor(progress.value * 100)} %`);
  };

  const ask = async (darts: number): Promise<void> => {
    running = new AbortController();
    worker = undefined;
    progress.value = 0;
    start.enabled = false;
    cancel.enabled = true;
    say(result, "");
    say(state, "Asking for a tab that does it.");
    const { signal } = running;
    try {
      const parts = session.callProgressive("com.example.job.pi", [{ from: name, darts }], { signal });
      for await (const { args } of parts) show(estimateOf(args), darts);
      say(state, `${worker ?? "A tab"} has done it.`);
    } catch (error) {
      say(state, signal.aborted ? "Cancelled." : failureText(error, worker));
    } finally {
      running = undefined;
      cancel.enabled = false;
      start.enabled = true;
    }
  };

  const start = new Button("job-start", () => {
    if (millions.reportValidity()) void ask(millions.valueAsNumber * 1_000_000);
  });
  start.enabled = true;
}
