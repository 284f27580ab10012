import { HOLD_DEADLINE } from "../hub/pubsub/publisher-exclusion.js";
import type { ClientMessage } from "../protocol/messages.js";
import { Applications } from "./applications.js";
import { Checks } from "./checks.js";
import { Durables } from "./durables.js";
import { json } from "./harness.js";
import { History } from "./history.js";
import type { MortalWorld } from "./mortal-world.js";
import { pick } from "./steps.js";
import type { Step } from "./steps.js";
import { deliverOne, isFor, isOrdered } from "./wire-order.js";

/** The URI over which the router drops the session if it is told to. */
export const POISON = "com.bad";
/** Microtasks between two deferred tasks of a worker that is in the middle of something. */
const MICROTASKS = 10;

/** Hub, tabs, router and stores under arbitrary steps, with checks that must hold after each step and at the end. */
export class Model {
  readonly #world: MortalWorld;
  readonly #history: History;
  readonly #checks: Checks;
  readonly #durables: Durables;
  readonly #applications: Applications;
  /** True once a SUBSCRIBED was lost, so that the hub cannot know of that subscription. */
  #deaf = false;
  #isPoisoned = false;
  /** Number of microtasks that follow the next step, which then does not come to rest. */
  #hurry: number | undefined;

  constructor(world: MortalWorld) {
    this.#world = world;
    this.#history = new History(world);
    this.#checks = new Checks(world, this.#history);
    this.#durables = new Durables(world, this.#history);
    this.#applications = new Applications(world, this.#history, this.#durables);
    const { router } = world;
    this.#admit("joe");
    router.hold();
    router.onDelivered = (message) => this.#history.delivered(message);
    router.override = (message) => this.#received(message);
  }

  /** Deviations from the guarantees; the expected list is empty. */
  get wrongs(): readonly string[] {
    return this.#history.wrongs;
  }

  /** Numbers of what has happened, to show that the model gets there. */
  get counts() {
    return { ...this.#durables.counts, ...this.#history.counts, setAside: this.#checks.setAside };
  }

  async take(step: Step): Promise<void> {
    const hurry = this.#hurry;
    this.#hurry = undefined;
    await this.#take(step);
    if (hurry === undefined) {
      await this.#world.settle();
      this.#history.rested();
    } else await this.#turns(hurry);
    this.#durables.observe();
    this.#checks.events();
  }

  /** Ends all faults, lets the router answer, time pass and every tab end its handles, and checks the result. */
  async end(): Promise<void> {
    const { router, tabs } = this.#world;
    this.#fill(0);
    router.up = true;
    router.holdsWelcome = false;
    router.release();
    router.hold();
    this.#useStores("always");
    this.#applications.resumeAll();
    await this.#world.settle();
    let isBack = false;
    for (let round = 0; round < 5; round += 1) {
      router.release();
      this.#applications.answerAll();
      await this.#pass(20_000);
      isBack ||= this.#online;
    }
    if (!isBack && tabs.length > 0)
      this.#history.wrongs.push("no session although the culprits are set aside");
    this.#isPoisoned = false;
    if (!this.#deaf) this.#checks.due();
    if (tabs.length === 0) this.#applications.join();
    // The next session restores everything, also what lost answers have left undone.
    this.#drop();
    router.release();
    await this.#pass(100_000);
    // Before the identity changes, after which nothing is caught up on.
    this.#checks.caughtUp();
    for (const authid of ["sue", "joe"]) {
      this.#admit(authid);
      // Longer than every term of a request that is set aside.
      await this.#pass(4_000_000);
      await this.#durables.drained(authid);
    }
    if (!this.#online) this.#history.wrongs.push("no session in the end");
    await this.#checks.alive();
    this.#applications.endAll();
    // Until the outbox looks for entries that expire, of which there are none any more.
    await this.#pass(3_600_000);
    this.#durables.end();
    this.#checks.events();
    this.#checks.empty();
  }

  async #take(step: Step): Promise<void> {
    const { router, tabs } = this.#world;
    switch (step.do) {
      case "join":
        if (tabs.length < 5) this.#applications.join();
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
        return this.#drop();
      case "shut down":
        return this.#shutDown();
      case "crash":
        return this.#crash(step.withBrowser);
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
        return this.#admit(step.authid);
      case "store":
        return this.#useStores(step.works);
      case "forget":
        return this.#forget();
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
        if (tab !== undefined) await this.#applications.take(tab, step);
      }
    }
  }

  /** Records a message from the hub. Returns true if it is answered here. */
  #received(message: ClientMessage): boolean {
    const durable = this.#durables.received(message);
    if (durable === undefined) this.#history.sent(message);
    if (this.#isPoisoned && isFor(message, POISON)) {
      this.#drop();
      return true;
    }
    return durable !== undefined && this.#durables.answer(message, durable);
  }

  #drop(): void {
    this.#history.spoil(0);
    this.#durables.connectionLost();
    this.#world.router.drop();
  }

  /** The router says that it ends, and sends nothing any more. */
  #shutDown(): void {
    const { router } = this.#world;
    if (!this.#online) return;
    const reason = "wamp.close.system_shutdown";
    router.deliver({ message: { type: "GOODBYE", reason, details: {} }, socket: router.socket });
    this.#drop();
  }

  #admit(authid: string): void {
    const { router } = this.#world;
    router.details = { ...router.details, authid, authmethod: "ticket" };
    this.#drop();
  }

  /** The worker dies in the middle of whatever it does; the pages that outlive it ask the next one for what they had. */
  #crash(withBrowser: boolean): void {
    if (withBrowser)
      for (const tab of [...this.#world.tabs]) {
        this.#applications.bury(tab);
        this.#world.kill(tab);
      }
    this.#applications.workerLost();
    this.#durables.workerLost();
    this.#history.workerLost();
    this.#world.crash();
    this.#history.replay();
  }

  /** Makes the stores work, fail, or take their time. */
  #useStores(works: Extract<Step, { readonly do: "store" }>["works"]): void {
    const { outbox, store, clock } = this.#world.fake;
    const before = {
      always: () => Promise.resolve(),
      never: () => Promise.reject(new Error("broken")),
      slowly: () => new Promise<void>((resolve) => clock.after(500, resolve)),
    }[works];
    if (works === "never") this.#durables.storeFails();
    outbox.before = before;
    store.before = before;
  }

  #forget(): void {
    this.#durables.forgotten();
    this.#world.fake.outbox.entries.clear();
    this.#world.fake.store.entries.clear();
  }

  get #online(): boolean {
    const [session] = this.#world.hub.inspect().sessions;
    return session?.state === "online";
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
    this.#deaf ||= next.message.type === "SUBSCRIBED";
  }

  async #turns(microtasks: number): Promise<void> {
    for (let turn = 1; turn <= microtasks; turn += 1) {
      await Promise.resolve();
      if (turn % MICROTASKS === 0) this.#world.fake.tick();
    }
  }

  async #pass(milliseconds: number): Promise<void> {
    await this.#world.advance(milliseconds);
    this.#history.rested();
    this.#history.spoil(HOLD_DEADLINE);
  }
}
