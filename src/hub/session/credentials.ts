import { literalSecret, sameCredentials } from "../../contract/identity.js";
import type { AuthConfig } from "../../contract/session-config.js";
import type { Clock } from "../../web/clock.js";
import type { Tab } from "../tab/tab.js";

/** Milliseconds after which another tab is asked too: the asked one may be frozen, or its dialog out of sight. */
const PATIENCE = 5_000;

/** The secret of a session: a literal that a tab brought, or what an attached tab answers when it is asked. Kept in memory only. */
export class Credentials {
  readonly #auth: AuthConfig;
  readonly #tabs: () => Iterable<Tab>;
  readonly #clock: Clock;
  #literal: string | undefined;
  #giveUp: () => void = () => undefined;

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
   * Asks one tab, after a while the next one as well, and so on, also tabs that come meanwhile; the first answer wins. A tab that
   * dies has refused. Rejects when all have. What was asked before is given up: its promise never settles.
   */
  get(): Promise<string> {
    this.#giveUp();
    return new Promise((resolve, reject) => {
      const asked = new Set<Tab>();
      let unanswered = 0;
      let failure: unknown = new Error("No tab is attached that could be asked for the secret");
      let isOver = false;
      let stopTimer: () => void = () => undefined;
      const end = (): void => {
        isOver = true;
        stopTimer();
      };
      const askNext = (): void => {
        stopTimer();
        const tab = [...this.#tabs()].find((candidate) => !asked.has(candidate));
        if (tab === undefined && unanswered === 0) {
          end();
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- passes on what a tab rejected with
          reject(failure);
          return;
        }
        stopTimer = this.#clock.after(PATIENCE, askNext);
        if (tab === undefined) return;
        asked.add(tab);
        unanswered += 1;
        answerOf(tab).then(
          (secret) => {
            if (isOver) return;
            end();
            this.#literal = secret;
            resolve(secret);
          },
          (cause: unknown) => {
            if (isOver) return;
            unanswered -= 1;
            failure = cause;
            askNext();
          },
        );
      };
      this.#giveUp = end;
      askNext();
    });
  }
}

async function answerOf(tab: Tab): Promise<string> {
  return Promise.race([tab.credential(), tab.departed.then(refuse)]);
}

function refuse(): never {
  throw new Error("The tab is gone");
}
