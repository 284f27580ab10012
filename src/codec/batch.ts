import type { Framing } from "./framing.js";
import type { Frame } from "./serializer.js";

/** Collects messages, and writes them as few frames as a limit allows. */
export interface Batch {
  /** The bytes that have not been written, with their framing. */
  readonly bytes: number;
  /**
   * Adds a message to the frame, or begins another one with it.
   * @param size bytes of the message
   * @param limit bytes of the biggest frame with several messages
   */
  add(message: Frame, size: number, limit: number): void;
  /** Writes what has been collected. */
  flush(): void;
}

export function createBatch(framing: Framing, write: (frame: Frame<ArrayBuffer>) => void): Batch {
  let messages: Frame[] = [];
  let bytes = 0;

  function flush(): void {
    if (bytes === 0) return;
    const collected = messages;
    messages = [];
    bytes = 0;
    write(framing.join(collected));
  }

  return {
    get bytes() {
      return bytes;
    },
    add(message, size, limit) {
      const added = size + framing.overhead;
      if (bytes + added > limit) flush();
      messages.push(message);
      bytes += added;
    },
    flush,
  };
}
