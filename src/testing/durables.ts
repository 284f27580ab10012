import type { StoredEntry } from "../hub/stored-entry.js";
import type { ClientMessage } from "../protocol/messages.js";
import type { Asked } from "./asked.js";
import { askOutbox, callDurably, DURABLE, entriesIn, publishDurably } from "./durable.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";
import type { World } from "./harness.js";
import type { History } from "./history.js";
import { pick } from "./steps.js";
import type { TabStep } from "./steps.js";

/** A durable request, as known to its application, to the store and to the router. */
interface Durable {
  readonly key: string;
  readonly tab: FakeTab;
  readonly uri: string;
  readonly asked: Asked;
  /** Its place in the store. */
  position: number | undefined;
  /** The application has been told that it is stored. */
  isAccepted: boolean;
  /** The store has confirmed that it is over. */
  isSettled: boolean;
  /** The life of the session in which the application was told what became of it. */
  toldIn: number | undefined;
  /** It was canceled, so that it need not be sent. */
  isCanceled: boolean;
  /** Its application has asked for it again, or its page has, since the answer was cut off with the worker. */
  isAskedAgain: boolean;
  /** The browser has removed it from the store, so that nothing holds for it. */
  isForgotten: boolean;
  /** Requests of its kind may have been suspects when it was sent first, so that those of the other kind overtook it. */
  isSuspect: boolean;
  /** The identities as which the router has got it, in order, and the place of its entry: it has a new one if its page had to ask again. */
  readonly gotAs: { readonly position: number | undefined; readonly authid: string }[];
}

/** The durable requests of a run, the router's answers to them, and the checks of them; deviations are in the history's `wrongs`. */
export class Durables {
  readonly counts = { accepted: 0, repeated: 0 };
  readonly #durables = new Map<string, Durable>();
  /** The keys in the order in which the router first got them. */
  readonly #got = new Set<string>();
  readonly #wrongs: string[];
  /** Number of sessions so far that have ended with their worker or their last tab. */
  #life = 0;
  #hasStoreFailed = false;
  /** Number of connections that this worker has lost. */
  #losses = 0;

  constructor(
    private readonly world: World,
    { wrongs }: History,
  ) {
    this.#wrongs = wrongs;
  }

  request(tab: FakeTab, { kind, uri }: Extract<TabStep, { readonly do: "durable" }>): void {
    const key = String(this.#durables.size + 1).padStart(3, "0");
    const asked =
      kind === "call"
        ? callDurably(tab, key, 0, uri)
        : publishDurably(tab, key, { timeout: 0, uri, acknowledge: kind === "acknowledged" });
    this.#durables.set(key, {
      ...{ key, tab, uri, asked, position: undefined, toldIn: undefined, gotAs: [] },
      ...{ isAccepted: false, isSettled: false, isCanceled: false, isAskedAgain: false, isForgotten: false },
      isSuspect: false,
    });
  }

  /** Does to an entry what an application asks for, in any tab. */
  act(tab: FakeTab, { action, which }: Extract<TabStep, { readonly do: "outbox" }>): void {
    const durable = pick([...this.#durables.values()], which);
    if (durable === undefined) return;
    askOutbox(tab, action, durable.key);
    if (action === "cancel") durable.isCanceled = true;
    if (action === "retry") durable.isAskedAgain = true;
  }

  /** Takes note that the application has canceled a request. */
  canceled(asked: Asked): void {
    for (const durable of this.#durables.values()) if (durable.asked === asked) durable.isCanceled = true;
  }

  storeFails(): void {
    this.#hasStoreFailed = true;
  }

  connectionLost(): void {
    this.#losses += 1;
  }

  /** Takes note that the worker is about to die. */
  workerLost(): void {
    this.#losses = 0;
    this.#life += 1;
    for (const durable of this.#durables.values())
      if (durable.asked.outcome === undefined && this.world.tabs.includes(durable.tab))
        durable.isAskedAgain = true;
  }

  /** Takes note that the browser is about to remove all that is stored. */
  forgotten(): void {
    for (const { key } of this.#stored()) {
      const durable = this.#durables.get(key);
      if (durable !== undefined) durable.isForgotten = true;
    }
  }

  /** Records a message from the hub, and returns its durable request, if it has one. */
  received(message: ClientMessage): Durable | undefined {
    if (message.type !== "PUBLISH" && message.type !== "CALL") return undefined;
    const [argument] = (JSON.parse(`[${String(message.payload.data)}]`) as unknown[][])[0] ?? [];
    const durable = this.#durables.get(String(argument));
    if (durable === undefined) return undefined;
    const { key, isSettled, isAskedAgain, isForgotten, isCanceled, toldIn, gotAs } = durable;
    if (isSettled && !isAskedAgain && !isForgotten) this.#wrongs.push(`${key} was sent after it was settled`);
    // The next session does not know of an answer that the store has not taken, nor of a cancellation that was being stored.
    const isKnown = toldIn === this.#life || !(this.#hasStoreFailed || isCanceled || isForgotten);
    if (toldIn !== undefined && isKnown && !isAskedAgain)
      this.#wrongs.push(`${key} was sent after its answer`);
    // It may be over before the end of this step.
    const stored = this.#stored().find((entry) => entry.key === key);
    durable.position ??= stored?.position;
    if (gotAs.length > 0) this.counts.repeated += 1;
    // A request is accused after two losses.
    else durable.isSuspect = this.#losses > 1;
    const position = stored?.position ?? durable.position;
    gotAs.push({ position, authid: String(this.world.router.details["authid"]) });
    this.#got.add(key);
    return durable;
  }

  /** The callee of a call answers, has an ERROR for an answer, or restarts. Returns true unless it is a publication. */
  answer(message: ClientMessage, { key, gotAs }: Durable): boolean {
    if (message.type !== "CALL") return false;
    const { router } = this.world;
    const { request } = message;
    const isRestarting = Number(key) % 4 === 1 && gotAs.length === 1;
    const error = isRestarting ? "wamp.error.unavailable" : "com.example.error";
    if (isRestarting || Number(key) % 4 === 2)
      router.send({ type: "ERROR", requestType: "CALL", request, details: {}, error, payload: json() });
    else router.send({ type: "RESULT", request, details: {}, payload: json(key) });
    return true;
  }

  /** Takes note of what the application and the store know. */
  observe(): void {
    if (this.world.tabs.length === 0) this.#life += 1;
    const stored = new Map(this.#stored().map((entry) => [entry.key, entry]));
    for (const durable of this.#durables.values()) {
      const { key, asked, isForgotten, isCanceled, gotAs } = durable;
      const entry = stored.get(key);
      durable.position ??= entry?.position;
      const isTold = asked.isStored || asked.outcome?.kind === "published";
      if (isTold && !durable.isAccepted) {
        durable.isAccepted = true;
        this.counts.accepted += 1;
        if (entry === undefined && !isForgotten && !isCanceled && gotAs.length === 0)
          this.#wrongs.push(`${key} was accepted and is not stored`);
      }
      if (durable.isAccepted && entry?.outcome !== null) durable.isSettled = true;
      // A publication is settled for its application when it is stored.
      const isAnswer = asked.outcome !== undefined && (asked.isStored || asked.outcome.kind === "rejected");
      if (isAnswer) durable.toldIn ??= this.#life;
    }
  }

  /** Checks that nothing of an identity is left to send, and dismisses what is over. */
  async drained(authid: string): Promise<void> {
    this.observe();
    const [tab] = this.world.tabs;
    if (tab === undefined) return;
    const list = askOutbox(tab, "list");
    await this.world.settle();
    if (list.outcome?.kind !== "done") this.#wrongs.push(`the outbox of ${authid} cannot be listed`);
    for (const { key, state } of entriesIn(list)) {
      if (state !== "failed" && state !== "done") this.#wrongs.push(`${key} is still ${state} as ${authid}`);
      askOutbox(tab, "dismiss", key);
    }
    await this.world.settle();
  }

  /** Checks that what was accepted has been sent, as one identity, and in order. */
  end(): void {
    const lasting = [...this.#durables.values()].filter(({ isForgotten }) => !isForgotten);
    for (const { key, uri, asked, isAccepted, isCanceled, gotAs } of lasting) {
      const identities = new Set(gotAs.map(({ position, authid }) => `${position} as ${authid}`));
      if (identities.size > new Set(gotAs.map(({ position }) => position)).size)
        this.#wrongs.push(`${key} was sent from ${[...identities].join()}`);
      const isDue = isAccepted && !isCanceled && uri === DURABLE;
      if (isDue && gotAs.length === 0 && asked.error === undefined)
        this.#wrongs.push(`${key} was never sent`);
    }
    for (const authid of ["joe", "sue"]) {
      // A page that has not learned of a cancellation asks for the same again, behind others.
      const own = lasting.filter(
        (one) => one.uri === DURABLE && one.gotAs[0]?.authid === authid && !one.isCanceled,
      );
      this.#inOrder(own.filter(({ asked }) => asked.message.kind === "call"));
      this.#inOrder(own.filter(({ asked }) => asked.message.kind === "publish"));
      this.#inOrder(own.filter(({ isSuspect }) => !isSuspect));
    }
    for (const tab of new Set(lasting.map((one) => one.tab))) {
      const positions = lasting.flatMap((one) => (one.tab === tab ? (one.position ?? []) : []));
      if (positions.join() !== positions.toSorted((one, other) => one - other).join())
        this.#wrongs.push(`${tab.id} asked in another order: ${positions.join()}`);
    }
  }

  /** Checks that requests were first sent in the order in which they were stored. */
  #inOrder(durables: readonly Durable[]): void {
    const keys = durables
      .toSorted((one, other) => (one.position ?? 0) - (other.position ?? 0))
      .map(({ key }) => key);
    const sent = [...this.#got].filter((key) => keys.includes(key));
    if (sent.join() !== keys.join())
      this.#wrongs.push(`sent in the order ${sent.join()} instead of ${keys.join()}`);
  }

  #stored(): readonly StoredEntry[] {
    return [...this.world.fake.outbox.entries.values()];
  }
}
