import type { Dict } from "../protocol/dict.js";

/** One authentication method, client side. */
export interface Authenticator {
  /** The name in HELLO's `authmethods`. */
  readonly method: string;
  /** Answers CHALLENGE with what AUTHENTICATE carries; `secret` is what the application gave. */
  answer(challenge: Dict, secret: string): Promise<{ readonly signature: string; readonly extra: Dict }>;
}
