/** Choices that the specification leaves to a router, and one fault; the core reads each at the moment where it takes effect. */
export interface Behaviour {
  readonly eventBeforePublished: boolean;
  readonly retainedBeforeSubscribed: boolean;
  /** Reason of the ABORT that answers the next HELLO; the core resets it. */
  abortReason: string | undefined;
}
