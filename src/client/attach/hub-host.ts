import type { Incarnation } from "../../contract/ids.js";
import type { AlgorithmUrl, CodecUrl, WorkerName } from "../../contract/port.js";
import type { PortLike } from "../../link/stream-port.js";

/** The place where the hub runs, as seen from a tab. */
export interface HubHost {
  /**
   * Starts the hub of this name, or joins the running one.
   * Rejects with `WorkerStartError` if that is not possible, and `InvalidArgumentError` for a URL that cannot be one of a hub.
   */
  open(name: WorkerName): Promise<HubPort>;
}

/** The connection from one tab to one incarnation of the hub. */
export interface HubPort {
  /** URL of the hub script. */
  readonly url: string;
  readonly port: PortLike;
  /** URLs of the files of serializers that the hub loads when it needs them. */
  readonly codecUrls: readonly CodecUrl[];
  /** The same for algorithms; none if absent. */
  readonly algorithmUrls?: readonly AlgorithmUrl[];
  /** Rejects with `WorkerStartError` if the hub fails to start; otherwise stays pending. */
  readonly failed: Promise<never>;
  /**
   * Resolves when the hub of this incarnation is lost, with an error if the browser is the reason: it does not tell any longer whether the
   * hub lives. Stays pending after `release`. Call it once.
   */
  lost(incarnation: Incarnation): Promise<unknown>;
  /** Stops observing the hub. Closing the port is up to the caller. */
  release(): void;
}
