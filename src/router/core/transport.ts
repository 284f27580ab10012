import type { Serializer } from "../../codec/serializer.js";
import type { Subprotocol } from "../../codec/subprotocols.js";
import type { Payload } from "../../protocol/payload.js";
import type { RouterMessage } from "../../protocol/messages.js";

/** The transport from a session to its client. */
export interface Transport {
  readonly subprotocol: Subprotocol;
  readonly serializer: Serializer;
  /** The cookie that the browser has sent or was given in the handshake, if the router sets cookies. */
  readonly cookie?: string | undefined;
  /** Transcodes a payload for the client. Throws `DecodeError` or `EncodeError`. */
  convert(payload: Payload): Payload;
  /** Sends a message. Throws `DecodeError` or `EncodeError` if its payload cannot be transcoded; then nothing was sent. */
  send(message: RouterMessage): void;
  /** Closes the connection with a WebSocket close code. */
  close(code: number): void;
}
