import { describe, expect, it, onTestFinished } from "vitest";
import type { Incarnation, TabId } from "../../contract/ids.js";
import type { HubApi, TabApi, WorkerName } from "../../contract/port.js";
import { CONTRACT_VERSION } from "../../contract/version.js";
import { tabStream } from "../../contract/stream.js";
import { openLink } from "../../link/link.js";
import { connectConfig, sessionConfig } from "../../testing/session-config.js";
import { WorkerStartError } from "../errors/worker-errors.js";
import type { HubHost, HubPort } from "./hub-host.js";

/** An implementation of {@link HubHost}, and control over its hub. */
export interface HostUnderTest {
  readonly host: HubHost;
  /** A host whose hub fails to start. */
  readonly broken: HubHost;
  /** Kills the running hub. */
  readonly kill: () => void;
}

/** The contract of {@link HubHost}: runs on each host. */
export function hubHostSuite(name: string, make: () => HostUnderTest): void {
  async function open(host: Pick<HubHost, "open">, name: WorkerName = "wamp-mux"): Promise<HubPort> {
    const port = await host.open(name);
    onTestFinished(() => port.release());
    return port;
  }

  /** Attaches a tab through the port to the session of a realm; resolves with the incarnation of the hub. */
  async function attach({ port, codecUrls }: HubPort, realm = "realm1"): Promise<Incarnation> {
    const link = openLink<TabApi, HubApi>(
      port,
      {
        deliver: () => Promise.resolve(),
        ask: () => Promise.reject(new Error("There is no secret")),
        dismiss: () => Promise.resolve(),
        isFatal: () => Promise.resolve(null),
      },
      tabStream,
    );
    onTestFinished(() => link.close());
    const answer = await link.remote.attach({
      contract: CONTRACT_VERSION,
      tab: `suite-${Math.random()}` as TabId,
      session: connectConfig(sessionConfig({ realm })),
      codecUrls,
    });
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.hello.incarnation;
  }

  describe(`hub host: ${name}`, () => {
    it("opens ports to one hub, and names its script", async () => {
      const { host } = make();
      const [one, two] = [await open(host), await open(host)];
      expect(await attach(one)).toBe(await attach(two));
      expect(one.port).not.toBe(two.port);
      expect([one.url, two.url]).toEqual([one.url, one.url]);
      expect(one.url).not.toBe("");
    });

    it("runs a hub of its own under each name", async () => {
      const { host } = make();
      const [one, two] = [await open(host), await open(host, "wamp-mux-2")];
      expect(await attach(one)).not.toBe(await attach(two, "realm2"));
      expect(one.url).toBe(two.url);
    });

    it("reports the loss of a hub to each tab that has not released it, and starts another hub then", async () => {
      const { host, kill } = make();
      const [one, two, released] = [await open(host), await open(host), await open(host)];
      const incarnation = await attach(one);
      let losses = 0;
      void released.lost(incarnation).then(() => (losses += 1));
      released.release();
      const lost = [one, two].map((port) => port.lost(incarnation).then(() => "lost"));
      kill();
      expect(await Promise.all(lost)).toEqual(["lost", "lost"]);
      expect(losses).toBe(0);
      expect(await attach(await open(host))).not.toBe(incarnation);
    });

    it("reports a hub that fails to start, and only that one", async () => {
      const { host, broken } = make();
      const working = await open(host);
      let failures = 0;
      working.failed.catch(() => (failures += 1));
      await attach(working);
      await expect((await open(broken)).failed).rejects.toBeInstanceOf(WorkerStartError);
      expect(failures).toBe(0);
    });
  });
}
