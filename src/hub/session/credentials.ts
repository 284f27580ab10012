import { literalSecret, sameCredentials } from "../../contract/identity.js";
import type { AuthConfig } from "../../contract/session-config.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";

/** Milliseconds after which the next tab is asked: the previous one may be frozen, or its dialog hidden. */
const PATIENCE = 5_000;

/** The secret of a session: a literal that a tab supplied, or the answer of a tab that was asked. Kept only in memory. */
export class Credentials {
  readonly #auth: AuthConfig;
  readonly #tabs: () => Iterable<Tab>;
  readonly #clock: Clock;
  #literal: string | undefined;
  #question: Question | undefined;

  constructor(auth: AuthConfig, tabs: () => Iterable<Tab>, clock: Clock) {
    this.#auth = auth;
    this.#tabs = tabs;
    this.#clock = clock;
    this.#literal = literalSecret(auth);
  }

  /** Tells whether a tab with this authentication may join. */
  admits(auth: AuthConfig): boolean {
    return sameCredentials(this.#auth, auth, this.#literal);
  }

  /**
   * Asks the tabs for the secret, one after the other; the first answer wins. Rejects when all tabs have refused. An earlier question is
   * abandoned, and its promise never settles.
   */
  get(): Promise<string> {
    this.#question?.end();
    return new Promise((resolve, reject) => {
      const answered = (secret: string): void => {
        this.#literal = secret;
        resolve(secret);
      };
      this.#question = new Question(this.#tabs, this.#clock, answered, reject);
      this.#question.askNext();
    });
  }
}

/**
 * One question for the secret. It is sent to one tab; after a while, or when that tab refuses, also to the next one, including tabs that
 * have joined since. A tab that leaves or vanishes counts as having refused.
 */
class Question {
  readonly #tabs: () => Iterable<Tab>;
  readonly #clock: Clock;
  readonly #answered: (secret: string) => void;
  readonly #refused: (cause: unknown) => void;
  readonly #asked = new Set<Tab>();
  #unanswered = 0;
  #lastRefusal: unknown = new Error("No attached tab could be asked for the secret");
  #ended = false;
  #stopTimer: () => void = () => undefined;

  /** Calls either `answered` or `refused`, once; `refused` with the last tab's reason. */
  constructor(
    tabs: () => Iterable<Tab>,
    clock: Clock,
    answered: (secret: string) => void,
    refused: (cause: unknown) => void,
  ) {
    this.#tabs = tabs;
    this.#clock = clock;
    this.#answered = answered;
    this.#refused = refused;
  }

  askNext(): void {
    this.#stopTimer();
    const tab = [...this.#tabs()].find((candidate) => !this.#asked.has(candidate));
    if (tab === undefined && this.#unanswered === 0) {
      this.end();
      return this.#refused(this.#lastRefusal);
    }
    this.#stopTimer = this.#clock.after(PATIENCE, () => this.askNext());
    if (tab !== undefined) void this.#ask(tab);
  }

  /** Ends the question: later answers and refusals are ignored. */
  end(): void {
    this.#ended = true;
    this.#stopTimer();
  }

  async #ask(tab: Tab): Promise<void> {
    this.#asked.add(tab);
    this.#unanswered += 1;
    try {
      const secret = await Promise.race([tab.credential(), tab.departed.then(refuse)]);
      if (this.#ended) return;
      this.end();
      this.#answered(secret);
    } catch (cause) {
      if (this.#ended) return;
      this.#unanswered -= 1;
      this.#lastRefusal = cause;
      this.askNext();
    }
  }
}

function refuse(): never {
  throw new Error("The tab is gone");
}
