import type { Serializer } from "../../codec/serializer.js";
import type { Dict } from "../../protocol/dict.js";
import type { RouterFeatures } from "../../protocol/features.js";
import type { WampSessionId } from "../../protocol/ids.js";
import type { ClientMessage } from "../../protocol/messages.js";
import type { Session } from "../../protocol/session.js";

/** A connection from its WELCOME to its end. */
export interface Line<Ticket> {
  /** Whoever holds the line asks it for messages, and for the tickets that are left when the line is lost. */
  readonly core: Session<Ticket>;
  readonly serializer: Serializer;
  readonly url: string;
  readonly session: WampSessionId;
  /** WELCOME.Details. */
  readonly details: Dict;
  readonly features: RouterFeatures;
  /**
   * Gives a message to the socket. Returns the length of the frame: bytes, or UTF-16 units of a text. Does nothing and
   * returns 0 when the line is over, or once our GOODBYE is out: nothing may follow it (WAMP, "Session Closing").
   */
  send(message: ClientMessage): number;
  /** Bytes given to the socket that have not left. */
  readonly bufferedAmount: number;
  /** Messages of this connection, with those of the handshake. */
  readonly sent: number;
  readonly received: number;
}
