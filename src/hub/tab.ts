import type {
  InvocationId,
  RegistrationHandle,
  RequestId,
  SubscriptionHandle,
  TabId,
} from "../contract/ids.js";
import type { OfflinePolicy } from "../contract/options.js";
import type { TabInspection } from "../contract/port.js";
import { Ask } from "./ask.js";
import { EchoGuard } from "./echo-guard.js";
import type { Environment } from "./environment.js";
import type { EventFlow } from "./event-flow.js";
import type { Invocation } from "./invocations.js";
import { Lane } from "./lane.js";
import { Outlet } from "./outlet.js";
import type { Deliver } from "./outlet.js";
import type { LocalRegistration } from "./wire-registration.js";
import type { LocalSubscription } from "./wire-subscription.js";

/** A page, as the hub sees it. */
export interface TabSink {
  readonly deliver: Deliver;
  /** Asks the application for the secret of its session; rejects when it has none to give. */
  credential(): Promise<string>;
}

/** One attached client and everything that is its own. */
export class Tab {
  readonly id: TabId;
  readonly outlet: Outlet;
  readonly lane: Lane;
  readonly echo: EchoGuard;
  readonly asks = new Map<RequestId, Ask>();
  readonly subscriptions = new Map<SubscriptionHandle, LocalSubscription>();
  readonly registrations = new Map<RegistrationHandle, LocalRegistration>();
  readonly invocations = new Map<InvocationId, Invocation>();
  /** Resolves when the tab has left or died. */
  readonly gone: Promise<void>;

  readonly #sink: TabSink;
  readonly #env: Environment;
  #setGone: () => void = () => undefined;

  constructor(id: TabId, sink: TabSink, env: Environment, flow: EventFlow, unblocked: () => void) {
    this.id = id;
    this.#sink = sink;
    this.#env = env;
    this.outlet = new Outlet((batch, owned) => sink.deliver(batch, owned), flow, env.log);
    this.lane = new Lane(env.clock, unblocked);
    this.echo = new EchoGuard(this.outlet, env.clock);
    this.gone = new Promise((resolve) => (this.#setGone = resolve));
  }

  /** Begins a request that is settled exactly once, at the latest after `timeout` milliseconds (0: no deadline). */
  ask(request: RequestId, timeout: number, offline: OfflinePolicy): Ask {
    if (this.asks.has(request)) throw new Error(`Request ${request} of tab ${this.id} is there already`);
    const ask = new Ask(request, { clock: this.#env.clock, timeout, offline }, (settled, notice) => {
      this.asks.delete(settled.request);
      if (!settled.sent) this.lane.noteDropped();
      if (notice !== undefined) this.outlet.push(notice);
    });
    this.asks.set(request, ask);
    return ask;
  }

  credential(): Promise<string> {
    return this.#sink.credential();
  }

  /** Nothing reaches the tab any more. What it held has been released before. */
  close(): void {
    for (const ask of this.asks.values()) ask.abandon();
    this.echo.reset();
    this.outlet.close();
    this.#setGone();
  }

  inspect(): TabInspection {
    return {
      tab: this.id,
      requests: this.asks.size,
      queuedBytes: this.lane.bytes,
      subscriptions: this.subscriptions.size,
      registrations: this.registrations.size,
      invocations: this.invocations.size,
      held: this.echo.held,
    };
  }
}
