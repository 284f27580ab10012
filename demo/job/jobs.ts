import type { DemoSession } from "../api.js";
import { showAsking } from "./asking.js";
import { showWorking } from "./working.js";

/** Shows the part of the page in which tabs work for each other. */
export async function showJobs(session: DemoSession, name: string): Promise<void> {
  await showWorking(session, name);
  showAsking(session, name);
}
