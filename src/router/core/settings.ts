import type { Authenticator } from "./authenticators.js";
import type { MatchPolicy } from "../../protocol/uri.js";
import type { Codecs } from "../../codec/codecs.js";
import type { Features } from "./features.js";

/** A topic or pattern whose latest publications the router keeps, and their number. */
export interface HistoryTopic {
  readonly uri: string;
  readonly match: MatchPolicy;
  readonly limit: number;
}

/** The router whose form of answer to `wamp.subscription.get_events` is taken. */
export type HistoryForm = "crossbar" | "nexus";

/** The validated settings of the core. */
export interface CoreSettings {
  readonly realms: readonly string[];
  /** Tells whether a session may join without credentials. */
  readonly anonymous: boolean;
  /** The authentication methods by their names in HELLO. */
  readonly authenticators: ReadonlyMap<string, Authenticator>;
  readonly features: Features;
  /** The serializers of the router. */
  readonly codecs: Codecs;
  readonly eventHistory: { readonly topics: readonly HistoryTopic[]; readonly form: HistoryForm };
  /** Receives one line for each refused request and each ABORT. */
  readonly log: (line: string) => void;
}
