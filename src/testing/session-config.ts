import type { SessionConfig } from "../contract/session-config.js";

/** Returns a complete configuration of an anonymous session with the given changes; its URLs have no query unless `access` says so. */
export function sessionConfig(changes: Partial<SessionConfig> = {}): SessionConfig {
  const { urls = ["ws://a.example/ws"] } = changes;
  return {
    urls,
    realm: "realm1",
    principal: "anonymous",
    auth: { method: "anonymous" },
    access: { urls },
    allowInsecureRouter: false,
    serializers: ["json", "msgpack"],
    uriRules: "loose",
    linger: 5_000,
    hiddenPace: 100,
    maxMessageSize: 16 * 1024 * 1024,
    connectTimeout: 10_000,
    requestTimeout: 10_000,
    retry: { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity },
    limits: { maxRequests: 100_000, maxQueuedBytes: 64 * 1024 * 1024 },
    ...changes,
  };
}
