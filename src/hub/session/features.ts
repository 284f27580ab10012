import type { WireSession } from "../../connection/wire-session.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Environment } from "../environment.js";
import { Publications } from "../pubsub/publications.js";
import { PublisherExclusions } from "../pubsub/publisher-exclusions.js";
import { Subscriptions } from "../pubsub/subscriptions.js";
import type { RestoreQueue } from "../restoring.js";
import { Calls } from "../rpc/calls.js";
import { Invocations } from "../rpc/invocations.js";
import { Registrations } from "../rpc/registrations.js";

/** The WAMP features that the tabs of one session share. Each feature owns its state for every tab. */
export interface Features {
  readonly calls: Calls;
  readonly publications: Publications;
  readonly subscriptions: Subscriptions;
  readonly registrations: Registrations;
  readonly invocations: Invocations;
  readonly exclusions: PublisherExclusions;
}

/**
 * @param session returns the session on which requests can be made
 * @param restores sends what is restored on a new session
 */
export function createFeatures(
  env: Environment,
  config: SessionConfig,
  session: () => WireSession | undefined,
  restores: RestoreQueue,
): Features {
  const exclusions = new PublisherExclusions(env.clock);
  const subscriptions = new Subscriptions(env.clock, config.requestTimeout, session, restores, exclusions);
  const registrations = new Registrations(env, config.requestTimeout, session, restores);
  return {
    calls: new Calls(),
    publications: new Publications(env, subscriptions, config.requestTimeout),
    subscriptions,
    registrations,
    invocations: new Invocations(registrations, config.limits),
    exclusions,
  };
}
