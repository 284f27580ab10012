import type { WireSession } from "../../connection/wire-session.js";
import type { SessionInspection, TabInspection } from "../../contract/port.js";
import type { SessionConfig } from "../../contract/session-config.js";
import type { StatusRecord } from "../../contract/status.js";
import type { Tab } from "../tab/tab.js";
import type { Features } from "./features.js";

/** Numbers of messages to and from the router. */
export type Traffic = Pick<WireSession, "sent" | "received">;

/** A session with the parts that are counted. */
export interface Inspected {
  readonly config: SessionConfig;
  readonly features: Features;
  readonly status: StatusRecord;
}

/** @param traffic the messages of all connections of the session */
export function inspectSession(
  { config, features, status }: Inspected,
  tabs: readonly Tab[],
  session: WireSession | undefined,
  traffic: Traffic,
): SessionInspection {
  return {
    realm: config.realm,
    principal: config.principal,
    state: status.state,
    session: session?.id ?? null,
    tabs: tabs.map((tab) => inspectTab(tab, features)),
    wireSubscriptions: features.subscriptions.inspect(),
    wireRegistrations: features.registrations.inspect(),
    pending: session?.pending ?? 0,
    invocations: features.invocations.size,
    ...traffic,
  };
}

function inspectTab(
  tab: Tab,
  { subscriptions, registrations, invocations, exclusions }: Features,
): TabInspection {
  return {
    tab: tab.id,
    requests: tab.requests.size,
    queuedBytes: tab.queue.requestBytes + tab.queue.answerBytes,
    subscriptions: subscriptions.count(tab),
    registrations: registrations.count(tab),
    invocations: invocations.count(tab),
    held: exclusions.count(tab),
  };
}

export function addTraffic(earlier: Traffic, session: Traffic | undefined): Traffic {
  return {
    sent: earlier.sent + (session?.sent ?? 0),
    received: earlier.received + (session?.received ?? 0),
  };
}
