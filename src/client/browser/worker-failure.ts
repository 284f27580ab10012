import { textFromThrown } from "../errors/thrown-text.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import type { Finding, Symptoms } from "./diagnosis.js";
import { COPY } from "./worker-url.js";

/** Returns the error for a worker that did not start, with the cause and the cure if the file that knows them can be loaded. */
export async function workerStartError(symptoms: Symptoms): Promise<WorkerStartError> {
  let { cause } = symptoms;
  const undiagnosed = (obstacle: unknown): Finding => {
    cause ??= obstacle;
    return {
      reason: "unknown",
      why: `${textFromThrown(cause)}, and diagnosis.js, which tells the reason, could not be loaded`,
      cure: `connect again; if the bundler did not emit the files of the package, ${COPY}`,
    };
  };
  const { reason, why, cure } = await import("./diagnosis.js")
    .then(({ diagnose }) => diagnose(symptoms))
    .catch(undiagnosed);
  // A script that a bundler has inlined is no text for a message.
  const url = symptoms.url?.replace(/^data:.*/s, "data:...") ?? "worker.js";
  const message = `The worker ${url} did not start: ${why}. Cure: ${cure}`;
  return new WorkerStartError(message, { reason, url, ...(cause !== undefined && { cause }) });
}
