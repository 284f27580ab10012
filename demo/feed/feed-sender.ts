import { isWampError } from "wamp-mux";
import type { Registration } from "wamp-mux";
import type { DemoSession } from "../api.js";
import { MEAN_WIND, nextWind } from "./wind.js";

/** Milliseconds between two samples. */
const PERIOD = 250;
/** Milliseconds that the sending tab has to hand over. */
const PATIENCE = 2_000;

/** Sends the feed. Only one tab does at a time: the one that has registered the procedure that asks it to stop. */
export class FeedSender {
  readonly #session: DemoSession;
  readonly #name: string;
  readonly #changed: (sending: boolean) => void;
  #registration: Registration | undefined;

  constructor(session: DemoSession, name: string, changed: (sending: boolean) => void) {
    this.#session = session;
    this.#name = name;
    this.#changed = changed;
  }

  /** Sends from now on, unless another tab does. */
  async begin(): Promise<void> {
    const registration = await unlessUri(
      "wamp.error.procedure_already_exists",
      this.#session.register("com.example.feed.hand_over", () => this.#registration?.unregister()),
    );
    if (registration === undefined) return;
    this.#registration = registration;
    void this.#sendWhile(registration);
  }

  /** Sends from now on, instead of the tab that does. */
  async takeOver(): Promise<void> {
    const handedOver = this.#session.call("com.example.feed.hand_over", [], { timeout: PATIENCE });
    await unlessUri("wamp.error.no_such_procedure", handedOver);
    await this.begin();
  }

  async #sendWhile(registration: Registration): Promise<void> {
    this.#changed(true);
    let speed = MEAN_WIND;
    const timer = setInterval(() => {
      speed = nextWind(speed);
      const sample = { from: this.#name, speed };
      // Every tab draws what it receives, this one too. A sample that cannot go out now is of no use later.
      this.#session
        .publish("com.example.feed.wind", [sample], { excludeMe: false, offline: "fail" })
        .catch(() => undefined);
    }, PERIOD);
    await registration.ended;
    clearInterval(timer);
    this.#changed(false);
  }
}

/** What a request resolves with, or undefined if its error is the one that was to be expected. */
async function unlessUri<T>(uri: string, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isWampError(error) && error.uri === uri) return undefined;
    throw error;
  }
}
