import type { Notice } from "../contract/notices.js";
import type { CancelMode, InvocationPolicy, MatchPolicy } from "../contract/request-options.js";
import type { ClientMessage, RouterMessage } from "../protocol/messages.js";
import type { WireRequestId } from "../protocol/ids.js";
import { matches } from "../protocol/uri.js";
import { HOLD_DEADLINE } from "../hub/pubsub/publisher-exclusion.js";
import type { HeldMessage } from "./held-delivery.js";
import type { Asked, FakeTab, InvocationNotice } from "./fake-tab.js";
import { json } from "./harness.js";
import type { World } from "./harness.js";

/** One thing that happens; numbers choose among what is there, modulo how much there is. */
export type Step =
  | { readonly do: "join" }
  | { readonly do: "leave" | "die" | "stall" | "resume"; readonly tab: number }
  | {
      readonly do: "subscribe";
      readonly tab: number;
      readonly topic: string;
      readonly match: MatchPolicy;
      readonly retained: boolean;
    }
  | { readonly do: "unsubscribe" | "unregister"; readonly tab: number; readonly which: number }
  | {
      readonly do: "register";
      readonly tab: number;
      readonly procedure: string;
      readonly invoke: InvocationPolicy;
      readonly concurrency: number;
      readonly force: boolean;
    }
  | { readonly do: "call"; readonly tab: number; readonly procedure: string; readonly timeout: number }
  | {
      readonly do: "publish";
      readonly tab: number;
      readonly topic: string;
      readonly acknowledge: boolean;
      readonly includeMe: boolean;
    }
  | { readonly do: "cancel"; readonly tab: number; readonly which: number; readonly mode: CancelMode }
  | { readonly do: "begin" | "yield" | "fail"; readonly tab: number; readonly which: number }
  | { readonly do: "foreign publish"; readonly topic: string; readonly retain: boolean }
  | { readonly do: "foreign call"; readonly procedure: string }
  | { readonly do: "deliver" | "swallow"; readonly which: number }
  | { readonly do: "deliver all" | "drop" | "fill the socket" | "drain the socket" }
  | { readonly do: "wait"; readonly milliseconds: number };

/** A local subscription as the application knows it. */
interface Known {
  readonly tab: FakeTab;
  readonly topic: string;
  readonly match: MatchPolicy;
  readonly retained: boolean;
  readonly asked: Asked;
  undone: Asked | undefined;
}

/** A local registration as the application knows it. */
interface Registered {
  readonly tab: FakeTab;
  readonly procedure: string;
  readonly asked: Asked;
  undone: boolean;
}

interface Publication {
  readonly publisher: FakeTab | undefined;
  readonly topic: string;
  readonly includeMe: boolean;
  /** When it is on the wire and waits for its PUBLISHED. */
  sentAt: number | undefined;
  /** The connection was lost or too much time passed meanwhile: nobody can tell whose the event is. */
  spoilt: boolean;
}

/** Hub, tabs and router under arbitrary steps, and what must be true of them whatever happens. */
export class Model {
  readonly wrongs: string[] = [];
  readonly #world: World;
  readonly #subscriptions: Known[] = [];
  readonly #registrations: Registered[] = [];
  readonly #publications = new Map<number, Publication>();
  readonly #unnamed = new Map<WireRequestId, Publication>();
  readonly #open: { readonly tab: FakeTab; readonly invocation: InvocationNotice }[] = [];
  readonly #stalled = new Map<FakeTab, () => void>();
  readonly #dead: FakeTab[] = [];
  /** Events that were given to the socket: their token and subscription, in order. */
  readonly #wire: { readonly token: number; readonly key: string }[] = [];
  /** Who must have got which of them in the end. */
  readonly #due: { readonly known: Known; readonly token: number; readonly at: number }[] = [];
  /** Keys of the wire subscriptions by their ids. */
  readonly #keys = new Map<number, string>();
  #token = 0;
  #swallowed = false;
  #deaf = false;

  constructor(world: World) {
    this.#world = world;
    const { router } = world;
    router.hold();
    router.onDelivered = (message) => this.#delivered(message);
    router.override = (message) => {
      this.#sent(message);
      return false;
    };
  }

  async take(step: Step): Promise<void> {
    await this.#take(step);
    await this.#world.settle();
    this.#checkEvents();
  }

  /** The router becomes kind, time passes, everybody gives back what they have. */
  async end(): Promise<void> {
    const { router, tabs } = this.#world;
    this.#fill(0);
    router.release();
    router.hold();
    for (const resume of this.#stalled.values()) resume();
    this.#stalled.clear();
    await this.#world.settle();
    for (let round = 0; round < 5; round += 1) {
      router.release();
      for (const { tab, invocation } of this.#open.splice(0)) if (tabs.includes(tab)) tab.yield(invocation);
      await this.#pass(20_000);
    }
    this.#checkDue();
    if (this.#swallowed) router.drop();
    router.release();
    await this.#pass(100_000);
    await this.#checkAlive();
    for (const known of this.#subscriptions) if (tabs.includes(known.tab)) known.tab.unsubscribe(known.asked);
    for (const { tab, asked } of this.#registrations) if (tabs.includes(tab)) tab.unregister(asked);
    await this.#pass(20_000);
    this.#checkEvents();
    this.#checkEmpty();
  }

  async #take(step: Step): Promise<void> {
    const { router, tabs } = this.#world;
    switch (step.do) {
      case "join":
        if (tabs.length < 5) this.#welcome(this.#world.join());
        return;
      case "deliver":
        return this.#deliverOne(step.which);
      case "deliver all":
        while (router.held.length > 0) {
          this.#deliverOne(0);
          await this.#world.settle();
        }
        return;
      case "swallow":
        return this.#swallow(step.which);
      case "drop":
        this.#spoil(0);
        return router.drop();
      case "fill the socket":
        return this.#fill(1e9);
      case "drain the socket":
        return this.#fill(0);
      case "wait":
        return this.#pass(step.milliseconds);
      case "foreign publish": {
        const token = this.#newToken(undefined, step.topic, true);
        if (this.#online) router.publish(step.topic, json(token), step.retain);
        return;
      }
      case "foreign call":
        if (this.#online && router.registrations.includes(`exact ${step.procedure}`))
          router.invoke(step.procedure, json());
        return;
      default: {
        const tab = pick(tabs, step.tab);
        if (tab !== undefined) await this.#takeOf(tab, step);
      }
    }
  }

  async #takeOf(tab: FakeTab, step: Extract<Step, { readonly tab: number }>): Promise<void> {
    switch (step.do) {
      case "leave":
        this.#bury(tab);
        void this.#world.leave(tab);
        return this.#world.settle();
      case "die":
        this.#bury(tab);
        return this.#world.kill(tab);
      case "stall":
        if (!this.#stalled.has(tab)) this.#stalled.set(tab, tab.stall());
        return;
      case "resume":
        this.#stalled.get(tab)?.();
        this.#stalled.delete(tab);
        return;
      case "subscribe": {
        const { topic, match, retained } = step;
        const asked = tab.subscribe(topic, { match, get_retained: retained, timeout: 4_000 });
        this.#subscriptions.push({ tab, topic, match, retained, asked, undone: undefined });
        return;
      }
      case "unsubscribe": {
        const known = pick(
          this.#subscriptions.filter((one) => one.tab === tab && one.undone === undefined),
          step.which,
        );
        if (known !== undefined) known.undone = tab.unsubscribe(known.asked);
        return;
      }
      case "register": {
        const { procedure, invoke, concurrency, force } = step;
        const options = { invoke, concurrency, ...(force && { force_reregister: true }), timeout: 4_000 };
        this.#registrations.push({ tab, procedure, asked: tab.register(procedure, options), undone: false });
        return;
      }
      case "unregister": {
        const known = pick(
          this.#registrations.filter((one) => one.tab === tab && one.asked.outcome !== undefined),
          step.which,
        );
        if (known === undefined) return;
        known.undone = true;
        tab.unregister(known.asked);
        return;
      }
      case "call":
        tab.call(step.procedure, [], { timeout: step.timeout, options: { receive_progress: true } });
        return;
      case "publish": {
        const token = this.#newToken(tab, step.topic, step.includeMe);
        const { acknowledge } = step;
        tab.publish(step.topic, [token], { acknowledge, ...(step.includeMe && { exclude_me: false }) });
        return;
      }
      case "cancel": {
        const asked = pick(tab.asked.slice(-4), step.which);
        if (asked !== undefined) tab.cancel(asked, step.mode);
        return;
      }
      case "begin":
      case "yield":
      case "fail": {
        const open = pick(
          this.#open.filter((one) => one.tab === tab),
          step.which,
        );
        if (open === undefined) return;
        if (step.do === "begin") return tab.begun(open.invocation);
        this.#open.splice(this.#open.indexOf(open), 1);
        if (step.do === "fail") return tab.fail(open.invocation, "com.example.error");
        tab.yield(open.invocation, ["part"], true);
        tab.yield(open.invocation, ["all"]);
      }
    }
  }

  get #online(): boolean {
    const [session] = this.#world.hub.inspect().sessions;
    return session?.state === "online";
  }

  #welcome(tab: FakeTab): void {
    tab.onInvocation = (invocation) => this.#open.push({ tab, invocation });
  }

  #bury(tab: FakeTab): void {
    this.#stalled.delete(tab);
    this.#dead.push(tab);
  }

  #fill(bytes: number): void {
    const socket = this.#world.fake.sockets.all.at(-1);
    if (socket !== undefined) socket.bufferedAmount = bytes;
  }

  #newToken(publisher: FakeTab | undefined, topic: string, includeMe: boolean): number {
    this.#token += 1;
    this.#publications.set(this.#token, { publisher, topic, includeMe, sentAt: undefined, spoilt: false });
    return this.#token;
  }

  /**
   * What may come next: answers in any order, but EVENT, INVOCATION and INTERRUPT in theirs and not before the SUBSCRIBED or
   * REGISTERED that they need, and the parts of a result in order.
   */
  #deliverable(): HeldMessage[] {
    const { held } = this.#world.router;
    return held.filter((candidate, index) =>
      held.slice(0, index).every(({ message }) => mayOvertake(candidate.message, message)),
    );
  }

  #deliverOne(which: number): void {
    const next = pick(this.#deliverable(), which);
    if (next === undefined) return;
    const { held } = this.#world.router;
    held.splice(held.indexOf(next), 1);
    this.#world.router.deliver(next);
  }

  #swallow(which: number): void {
    const { held } = this.#world.router;
    const next = pick(
      held.filter(({ message }) => !isOrdered(message)),
      which,
    );
    if (next === undefined) return;
    held.splice(held.indexOf(next), 1);
    this.#swallowed = true;
    // The hub cannot know of a subscription what it was not told.
    this.#deaf ||= next.message.type === "SUBSCRIBED";
  }

  async #pass(milliseconds: number): Promise<void> {
    await this.#world.advance(milliseconds);
    this.#spoil(HOLD_DEADLINE);
  }

  /** Publications that wait so long already for their PUBLISHED. */
  #spoil(atLeast: number): void {
    const now = this.#world.fake.clock.now();
    for (const publication of this.#publications.values()) {
      const { sentAt } = publication;
      if (sentAt === undefined || now - sentAt < atLeast) continue;
      publication.spoilt = true;
      publication.sentAt = undefined;
    }
  }

  /** The router got a message of the hub. */
  #sent(message: ClientMessage): void {
    if (message.type !== "PUBLISH") return;
    const publication = this.#publications.get(tokenOf(message));
    if (publication === undefined) throw new Error("A publication that nobody made");
    if (message.options["acknowledge"] === true) {
      publication.sentAt = this.#world.fake.clock.now();
      this.#unnamed.set(message.request, publication);
    }
    const { publisher, topic } = publication;
    const siblings = this.#listening().filter(
      (known) => known.tab !== publisher && matches(known.match, known.topic, topic),
    );
    if (siblings.length > 0 && message.options["exclude_me"] !== false)
      this.wrongs.push(`the siblings are to miss publication ${tokenOf(message)}`);
  }

  /** The router gives a message to the hub. */
  #delivered(message: RouterMessage): void {
    if (message.type === "PUBLISHED") this.#named(message.request);
    if (message.type !== "EVENT" || message.details["retained"] === true) return;
    const key = this.#keyOf(message.subscription);
    const token = tokenOf(message);
    const publication = this.#publications.get(token);
    const at = this.#wire.push({ token, key });
    // A late event of what was unsubscribed is nobody's.
    if (!this.#isCurrent(message.subscription, key)) return;
    for (const known of this.#listening()) {
      const excluded = known.tab === publication?.publisher && !publication.includeMe;
      if (`${known.match} ${known.topic}` === key && !excluded) this.#due.push({ known, token, at });
    }
  }

  #named(request: WireRequestId): void {
    const publication = this.#unnamed.get(request);
    if (publication !== undefined) publication.sentAt = undefined;
  }

  #keyOf(subscription: number): string {
    const { router } = this.#world;
    for (const key of router.subscriptions) {
      const [match, topic] = key.split(" ");
      if (topic !== undefined && isMatch(match)) this.#keys.set(router.subscriptionId(topic, match), key);
    }
    return this.#keys.get(subscription) ?? "unknown";
  }

  #isCurrent(subscription: number, key: string): boolean {
    const { router } = this.#world;
    const [match, topic = ""] = key.split(" ");
    return (
      router.subscriptions.includes(key) &&
      isMatch(match) &&
      router.subscriptionId(topic, match) === subscription
    );
  }

  /** Subscriptions that a living tab knows to be made and has not given back. */
  #listening(): Known[] {
    return this.#subscriptions.filter(
      ({ tab, asked, undone }) =>
        asked.outcome?.kind === "done" &&
        undone === undefined &&
        !this.#dead.includes(tab) &&
        !hasEnded(tab, "subscription-ended", asked.handle),
    );
  }

  readonly #seen = new Map<FakeTab, { events: number; position: number }>();

  /** Looks at the events that came since the last time. */
  #checkEvents(): void {
    for (const tab of [...this.#world.tabs, ...this.#dead]) {
      const seen = this.#seen.get(tab) ?? { events: 0, position: 0 };
      for (const event of tab.events.slice(seen.events)) {
        const known = this.#subscriptions.find(
          (one) => one.tab === tab && one.asked.handle === event.subscription,
        );
        const token = Number(event.args[0]);
        const what = `${tab.id} got ${token} for ${event.subscription}`;
        if (known?.asked.outcome?.kind !== "done") this.wrongs.push(`${what} before it was subscribed`);
        if (event.details["retained"] === true) {
          if (known?.retained !== true) this.wrongs.push(`${what}, retained, without asking`);
          continue;
        }
        const key = `${known?.match} ${known?.topic}`;
        const position = this.#wire.findIndex((one) => one.token === token && one.key === key);
        if (position < seen.position) this.wrongs.push(`${what} out of order`);
        seen.position = position;
        const publication = this.#publications.get(token);
        const own = publication?.publisher === tab && !publication.includeMe;
        if (own && !publication.spoilt) this.wrongs.push(`${what}, its own publication`);
      }
      seen.events = tab.events.length;
      this.#seen.set(tab, seen);
      this.#checkNotices(tab);
    }
  }

  /** Order of what one tab was told. */
  #checkNotices(tab: FakeTab): void {
    for (const { asked, undone } of this.#subscriptions.filter((one) => one.tab === tab)) {
      if (undone?.outcome?.kind !== "done") continue;
      const end = tab.notices.findIndex(
        (notice) => notice.kind === "done" && notice.request === undone.request,
      );
      const late = tab.notices
        .slice(end)
        .some((notice) => notice.kind === "events" && targets(notice, asked.handle));
      if (late) this.wrongs.push(`${tab.id} got an event for ${asked.handle} after it was unsubscribed`);
    }
    for (const { request, settlements } of tab.asked)
      if (settlements.length > 1) this.wrongs.push(`${tab.id}: request ${request} was settled twice`);
  }

  #checkDue(): void {
    if (this.#deaf) return;
    for (const { known, token, at } of this.#due) {
      const { tab, asked, undone } = known;
      if (undone !== undefined || this.#dead.includes(tab)) continue;
      const times = tab.events.filter(
        (event) =>
          event.subscription === asked.handle && event.args[0] === token && !event.details["retained"],
      ).length;
      if (times !== 1) this.wrongs.push(`${tab.id} got ${token} (${at}) ${times} times for ${asked.handle}`);
    }
  }

  /** Who has a subscription or registration still has it, and the router knows. */
  async #checkAlive(): Promise<void> {
    if (this.#world.tabs.length === 0) return;
    const { router } = this.#world;
    for (const topic of ["com.a", "com.b"]) {
      const token = this.#newToken(undefined, topic, true);
      router.publish(topic, json(token));
      await this.#world.settle();
      for (const { tab, topic: pattern, match, asked } of this.#listening()) {
        const heard = tab.heardBy(asked).filter((one) => one === token).length;
        const expected = matches(match, pattern, topic) ? 1 : 0;
        if (heard !== expected)
          this.wrongs.push(`${tab.id} heard ${topic} ${heard} times for ${asked.handle}`);
      }
    }
    for (const { tab, asked, procedure, undone } of this.#registrations) {
      const ended = hasEnded(tab, "registration-ended", asked.handle);
      const lives = asked.outcome?.kind === "done" && !ended && !undone && !this.#dead.includes(tab);
      if (lives && !router.registrations.includes(`exact ${procedure}`))
        this.wrongs.push(`${procedure} of ${tab.id} is not registered`);
    }
  }

  #checkEmpty(): void {
    const { router, tabs, hub, fake } = this.#world;
    for (const { asked, id } of tabs) {
      for (const { request, settlements } of asked)
        if (settlements.length !== 1)
          this.wrongs.push(`${id}: request ${request}: ${settlements.length} answers`);
    }
    this.wrongs.push(...router.violations.splice(0));
    for (const session of hub.inspect().sessions) {
      const { wireSubscriptions, wireRegistrations, pending, invocations, tabs: inspected } = session;
      const idle = {
        requests: 0,
        queuedBytes: 0,
        subscriptions: 0,
        registrations: 0,
        invocations: 0,
        held: 0,
      };
      const left = {
        wireSubscriptions,
        wireRegistrations,
        pending,
        invocations,
        tabs: inspected.filter((tab) => JSON.stringify(tab) !== JSON.stringify({ tab: tab.tab, ...idle })),
      };
      const nothing = { wireSubscriptions: [], wireRegistrations: [], pending: 0, invocations: 0, tabs: [] };
      if (JSON.stringify(left) !== JSON.stringify(nothing)) this.wrongs.push(`left: ${JSON.stringify(left)}`);
    }
    if (tabs.length === 0) return;
    if (router.subscriptions.length > 0) this.wrongs.push(`the router has ${router.subscriptions.join()}`);
    if (router.registrations.length > 0) this.wrongs.push(`the router has ${router.registrations.join()}`);
    if (router.unanswered > 0) this.wrongs.push(`${router.unanswered} callers wait for ever`);
    if (fake.clock.pending > 0) this.wrongs.push(`${fake.clock.pending} timers`);
  }
}

/** Whether the tab was told that a handle is over, as when the router never answered its restoring. */
function hasEnded(tab: FakeTab, kind: "subscription-ended" | "registration-ended", handle: number): boolean {
  return tab.notices.some(
    (notice) =>
      notice.kind === kind &&
      ("subscription" in notice ? notice.subscription : notice.registration) === handle,
  );
}

function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length];
}

function tokenOf({
  payload,
}: Extract<ClientMessage | RouterMessage, { readonly type: "PUBLISH" | "EVENT" }>): number {
  return Number(/^\[(\d+)\]$/.exec(String(payload.data))?.[1]);
}

function isMatch(match: string | undefined): match is MatchPolicy {
  return match === "exact" || match === "prefix" || match === "wildcard";
}

function isOrdered({ type }: RouterMessage): boolean {
  return type === "EVENT" || type === "INVOCATION" || type === "INTERRUPT" || type === "GOODBYE";
}

function mayOvertake(late: RouterMessage, early: RouterMessage): boolean {
  if (late.type === "GOODBYE") return false;
  if (isOrdered(late) && isOrdered(early)) return false;
  if (late.type === "EVENT" && early.type === "SUBSCRIBED") return early.subscription !== late.subscription;
  if (late.type === "INVOCATION" && early.type === "REGISTERED")
    return early.registration !== late.registration;
  if (early.type === "RESULT") {
    const ofTheSame = (late.type === "RESULT" || late.type === "ERROR") && late.request === early.request;
    return !ofTheSame;
  }
  return true;
}

function targets(run: Extract<Notice, { readonly kind: "events" }>, handle: number): boolean {
  return run.targets.some((target) => [target].flat().some((one) => one === handle));
}
