import type { WireSession } from "../../connection/wire-session.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Environment } from "../environment.js";
import { Publications } from "../pubsub/publications.js";
import { PublisherExclusions } from "../pubsub/publisher-exclusions.js";
import { Subscriptions } from "../pubsub/subscriptions.js";
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

/** @param session returns the session on which requests can be made */
export function createFeatures(
  env: Environment,
  config: SessionConfig,
  session: () => WireSession | undefined,
): Features {
  const exclusions = new PublisherExclusions(env.clock);
  const subscriptions = new Subscriptions(env.clock, config.requestTimeout, session, exclusions);
  const registrations = new Registrations(env, config.requestTimeout, session);
  return {
    calls: new Calls(env, config.maxMessageSize),
    publications: new Publications(env, subscriptions, config),
    subscriptions,
    registrations,
    invocations: new Invocations(env, registrations, config),
    exclusions,
  };
}
