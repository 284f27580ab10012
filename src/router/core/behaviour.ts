/** Choices that the specification leaves to routers, and one fault; the core reads each when it takes effect. */
export interface Behaviour {
  readonly eventBeforePublished: boolean;
  readonly retainedBeforeSubscribed: boolean;
  /** Reason of the ABORT that answers the next HELLO; the core resets it. */
  abortReason: string | undefined;
}
