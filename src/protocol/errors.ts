/** The peer sent something that WAMP does not allow, at all or in this state. Ends the session (WAMP, "Protocol Errors"). */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError" as const;
}
