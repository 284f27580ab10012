import { HOLD_DEADLINE } from "../hub/pubsub/publisher-exclusion.js";
import type { RouterMessage } from "../protocol/messages.js";
import { Checks } from "./checks.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";
import type { World } from "./harness.js";
import type { HeldMessage } from "./held-delivery.js";
import { History } from "./history.js";
import type { InvocationNotice } from "./recorded-notices.js";
import { pick } from "./steps.js";
import type { Step } from "./steps.js";

/** Hub, tabs and router under arbitrary steps, with checks that must hold after each step and at the end. */
export class Model {
  readonly #world: World;
  readonly #history: History;
  readonly #checks: Checks;
  readonly #open: { readonly tab: FakeTab; readonly invocation: InvocationNotice }[] = [];
  readonly #stalled = new Map<FakeTab, () => void>();
  /** True once an answer from the router was lost. */
  #swallowed = false;
  /** True once a SUBSCRIBED was lost, so that the hub cannot know of that subscription. */
  #deaf = false;

  constructor(world: World) {
    this.#world = world;
    const history = new History(world);
    this.#history = history;
    this.#checks = new Checks(world, history);
    const { router } = world;
    router.hold();
    router.onDelivered = (message) => history.delivered(message);
    router.override = (message) => {
      history.sent(message);
      return false;
    };
  }

  /** Deviations from the guarantees; the expected list is empty. */
  get wrongs(): readonly string[] {
    return this.#history.wrongs;
  }

  async take(step: Step): Promise<void> {
    await this.#take(step);
    await this.#world.settle();
    this.#checks.events();
  }

  /** Lets the router answer, time pass and every tab end its handles, and checks the result. */
  async end(): Promise<void> {
    const { router, tabs } = this.#world;
    const { subscriptions, registrations } = this.#history;
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
    if (!this.#deaf) this.#checks.due();
    if (this.#swallowed) router.drop();
    router.release();
    await this.#pass(100_000);
    await this.#checks.alive();
    for (const known of subscriptions) if (tabs.includes(known.tab)) known.tab.unsubscribe(known.asked);
    for (const { tab, asked } of registrations) if (tabs.includes(tab)) tab.unregister(asked);
    await this.#pass(20_000);
    this.#checks.events();
    this.#checks.empty();
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
        this.#history.spoil(0);
        return router.drop();
      case "fill the socket":
        return this.#fill(1e9);
      case "drain the socket":
        return this.#fill(0);
      case "wait":
        return this.#pass(step.milliseconds);
      case "foreign publish": {
        const token = this.#history.newToken(undefined, step.topic, true);
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
    const { subscriptions, registrations } = this.#history;
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
      case "hide":
      case "show":
        return tab.setHidden(step.do === "hide");
      case "subscribe": {
        const { topic, match, retained } = step;
        const asked = tab.subscribe(topic, { match, get_retained: retained, timeout: 4_000 });
        subscriptions.push({ tab, topic, match, retained, asked, undone: undefined });
        return;
      }
      case "unsubscribe": {
        const known = pick(
          subscriptions.filter((one) => one.tab === tab && one.undone === undefined),
          step.which,
        );
        // A batch, because a publication of a sibling may go out while the hub takes the request.
        if (known !== undefined) tab.batch(() => (known.undone = tab.unsubscribe(known.asked)));
        return;
      }
      case "register": {
        const { procedure, invoke, concurrency, force } = step;
        const options = { invoke, concurrency, ...(force && { force_reregister: true }), timeout: 4_000 };
        registrations.push({ tab, procedure, asked: tab.register(procedure, options), undone: false });
        return;
      }
      case "unregister": {
        const known = pick(
          registrations.filter((one) => one.tab === tab && one.asked.outcome !== undefined),
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
        const token = this.#history.newToken(tab, step.topic, step.includeMe);
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
    this.#history.dead.push(tab);
  }

  #fill(bytes: number): void {
    const socket = this.#world.fake.sockets.all.at(-1);
    if (socket !== undefined) socket.bufferedAmount = bytes;
  }

  /**
   * Returns the messages that may be delivered next: answers in any order; EVENT, INVOCATION, INTERRUPT and revocations in their own order and not
   * before the SUBSCRIBED or REGISTERED that they need; SUBSCRIBED not before the events that precede it; the parts of a result in order.
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
    this.#deaf ||= next.message.type === "SUBSCRIBED";
  }

  async #pass(milliseconds: number): Promise<void> {
    await this.#world.advance(milliseconds);
    this.#history.spoil(HOLD_DEADLINE);
  }
}

function isOrdered(message: RouterMessage): boolean {
  const { type } = message;
  if (type === "UNREGISTERED" || type === "UNSUBSCRIBED") return message.request === 0;
  return type === "EVENT" || type === "INVOCATION" || type === "INTERRUPT" || type === "GOODBYE";
}

function mayOvertake(late: RouterMessage, early: RouterMessage): boolean {
  if (late.type === "GOODBYE") return false;
  if (isOrdered(late) && isOrdered(early)) return false;
  if (late.type === "EVENT" && early.type === "SUBSCRIBED") return early.subscription !== late.subscription;
  if (late.type === "SUBSCRIBED" && early.type === "EVENT") return early.subscription !== late.subscription;
  if (late.type === "INVOCATION" && early.type === "REGISTERED")
    return early.registration !== late.registration;
  if (late.type === "UNREGISTERED" && early.type === "REGISTERED")
    return late.details?.["registration"] !== early.registration;
  if (early.type === "RESULT") {
    const ofTheSame = (late.type === "RESULT" || late.type === "ERROR") && late.request === early.request;
    return !ofTheSame;
  }
  return true;
}
