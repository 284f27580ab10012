import type { ClientMessage } from "../protocol/messages.js";
import type { StoredEntry } from "../hub/stored-entry.js";
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
  /** Its place in the store. */
  position: number | undefined;
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

  /** Ends the connection, and makes the router give the next sessions this authid. */
  admit(authid: string): void {
    const { router } = this.#world;
    router.details = { ...router.details, authid, authmethod: "ticket" };
    router.drop();
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
    const state = { position: undefined, isAccepted: false, isSettled: false, isDisturbed: false, gotAs: [] };
    this.#durables.set(key, { uri, asked, ...state });
  }

  act(tab: FakeTab, { action, which }: Extract<Step, { readonly do: "outbox" }>): void {
    const key = pick([...this.#durables.keys()], which);
    if (key === undefined) return;
    askOutbox(tab, action, key);
    this.#disturb(key);
  }

  /** A page whose answer was cut off asks the next worker again; the store no longer has what is over. */
  workerLost(): void {
    const stored = new Set(this.#stored().map(({ key }) => key));
    for (const [key, durable] of this.#durables) {
      if (durable.asked.outcome !== undefined || stored.has(key)) continue;
      durable.isSettled = false;
      durable.isDisturbed = true;
    }
  }

  /** Takes note that the application has canceled a request. */
  canceled(asked: Asked): void {
    for (const durable of this.#durables.values()) if (durable.asked === asked) durable.isDisturbed = true;
  }

  /**
   * Records a message from the hub. Returns true if it is a durable call, which is answered here; false if it is a durable publication; and
   * undefined for any other message.
   */
  received(message: ClientMessage): boolean | undefined {
    if (message.type !== "PUBLISH" && message.type !== "CALL") return undefined;
    const [key = ""] = (JSON.parse(`[${String(message.payload.data)}]`) as string[][])[0] ?? [];
    const durable = this.#durables.get(key);
    if (durable === undefined) return undefined;
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
      durable.position ??= entry?.position;
      durable.isAccepted ||= isTold;
      if (durable.isAccepted && !isDisturbed && (entry === undefined || entry.outcome !== null))
        durable.isSettled = true;
    }
  }

  /** Lets each identity send what is its own, and removes what is over. */
  async drain(tab: FakeTab): Promise<void> {
    this.useStores("always");
    for (const authid of ["sue", "joe"]) {
      this.admit(authid);
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
      const own = this.#got.flatMap((key) => {
        const durable = this.#durables.get(key);
        return durable?.isDisturbed === false && durable.gotAs.includes(authid)
          ? (durable.position ?? [])
          : [];
      });
      const inOrder = own.toSorted((one, other) => one - other);
      if (own.join() !== inOrder.join()) this.wrongs.push(`order as ${authid}: ${own.join()}`);
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

  #stored(): readonly StoredEntry[] {
    return [...this.#world.fake.outbox.entries.values()];
  }
}
