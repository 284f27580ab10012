import type { WireSession } from "../../connection/wire-session.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { Environment } from "../environment.js";
import { createPublications } from "../pubsub/publications.js";
import type { Publications } from "../pubsub/publications.js";
import { createPublisherExclusions } from "../pubsub/publisher-exclusions.js";
import type { PublisherExclusions } from "../pubsub/publisher-exclusions.js";
import { createSeenRecord } from "../pubsub/seen-record.js";
import type { SeenRecord } from "../pubsub/seen-record.js";
import { createSubscriptions } from "../pubsub/subscriptions.js";
import type { Subscriptions } from "../pubsub/subscriptions.js";
import type { RestoreQueue } from "../restoring.js";
import { call } from "../rpc/calls.js";
import { createInvocations } from "../rpc/invocations.js";
import type { Invocations } from "../rpc/invocations.js";
import { createRegistrations } from "../rpc/registrations.js";
import type { Registrations } from "../rpc/registrations.js";

/** The WAMP features that the tabs of one session share. Each feature owns its state for every tab. */
export interface Features {
  readonly calls: { readonly call: typeof call };
  readonly publications: Publications;
  readonly subscriptions: Subscriptions;
  /** The publications seen last, for the next worker. */
  readonly seen: SeenRecord;
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
  const exclusions = createPublisherExclusions(env.clock);
  const context = { clock: env.clock, requestTimeout: config.requestTimeout, session, restores };
  const seen = createSeenRecord(env, config);
  const subscriptions = createSubscriptions(context, exclusions, seen);
  const registrations = createRegistrations(context, env.random);
  return {
    calls: { call },
    publications: createPublications(env, subscriptions, config.requestTimeout),
    subscriptions,
    seen,
    registrations,
    invocations: createInvocations(registrations, config.limits),
    exclusions,
  };
}
