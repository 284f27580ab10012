import { afterEach, describe, expect, it } from "vitest";
import type { TabId } from "../../contract/ids.js";
import { sessionKey } from "../../contract/identity.js";
import { sessionLock, tabLock } from "../../contract/port.js";
import type { AttachAnswer } from "../../contract/port.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { createFakeEnvironment } from "../../testing/fake-environment.js";
import type { FakeEnvironment } from "../../testing/fake-environment.js";
import { FakeTab } from "../../testing/fake-tab.js";
import { MemoryRouter } from "../../testing/memory-router.js";
import { connectConfig, sessionConfig } from "../../testing/session-config.js";
import { createHub } from "../hub.js";
import type { Hub } from "../hub.js";
import { CLAIM_PATIENCE } from "./session-fence.js";

const config = sessionConfig();

/** The workers of one origin, of which the first two have one URL. */
class Origin {
  readonly fake: FakeEnvironment = createFakeEnvironment();
  readonly router = new MemoryRouter(this.fake.sockets, this.fake.clock, this.fake.env.defer);
  readonly one = createHub(this.fake.env);
  readonly two = createHub(this.fake.env);
  readonly other = createHub({ ...this.fake.env, workerUrl: "http://app.example/other.js" });
  #tabs = 0;

  /** Starts a hello to a hub. */
  greet(hub: Hub, realm = "realm1"): { tab: FakeTab; answer: () => AttachAnswer | undefined } {
    const tab = new FakeTab(`tab-${(this.#tabs += 1)}` as TabId);
    this.fake.locks.take(tabLock(tab.id));
    let answer: AttachAnswer | undefined;
    const session = connectConfig({ ...config, realm });
    const hello = { contract: CONTRACT_VERSION, tab: tab.id, session, codecUrls: [] };
    void hub.admit(hello, tab).then((attachment) => {
      ({ answer } = attachment);
      tab.port = attachment.port;
    });
    return { tab, answer: () => answer };
  }

  /** Attaches a tab, or lets it be refused. */
  async join(hub: Hub, realm?: string): Promise<{ tab: FakeTab; ok: boolean | undefined }> {
    const { tab, answer } = this.greet(hub, realm);
    await this.fake.advance(CLAIM_PATIENCE);
    return { tab, ok: answer()?.ok };
  }

  get held(): readonly string[] {
    return this.fake.locks.held.filter((name) => name.includes(":session:"));
  }
}

let origin = new Origin();
afterEach(async () => {
  await origin.fake.advance(60_000);
  expect([origin.held, origin.fake.sockets.living, origin.fake.clock.pending]).toEqual([[], 0, 0]);
  origin = new Origin();
});

describe("two workers of one URL", () => {
  it("@G1 never have the same session: the second one sends its tab away", async () => {
    const { tab, ok } = await origin.join(origin.one);
    expect([ok, origin.held]).toEqual([true, [sessionLock(origin.fake.env.workerUrl, sessionKey(config))]]);
    const { answer } = origin.greet(origin.two);
    await origin.fake.advance(CLAIM_PATIENCE - 1);
    expect(answer()).toBeUndefined();
    await origin.fake.advance(1);
    expect(answer()).toMatchObject({
      ok: false,
      contract: CONTRACT_VERSION,
      error: { name: "WorkerStartError", fields: { reason: "elsewhere" } },
    });
    expect([origin.fake.sockets.living, origin.two.inspect().sessions]).toEqual([1, []]);
    await tab.leave();
  });

  it("@G1 never have the same session when two tabs come at once", async () => {
    const [a, b] = [origin.greet(origin.one), origin.greet(origin.two)];
    await origin.fake.advance(CLAIM_PATIENCE);
    expect([a.answer()?.ok, b.answer()?.ok, origin.fake.sockets.living]).toEqual([true, false, 1]);
    await a.tab.leave();
  });

  it("have other sessions side by side", async () => {
    const [a, b] = [await origin.join(origin.one), await origin.join(origin.two, "realm2")];
    expect([a.ok, b.ok]).toEqual([true, true]);
    await a.tab.leave();
    await b.tab.leave();
  });

  it("admit a tab as soon as the lock is released, such as that of a worker that was dying", async () => {
    const name = sessionLock(origin.fake.env.workerUrl, sessionKey(config));
    origin.fake.locks.take(name);
    const { tab, answer } = origin.greet(origin.two);
    await origin.fake.advance(CLAIM_PATIENCE - 1);
    origin.fake.locks.release(name);
    await origin.fake.settle();
    expect(answer()?.ok).toBe(true);
    await tab.leave();
  });

  it("@G1 have the lock until the session is closed, with further tabs and while it lingers", async () => {
    const first = await origin.join(origin.one);
    const second = await origin.join(origin.one);
    await first.tab.leave();
    expect((await origin.join(origin.two)).ok).toBe(false);
    origin.fake.locks.release(tabLock(second.tab.id));
    await origin.fake.advance(config.linger - 1_000);
    expect((await origin.join(origin.two)).ok).toBe(false);
    await origin.fake.advance(1_000);
    const { tab, ok } = await origin.join(origin.two);
    expect([ok, origin.held.length]).toEqual([true, 1]);
    await tab.leave();
  });

  it("@G1 keep the lock for the next session while the one before says GOODBYE", async () => {
    const { tab } = await origin.join(origin.one);
    origin.router.override = ({ type }) => type === "GOODBYE";
    void tab.leave();
    await origin.fake.settle();
    const next = await origin.join(origin.one);
    expect([next.ok, (await origin.join(origin.two)).ok]).toEqual([true, false]);
    origin.router.override = () => false;
    await origin.fake.advance(60_000);
    expect(origin.held).toHaveLength(1);
    await next.tab.leave();
  });

  it("hold no lock for a tab that is refused", async () => {
    const { tab } = await origin.join(origin.one);
    await origin.join(origin.two);
    await origin.join(origin.two);
    await tab.leave();
    await origin.fake.settle();
    expect(origin.held).toEqual([]);
  });

  it("reject a hello if the browser refuses the lock, and ask for it again", async () => {
    const refusal = new Error("not allowed here");
    origin.fake.locks.requested = () => Promise.reject(refusal);
    const tab = new FakeTab("refused" as TabId);
    origin.fake.locks.take(tabLock(tab.id));
    const hello = { contract: CONTRACT_VERSION, tab: tab.id, session: connectConfig(config), codecUrls: [] };
    await expect(origin.one.admit(hello, tab)).rejects.toBe(refusal);
    origin.fake.locks.requested = () => Promise.resolve();
    const next = await origin.join(origin.one);
    expect(next.ok).toBe(true);
    await next.tab.leave();
  });
});

it("workers of different URLs have sessions of their own", async () => {
  const [a, b] = [await origin.join(origin.one), await origin.join(origin.other)];
  expect([a.ok, b.ok, origin.fake.sockets.living]).toEqual([true, true, 2]);
  await a.tab.leave();
  await b.tab.leave();
});
