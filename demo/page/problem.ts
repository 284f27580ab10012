import { byId } from "./dom.js";

/** Shows an error that belongs to no part of the page. */
export function showProblem(error: unknown): void {
  const problem = byId("problem", HTMLElement);
  problem.textContent = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  problem.hidden = false;
}
