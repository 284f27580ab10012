import type { Framing } from "./framing.js";
import type { Frame } from "./serializer.js";

/** Collects messages, and writes them as few frames as a limit allows. */
export class Batch {
  #messages: Frame[] = [];
  #bytes = 0;
  readonly #framing: Framing;
  readonly #write: (frame: Frame<ArrayBuffer>) => void;

  constructor(framing: Framing, write: (frame: Frame<ArrayBuffer>) => void) {
    this.#framing = framing;
    this.#write = write;
  }

  /** The bytes that have not been written, with their framing. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds a message to the frame, or begins another one with it.
   * @param bytes size of the message
   * @param limit size of the biggest frame with several messages
   */
  add(message: Frame, bytes: number, limit: number): void {
    const added = bytes + this.#framing.overhead;
    if (this.#bytes + added > limit) this.flush();
    this.#messages.push(message);
    this.#bytes += added;
  }

  /** Writes what has been collected. */
  flush(): void {
    const messages = this.#messages;
    if (messages.length === 0) return;
    this.#messages = [];
    this.#bytes = 0;
    this.#write(this.#framing.join(messages));
  }
}
