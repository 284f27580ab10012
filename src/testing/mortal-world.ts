import type { SessionConfig } from "../contract/session-config.js";
import { createHub } from "../hub/hub.js";
import type { TabPeer } from "../hub/tab/tab.js";
import type { FakeEnvironment } from "./fake-environment.js";
import type { FakeTab } from "./fake-tab.js";
import { World } from "./harness.js";
import { createMortalEnvironment } from "./mortal-environment.js";
import { connectConfig } from "./session-config.js";

/** A world whose worker can die. Router, stores, locks, clock and tabs outlive it. */
export class MortalWorld extends World {
  #worker;

  constructor(fake: FakeEnvironment, config: SessionConfig) {
    const worker = createMortalEnvironment(fake.env);
    super(fake, config, createHub(worker.env));
    this.#worker = worker;
  }

  /** The worker dies; the tabs attach to the next one, as their pages do, and ask it for what is durable. */
  crash(): void {
    this.#worker.kill();
    this.router.drop();
    this.#worker = createMortalEnvironment(this.fake.env);
    this.hub = createHub(this.#worker.env);
    for (const tab of this.tabs) {
      this.attach(tab, connectConfig(this.config), { wasOnline: true });
      for (const asked of tab.asked.filter(({ outcome }) => outcome === undefined))
        if (asked.isDurable) tab.post(asked.message);
        else asked.workerLost();
    }
  }

  protected override reach(tab: FakeTab): TabPeer {
    return this.#worker.reach(tab);
  }
}
