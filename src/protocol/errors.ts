/** The peer sent what WAMP does not allow, here or in this state. Ends the session (WAMP, "Protocol Errors"). */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError" as const;
}
