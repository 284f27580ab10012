/** The peer sent something that WAMP does not allow, either at all or in this state. Ends the session (WAMP, "Protocol Errors"). */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError" as const;
}
