import type { WampMuxError } from "../errors/wamp-mux-error.js";

/** What a subscription and a registration have in common: a life that the application ends, or somebody else. */
export abstract class Handle implements AsyncDisposable {
  readonly ended: Promise<WampMuxError | undefined>;
  #state: "asked" | "active" | "leaving" | "ended" = "asked";
  #undone: Promise<void> | undefined;
  #tellEnd: (error: WampMuxError | undefined) => void = () => undefined;
  readonly #release: () => Promise<void>;

  /** `release` asks the hub to let go of it. */
  constructor(release: () => Promise<void>) {
    this.#release = release;
    this.ended = new Promise((resolve) => {
      this.#tellEnd = resolve;
    });
  }

  /** Whether the application has it and has not given it back. */
  get active(): boolean {
    return this.#state === "active";
  }

  /** Whether it may get what the worker sends to it, also before the application knows that it has it. */
  get open(): boolean {
    return this.#state === "asked" || this.#state === "active";
  }

  /** The hub has it. */
  established(): void {
    if (this.#state === "asked") this.#state = "active";
  }

  /** It is over; with an error if the application did not ask for that. */
  end(error?: WampMuxError): void {
    this.#state = "ended";
    this.#tellEnd(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.undo();
  }

  /** Gives it back, once. */
  protected undo(): Promise<void> {
    return (this.#undone ??= this.#giveBack());
  }

  async #giveBack(): Promise<void> {
    if (this.#state === "ended") return;
    this.#state = "leaving";
    try {
      await this.#release();
    } finally {
      // Also when the router did not answer: the application has let go.
      this.end();
    }
  }
}
