import { isWampError } from "wamp-mux";
import type { Registration } from "wamp-mux";
import type { DemoSession } from "../api.js";
import { MEAN_WIND, nextWind } from "./wind.js";

/** Milliseconds between two samples. */
const PERIOD = 250;
/** Milliseconds within which the sending tab must hand over. */
const PATIENCE = 2_000;

/** Sends the feed from one tab at a time: the tab that holds the registration of the procedure that makes it stop. */
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

  /** Starts to send, unless another tab does. */
  async begin(): Promise<void> {
    const registration = await unlessUri(
      "wamp.error.procedure_already_exists",
      this.#session.register("com.example.feed.hand_over", () => this.#registration?.unregister()),
    );
    if (registration === undefined) return;
    this.#registration = registration;
    void this.#sendWhile(registration);
  }

  /** Starts to send instead of the tab that does. */
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
      // Every tab draws the samples that it receives, and so does this one. An old sample is useless, so none is queued.
      this.#session
        .publish("com.example.feed.wind", [sample], { excludeMe: false, offline: "fail" })
        .catch(() => undefined);
    }, PERIOD);
    await registration.ended;
    clearInterval(timer);
    this.#changed(false);
  }
}

/** Resolves like the request, or with undefined if it fails with the expected error. */
async function unlessUri<T>(uri: string, request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isWampError(error) && error.uri === uri) return undefined;
    throw error;
  }
}
