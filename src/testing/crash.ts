import type { History, KnownSubscription } from "./history.js";
import type { MortalWorld } from "./mortal-world.js";

/** The worker dies in the middle of whatever it does; the pages that outlive it ask the next one for the handles that they had. */
export function crash(world: MortalWorld, history: History, withBrowser: boolean): void {
  history.workerLost();
  if (withBrowser) for (const tab of [...world.tabs]) world.kill(tab);
  world.crash();
  for (const known of history.continuing()) {
    const { tab, topic, asked, catchUp } = known;
    const seen = tab.seen.get(asked.handle);
    const options = { ...subscribeOptions(known), ...(catchUp && seen !== undefined && { seen }) };
    known.replay = tab.subscribeAs(asked.handle, topic, { ...options, timeout: 0 }, true);
  }
  for (const known of history.registrations) {
    const { tab, procedure, asked, options, undone } = known;
    if (undone || !history.isHeld(tab, known, "registration-ended")) continue;
    known.replay = tab.registerAs(asked.handle, procedure, { ...options, timeout: 0 }, true);
  }
}

/** Returns the options with which a tab of the model subscribes. */
export function subscribeOptions({
  match,
  retained,
  catchUp,
}: Pick<KnownSubscription, "match" | "retained" | "catchUp">) {
  return { match, get_retained: retained, timeout: 4_000, ...(catchUp && { catch_up: true }) };
}
