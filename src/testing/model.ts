import { HOLD_DEADLINE } from "../hub/pubsub/publisher-exclusion.js";
import { crash, subscribeOptions } from "./crash.js";
import { Checks } from "./checks.js";
import type { FakeTab } from "./fake-tab.js";
import { json } from "./harness.js";
import { DurableModel } from "./durable-model.js";
import type { MortalWorld } from "./mortal-world.js";
import { History } from "./history.js";
import type { InvocationNotice } from "./recorded-notices.js";
import { pick } from "./steps.js";
import type { Step } from "./steps.js";
import { deliverOne, isFor, isOrdered } from "./wire-order.js";

/** The URI over which the router drops the session if it is told to. */
export const POISON = "com.bad";

/** Hub, tabs and router under arbitrary steps, with checks that must hold after each step and at the end. */
export class Model {
  readonly #world: MortalWorld;
  readonly #history: History;
  readonly #checks: Checks;
  readonly #durables: DurableModel;
  readonly #open: { readonly tab: FakeTab; readonly invocation: InvocationNotice }[] = [];
  readonly #stalled = new Map<FakeTab, () => void>();
  /** True once an answer from the router was lost. */
  #swallowed = false;
  /** True once a SUBSCRIBED was lost, so that the hub cannot know of that subscription. */
  #deaf = false;
  #isPoisoned = false;
  /** Number of microtasks that follow the next step, which then does not come to rest. */
  #hurry: number | undefined;

  constructor(world: MortalWorld) {
    this.#world = world;
    const history = new History(world);
    this.#history = history;
    this.#checks = new Checks(world, history);
    const durables = new DurableModel(world);
    this.#durables = durables;
    const { router } = world;
    router.hold();
    router.onDelivered = (message) => history.delivered(message);
    router.override = (message) => {
      if (this.#isPoisoned && isFor(message, POISON)) {
        router.drop();
        return true;
      }
      const isAnswered = durables.received(message);
      if (isAnswered === undefined) history.sent(message);
      return isAnswered ?? false;
    };
  }

  /** Deviations from the guarantees; the expected list is empty. */
  get wrongs(): readonly string[] {
    return [...this.#history.wrongs, ...this.#durables.wrongs];
  }

  /** Number of durable requests that were accepted. */
  get accepted(): number {
    return this.#durables.accepted;
  }

  async take(step: Step): Promise<void> {
    const hurry = this.#hurry;
    this.#hurry = undefined;
    await this.#take(step);
    if (hurry === undefined) await this.#world.settle();
    else for (let turn = 0; turn < hurry; turn += 1) await Promise.resolve();
    this.#durables.observe();
    this.#checks.events();
  }

  /** Lets the router answer, time pass and every tab end its handles, and checks the result. */
  async end(): Promise<void> {
    const { router, tabs } = this.#world;
    const { subscriptions, registrations } = this.#history;
    this.#fill(0);
    router.up = true;
    router.holdsWelcome = false;
    router.release();
    router.hold();
    this.#durables.useStores("always");
    for (const resume of this.#stalled.values()) resume();
    this.#stalled.clear();
    await this.#world.settle();
    for (let round = 0; round < 5; round += 1) {
      router.release();
      for (const { tab, invocation } of this.#open.splice(0)) if (tabs.includes(tab)) tab.yield(invocation);
      await this.#pass(20_000);
    }
    if (!this.#deaf) this.#checks.due();
    if (tabs.length === 0) this.#welcome(this.#world.join());
    const [tab] = tabs;
    if (this.#swallowed) router.drop();
    router.release();
    await this.#pass(100_000);
    if (tab !== undefined) await this.#durables.drain(tab);
    if (!this.#online) this.#history.wrongs.push("no session in the end");
    await this.#checks.alive();
    this.#checks.caughtUp();
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
        return deliverOne(router, step.which);
      case "deliver all":
        while (router.held.length > 0) {
          deliverOne(router, 0);
          await this.#world.settle();
        }
        return;
      case "swallow":
        return this.#swallow(step.which);
      case "drop":
        this.#history.spoil(0);
        return router.drop();
      case "crash":
        if (step.withBrowser) for (const tab of tabs) this.#bury(tab);
        this.#open.splice(0);
        this.#durables.workerLost();
        return crash(this.#world, this.#history, step.withBrowser);
      case "hurry":
        this.#hurry = step.microtasks;
        return;
      case "router":
        router.up = step.up;
        router.holdsWelcome = step.holdsWelcome;
        return;
      case "poison":
        this.#isPoisoned = step.on;
        return;
      case "admit":
        this.#history.spoil(0);
        return this.#durables.admit(step.authid);
      case "store":
        return this.#durables.useStores(step.works);
      case "forget":
        return this.#durables.forget();
      case "fill the socket":
        return this.#fill(1e9);
      case "drain the socket":
        return this.#fill(0);
      case "wait":
        return this.#pass(step.milliseconds);
      case "foreign publish": {
        const token = this.#history.newToken(undefined, step.topic, true);
        this.#history.got.push({ token, topic: step.topic });
        router.publish(step.topic, json(token), step.retain);
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
        const { topic, match, retained, catchUp } = step;
        const asked = tab.subscribe(topic, subscribeOptions(step));
        const unknown = { from: undefined, replay: undefined, undone: undefined };
        subscriptions.push({ tab, topic, match, retained, catchUp, asked, ...unknown });
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
        const asked = tab.register(procedure, options);
        registrations.push({ tab, procedure, options, asked, replay: undefined, undone: false });
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
      case "durable":
        return this.#durables.request(tab, step);
      case "outbox":
        return this.#durables.act(tab, step);
      case "cancel": {
        const asked = pick(tab.asked.slice(-4), step.which);
        // The application knows nothing of what its page asks again.
        if (asked === undefined || "replayed" in asked.message) return;
        this.#durables.canceled(asked);
        return tab.cancel(asked, step.mode);
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
