import type { ConnectConfig, SessionConfig } from "../contract/session-config.js";

/** Returns a complete configuration of an anonymous session with the given changes; its URLs have no query unless `access` says so. */
export function sessionConfig(changes: Partial<SessionConfig> = {}): SessionConfig {
  const { urls = ["ws://a.example/ws"] } = changes;
  return {
    urls,
    realm: "realm1",
    principal: "anonymous",
    auth: [{ method: "anonymous" }],
    access: { urls },
    allowInsecureRouter: false,
    serializers: ["json", "msgpack"],
    uriRules: "loose",
    linger: 5_000,
    hiddenPace: 100,
    probeAfter: 0,
    maxMessageSize: 16 * 1024 * 1024,
    connectTimeout: 10_000,
    answerTimeout: 0,
    requestTimeout: 10_000,
    retry: { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity },
    outbox: { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024, maxAge: 604_800_000 },
    limits: { maxRequests: 100_000, maxQueuedBytes: 64 * 1024 * 1024 },
    ...changes,
  };
}

/** Returns the options with which a page asks for a session with this configuration. */
export function connectConfig(
  { urls: _urls, access, ...shared }: SessionConfig = sessionConfig(),
): ConnectConfig {
  return {
    ...shared,
    url: access.urls,
    ...(access.query !== undefined && { query: access.query }),
    attachTimeout: 10_000,
    callTimeout: 0,
    offline: "wait",
  };
}
