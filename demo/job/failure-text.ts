import { isConnectionLostError, isWampError } from "wamp-mux";

/** Explains the failure of a job, and suggests the next step. */
export function failureText(error: unknown, worker: string | undefined): string {
  if (isWampError(error)) {
    switch (error.uri) {
      case "wamp.error.no_such_procedure":
        return "No tab takes jobs. Let one of them.";
      case "wamp.error.unavailable":
        return "Every tab that takes jobs is busy. Try again later.";
      case "wamp.error.canceled":
        return `${worker ?? "The tab that had the job"} is gone, and its work with it. Start again: another tab will do it.`;
    }
  }
  if (isConnectionLostError(error)) {
    return "The connection was lost, and the state of the job is unknown. Start again when it is back.";
  }
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
