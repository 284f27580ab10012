import type { Features } from "./features.js";

/** The validated settings of the core. */
export interface CoreSettings {
  readonly realms: readonly string[];
  /** Tells whether a session may join without credentials. */
  readonly anonymous: boolean;
  /** Tickets by authid. */
  readonly tickets: ReadonlyMap<string, string>;
  readonly features: Features;
  /** Receives one line for each refused request and each ABORT. */
  readonly log: (line: string) => void;
}
