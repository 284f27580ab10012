import type { Outbox, OutboxEntry } from "wamp-mux";
import { make, say } from "../page/dom.js";
import { showProblem } from "../page/problem.js";
import { isEstimate, piOf } from "../job/estimate.js";
import { ageText } from "./age-text.js";
import { notes } from "./notes.js";

type Action = "cancel" | "retry" | "dismiss";
const labels = { cancel: "Cancel", retry: "Retry", dismiss: "Dismiss" } as const;
const actions: Readonly<Record<OutboxEntry["state"], readonly Action[]>> = {
  waiting: ["cancel"],
  sent: ["cancel"],
  done: ["dismiss"],
  failed: ["retry", "dismiss"],
};

/** One entry of the outbox on the page: its text, what has become of it, and buttons for what can be done with it. */
export class EntryRow {
  readonly element = make("li", "");
  readonly #title = make("p", "entry-title");
  readonly #state = make("p", "note");
  readonly #buttons = make("div", "row");
  #entry: OutboxEntry;
  /** The text that was noted for the entry, as soon as it is known. */
  #note: string | undefined;
  #isGone = false;

  constructor(
    private readonly outbox: Outbox,
    entry: OutboxEntry,
  ) {
    this.#entry = entry;
    this.element.append(make("div", "", this.#title, this.#state), this.#buttons);
    this.show(entry);
  }

  show(entry: OutboxEntry): void {
    const changed = this.#buttons.childElementCount === 0 || entry.state !== this.#entry.state;
    this.#entry = entry;
    this.element.dataset["state"] = entry.state;
    this.tick();
    if (changed) this.#name();
  }

  /** True if it has an answer, which only a visitor removes. */
  get isSettled(): boolean {
    return this.#entry.state === "done" || this.#entry.state === "failed";
  }

  /** Shows the age anew, and the text if another tab has noted it only now. */
  tick(): void {
    if (this.#isGone) return;
    say(this.#state, stateText(this.#entry, ageText(Date.now() - this.#entry.createdAt)));
    if (this.#note === undefined) void this.#findNote();
  }

  /** Shows that the entry has been sent, since it is no longer in the outbox. */
  leave(): void {
    this.#isGone = true;
    this.element.dataset["state"] = "done";
    say(this.#state, `Sent, ${ageText(Date.now() - this.#entry.createdAt)} after it was written.`);
    this.#buttons.replaceChildren();
  }

  async #findNote(): Promise<void> {
    this.#note = await notes.find(this.#entry.key);
    if (this.#note !== undefined) this.#name();
  }

  /** Shows the text of the entry, also in the names of its buttons. */
  #name(): void {
    say(this.#title, this.#text);
    if (this.#isGone) return;
    this.#buttons.replaceChildren(...actions[this.#entry.state].map((action) => this.#button(action)));
  }

  get #text(): string {
    const { kind, uri } = this.#entry;
    return this.#note ?? `${kind === "call" ? "A call of" : "A message to"} ${uri}`;
  }

  #button(action: Action): HTMLElement {
    const which = make("span", "visually-hidden", ` ${this.#text}`);
    const button = make("button", "quiet small", labels[action], which);
    button.type = "button";
    button.addEventListener("click", () => void this.#do(action).catch(showProblem));
    return button;
  }

  async #do(action: Action): Promise<void> {
    const { key } = this.#entry;
    if (action === "cancel") await notes.cancel(key);
    await this.outbox[action](key);
  }
}

function stateText({ state, kind, error, result }: OutboxEntry, age: string): string {
  switch (state) {
    case "waiting":
      return `Waiting for ${age}${error === undefined ? "" : `, ${error.message}`}`;
    case "sent":
      return `Sent, not answered yet, ${age} old`;
    case "failed":
      return `Failed: ${error?.message ?? "unknown"} (${age} old)`;
    case "done":
      return kind === "call" ? `Answered: ${answerText(result)} (ordered ${age} ago)` : "Done";
  }
}

/** Any client may have answered, with anything. */
function answerText(result: OutboxEntry["result"]): string {
  const estimate = result?.args[0];
  return isEstimate(estimate) ? `π ≈ ${piOf(estimate)}` : "no estimate of π";
}
