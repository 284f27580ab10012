import type { Authenticator } from "./authenticators.js";
import type { Features } from "./features.js";

/** The validated settings of the core. */
export interface CoreSettings {
  readonly realms: readonly string[];
  /** Tells whether a session may join without credentials. */
  readonly anonymous: boolean;
  /** The authentication methods by their names in HELLO. */
  readonly authenticators: ReadonlyMap<string, Authenticator>;
  readonly features: Features;
  /** Receives one line for each refused request and each ABORT. */
  readonly log: (line: string) => void;
}
