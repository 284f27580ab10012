import type { FakeTab } from "./fake-tab.js";
import type { Durables } from "./durables.js";
import type { World } from "./harness.js";
import { subscribeOptions } from "./history.js";
import type { History } from "./history.js";
import type { InvocationNotice } from "./recorded-notices.js";
import { pick } from "./steps.js";
import type { TabStep } from "./steps.js";

/** The applications in the tabs of the model: they make requests, answer invocations, and come and go. */
export class Applications {
  readonly #open: { readonly tab: FakeTab; readonly invocation: InvocationNotice }[] = [];
  readonly #stalled = new Map<FakeTab, () => void>();

  constructor(
    private readonly world: World,
    private readonly history: History,
    private readonly durables: Durables,
  ) {}

  join(): void {
    const tab = this.world.join();
    tab.onInvocation = (invocation) => this.#open.push({ tab, invocation });
  }

  /** Takes note that a tab has gone. */
  bury(tab: FakeTab): void {
    this.#stalled.delete(tab);
    this.history.dead.push(tab);
  }

  /** Takes note that no answer to an invocation has a caller any more. */
  workerLost(): void {
    this.#open.splice(0);
  }

  /** Lets all tabs read again. */
  resumeAll(): void {
    for (const resume of this.#stalled.values()) resume();
    this.#stalled.clear();
  }

  answerAll(): void {
    for (const { tab, invocation } of this.#open.splice(0))
      if (this.world.tabs.includes(tab)) tab.yield(invocation);
  }

  /** Ends all handles. */
  endAll(): void {
    const { tabs } = this.world;
    for (const { tab, asked } of this.history.subscriptions) if (tabs.includes(tab)) tab.unsubscribe(asked);
    for (const { tab, asked } of this.history.registrations) if (tabs.includes(tab)) tab.unregister(asked);
  }

  async take(tab: FakeTab, step: TabStep): Promise<void> {
    const { subscriptions, registrations } = this.history;
    switch (step.do) {
      case "leave":
        this.bury(tab);
        void this.world.leave(tab);
        return this.world.settle();
      case "die":
        this.bury(tab);
        return this.world.kill(tab);
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
        const asked = tab.subscribe(topic, { ...subscribeOptions(step), timeout: 4_000 });
        const unknown = { from: undefined, replay: undefined, undone: undefined };
        subscriptions.push({ tab, topic, match, retained, catchUp, asked, ...unknown });
        return;
      }
      case "unsubscribe": {
        const own = subscriptions.filter((one) => one.tab === tab && one.undone === undefined);
        const known = pick(own, step.which);
        // A batch, because a publication of a sibling may go out while the hub takes the request.
        if (known !== undefined) tab.batch(() => (known.undone = tab.unsubscribe(known.asked)));
        return;
      }
      case "register": {
        const { procedure, invoke, concurrency, force } = step;
        const options = { invoke, concurrency, ...(force && { force_reregister: true }) };
        const asked = tab.register(procedure, { ...options, timeout: 4_000 });
        registrations.push({ tab, procedure, options, asked, replay: undefined, undone: false });
        return;
      }
      case "unregister": {
        const own = registrations.filter((one) => one.tab === tab && one.asked.outcome !== undefined);
        const known = pick(own, step.which);
        if (known === undefined) return;
        known.undone = true;
        tab.unregister(known.asked);
        return;
      }
      case "call":
        tab.call(step.procedure, [], { timeout: step.timeout, options: { receive_progress: true } });
        return;
      case "publish": {
        const token = this.history.newToken(tab, step.topic, step.includeMe);
        const { acknowledge } = step;
        tab.publish(step.topic, [token], { acknowledge, ...(step.includeMe && { exclude_me: false }) });
        return;
      }
      case "durable":
        return this.durables.request(tab, step);
      case "outbox":
        return this.durables.act(tab, step);
      case "cancel": {
        const asked = pick(tab.asked.slice(-4), step.which);
        // The application knows nothing of what its page asks again.
        if (asked === undefined || "replayed" in asked.message) return;
        this.durables.canceled(asked);
        return tab.cancel(asked, step.mode);
      }
      case "begin":
      case "yield":
      case "fail":
        return this.#answer(tab, step.do, step.which);
    }
  }

  #answer(tab: FakeTab, how: "begin" | "yield" | "fail", which: number): void {
    const own = this.#open.filter((one) => one.tab === tab);
    const open = pick(own, which);
    if (open === undefined) return;
    if (how === "begin") return tab.begun(open.invocation);
    this.#open.splice(this.#open.indexOf(open), 1);
    if (how === "fail") return tab.fail(open.invocation, "com.example.error");
    tab.yield(open.invocation, ["part"], true);
    tab.yield(open.invocation, ["all"]);
  }
}
