import type { RouterUnderTest } from "../support/router.js";

/** The serializers of the peers and of the tabs. */
export const peerSerializers = ["json", "msgpack", "cbor"] as const;
export type PeerSerializer = (typeof peerSerializers)[number];

/**
 * A session of another WAMP library at the other end of the router, in each of the four roles. It is controlled by its procedures, whose
 * names begin with the prefix and a dot.
 */
export interface Peer {
  /** Joins the realm, and registers the procedures. */
  join(router: RouterUnderTest, prefix: string, serializer: PeerSerializer): Promise<void>;
  leave(): Promise<void>;
}
