import type { ClientMessage } from "../protocol/messages.js";
import type { NewEntry } from "../hub/stored-entry.js";
import type { Asked } from "./asked.js";
import { askOutbox, callDurably, DURABLE, entriesIn, publishDurably } from "./durable.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";
import type { World } from "./harness.js";
import { pick } from "./steps.js";
import type { Step } from "./steps.js";

/** A durable request, as known to its application and to the router. */
interface Durable {
  readonly uri: string;
  readonly asked: Asked;
  /** The application has been told that it is stored. */
  isAccepted: boolean;
  /** The store has confirmed that it is over. */
  isSettled: boolean;
  /** The application has canceled or retried it, the router has refused it for now, or the store has forgotten it. */
  isDisturbed: boolean;
  /** The identities as which the router has got it, in order. */
  readonly gotAs: string[];
}

/** The durable requests of a run, the router's answers to them, and what must hold for them; deviations are in `wrongs`. */
export class DurableModel {
  readonly wrongs: string[] = [];
  readonly #durables = new Map<string, Durable>();
  /** The keys in the order in which the router first got them. */
  readonly #got: string[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
    this.admit("joe");
  }

  /** Number of requests that were accepted. */
  get accepted(): number {
    return [...this.#durables.values()].filter(({ isAccepted }) => isAccepted).length;
  }

  /** Makes the router give the next sessions this authid. */
  admit(authid: string): void {
    const { router } = this.#world;
    router.details = { ...router.details, authid, authmethod: "ticket" };
  }

  /** Makes the stores work, fail, or take their time. */
  useStores(works: Extract<Step, { readonly do: "store" }>["works"]): void {
    const { outbox, store, clock } = this.#world.fake;
    const before = (): Promise<void> => {
      if (works === "never") return Promise.reject(new Error("broken"));
      return new Promise((resolve) => clock.after(500, resolve));
    };
    outbox.before = works === "always" ? () => Promise.resolve() : before;
    store.before = works === "always" ? undefined : before;
  }

  /** The browser removes what is stored. */
  forget(): void {
    const { outbox, store } = this.#world.fake;
    for (const { key } of this.#stored()) this.#disturb(key);
    outbox.entries.clear();
    store.entries.clear();
  }

  request(tab: FakeTab, { kind, uri }: Extract<Step, { readonly do: "durable" }>): void {
    const key = String(this.#durables.size + 1).padStart(3, "0");
    const asked =
      kind === "call"
        ? callDurably(tab, key, 0, uri)
        : publishDurably(tab, key, { timeout: 0, uri, acknowledge: kind === "acknowledged" });
    const state = { isAccepted: false, isSettled: false, isDisturbed: false, gotAs: [] };
    this.#durables.set(key, { uri, asked, ...state });
  }

  act(tab: FakeTab, { action, which }: Extract<Step, { readonly do: "outbox" }>): void {
    const key = pick([...this.#durables.keys()], which);
    if (key === undefined) return;
    askOutbox(tab, action, key);
    this.#disturb(key);
  }

  /** Records a message from the hub; returns true if it was a call that is answered here. */
  received(message: ClientMessage): boolean {
    const [uri] =
      message.type === "PUBLISH" ? [message.topic] : message.type === "CALL" ? [message.procedure] : [];
    if (uri !== DURABLE || !("payload" in message)) return false;
    const [key = ""] = (JSON.parse(`[${String(message.payload.data)}]`) as string[][])[0] ?? [];
    const durable = this.#durables.get(key);
    if (durable === undefined) throw new Error(`no tab has made ${key}`);
    if (durable.isSettled && !durable.isDisturbed) this.wrongs.push(`${key} was sent after it was settled`);
    durable.gotAs.push(String(this.#world.router.details["authid"]));
    if (!this.#got.includes(key)) this.#got.push(key);
    if (message.type === "PUBLISH") return false;
    this.#answer(message.request, Number(key), durable);
    return true;
  }

  /** Takes note of what the application and the store know. */
  observe(): void {
    const stored = new Map(this.#stored().map((entry) => [entry.key, entry]));
    for (const [key, durable] of this.#durables) {
      const { asked, isDisturbed } = durable;
      const entry = stored.get(key);
      const isTold =
        asked.isStored || asked.outcome?.kind === "published" || asked.outcome?.kind === "result";
      if (isTold && !durable.isAccepted && entry === undefined && !isDisturbed && durable.gotAs.length === 0)
        this.wrongs.push(`${key} was accepted and is not stored`);
      durable.isAccepted ||= isTold;
      if (durable.isAccepted && !isDisturbed && (entry === undefined || entry.outcome !== null))
        durable.isSettled = true;
    }
  }

  /** Lets each identity send what is its own, and removes what is over. */
  async drain(tab: FakeTab): Promise<void> {
    const { router } = this.#world;
    this.useStores("always");
    for (const authid of ["sue", "joe"]) {
      this.admit(authid);
      router.drop();
      await this.#world.advance(300_000);
      this.observe();
      const list = askOutbox(tab, "list");
      await this.#world.settle();
      for (const { key, state } of entriesIn(list)) {
        if (state !== "failed" && state !== "done") this.wrongs.push(`${key} is still ${state} as ${authid}`);
        askOutbox(tab, "dismiss", key);
      }
      await this.#world.settle();
    }
    for (const [key, durable] of this.#durables) this.#judge(key, durable);
    for (const authid of ["joe", "sue"]) {
      const own = this.#got.filter((key) => {
        const durable = this.#durables.get(key);
        return durable?.isDisturbed === false && durable.gotAs.includes(authid);
      });
      if (own.join() !== own.toSorted().join()) this.wrongs.push(`order as ${authid}: ${own.join()}`);
    }
  }

  #judge(key: string, { uri, asked, isAccepted, isDisturbed, gotAs }: Durable): void {
    const identities = new Set(gotAs);
    if (identities.size > 1) this.wrongs.push(`${key} was sent as ${[...identities].join()}`);
    if (isAccepted && !isDisturbed && gotAs.length === 0 && uri === DURABLE && asked.error === undefined)
      this.wrongs.push(`${key} was never sent`);
  }

  /** The callee answers, has an ERROR for an answer, or restarts. */
  #answer(
    request: Extract<ClientMessage, { readonly type: "CALL" }>["request"],
    number: number,
    durable: Durable,
  ) {
    const { router } = this.#world;
    const isRestarting = number % 4 === 1 && durable.gotAs.length === 1;
    if (isRestarting) durable.isDisturbed = true;
    const error = isRestarting ? "wamp.error.unavailable" : "com.example.error";
    if (isRestarting || number % 4 === 2)
      router.send({ type: "ERROR", requestType: "CALL", request, details: {}, error, payload: json() });
    else router.send({ type: "RESULT", request, details: {}, payload: json(number) });
  }

  #disturb(key: string): void {
    const durable = this.#durables.get(key);
    if (durable !== undefined) durable.isDisturbed = true;
  }

  #stored(): readonly NewEntry[] {
    return [...this.#world.fake.outbox.entries.values()];
  }
}
