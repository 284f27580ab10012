import { describe, expect, it } from "vitest";
import type { AttachAnswer, HubApi, TabApi, TabHello } from "../contract/port.js";
import type { Incarnation, RequestId, TabId } from "../contract/ids.js";
import type { TabPeer } from "../hub/tab/tab.js";
import { connectConfig } from "../testing/session-config.js";
import { tabStream } from "../contract/stream.js";
import { openLink } from "../link/link.js";
import { nextTask } from "../web/next-task.js";
import { servePort } from "./serve-port.js";

const hello: TabHello = {
  contract: 1,
  tab: "tab-1" as TabId,
  session: connectConfig(),
  codecUrls: [],
};
const accepted: AttachAnswer = {
  ok: true,
  hello: {
    contract: 1,
    incarnation: "life-1" as Incarnation,
    status: { state: "connecting", attempt: 1, url: "ws://a.example/ws" },
    storage: { kind: "indexeddb" },
    serializer: "json",
    differences: [],
  },
};
const refused: AttachAnswer = {
  ok: false,
  contract: 1,
  error: { name: "JoinError", message: "no", fields: { uri: "wamp.error.not_authorized", details: {} } },
};

const resolver = () => {
  let resolve = (): void => undefined;
  let reject = (_cause: Error): void => undefined;
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
};

function setUp(answer: AttachAnswer = accepted) {
  const { port1, port2 } = new MessageChannel();
  const gone = resolver();
  const left = resolver();
  const ready = resolver();
  const log: string[] = [];
  const sinks: TabPeer[] = [];
  let closed = false;
  const hubPort = {
    postMessage: (message: unknown, transfer: Transferable[] = []) => {
      port2.postMessage(message, transfer);
    },
    addEventListener: port2.addEventListener.bind(port2),
    removeEventListener: port2.removeEventListener.bind(port2),
    start: () => {
      port2.start();
    },
    close: () => {
      closed = true;
      port2.close();
    },
  } as MessagePort;
  const hub = {
    admit: (from: TabHello, sink: TabPeer) => {
      sinks.push(sink);
      log.push(`attach ${from.tab}`);
      const port = {
        transcode: () => Promise.resolve([]),
        post: (batch: readonly unknown[]) => {
          log.push(`post ${batch.length}`);
          return Promise.resolve();
        },
        leave: () => {
          log.push("leave");
          gone.resolve();
          return left.promise;
        },
        reconnectNow: () => {
          log.push("reconnectNow");
          return Promise.resolve();
        },
        setHidden: (isHidden: boolean) => {
          log.push(`setHidden ${isHidden}`);
          return Promise.resolve();
        },
        networkChanged: (isOnline: boolean) => {
          log.push(`networkChanged ${isOnline}`);
          return Promise.resolve();
        },
        departed: gone.promise,
      };
      return Promise.resolve({ answer, port: answer.ok ? port : undefined });
    },
    inspect: () => ({ incarnation: "life-1" as Incarnation, sessions: [] }),
  };
  servePort(hubPort, hub, ready.promise);
  const tab = openLink<TabApi, HubApi>(
    port1,
    {
      deliver: () => Promise.resolve(),
      ask: () => Promise.reject(new Error("none")),
      dismiss: () => Promise.resolve(),
      isFatal: () => Promise.resolve(true),
    },
    tabStream,
  );
  return { tab, log, sinks, ready, gone, left, isClosed: () => closed };
}

const tasks = async () => {
  for (let turn = 0; turn < 10; turn += 1)
    await new Promise<void>((resolve) => {
      nextTask(resolve);
    });
};

describe("servePort", () => {
  it("@G17 answers no attach before the worker's lock is held", async () => {
    const { tab, log, ready } = setUp();
    let answered = false;
    const attaching = tab.remote.attach(hello).then((answer) => {
      answered = true;
      return answer;
    });
    // A call behind it, so that the attach has certainly arrived.
    await expect(tab.remote.inspect()).rejects.toThrow("not attached");
    expect([answered, log]).toEqual([false, []]);
    ready.resolve();
    expect(await attaching).toEqual(accepted);
    tab.close();
  });

  it("answers a ping at once, before the worker's lock is held", async () => {
    const { tab } = setUp();
    void tab.remote.attach(hello);
    await tab.remote.ping();
    tab.close();
  });

  it("rejects the attach when the worker's lock was refused, then closes the port", async () => {
    const { tab, log, ready, isClosed } = setUp();
    const attaching = expect(tab.remote.attach(hello)).rejects.toThrow("no lock");
    // A call behind it, so that the attach has certainly arrived.
    await expect(tab.remote.inspect()).rejects.toThrow("not attached");
    ready.reject(new Error("no lock"));
    await attaching;
    await tasks();
    expect([log, isClosed()]).toEqual([[], true]);
    tab.close();
  });

  it("rejects every other call before the attach, with the name of the method", async () => {
    const { tab } = setUp();
    for (const [name, call] of [
      ["post", () => tab.remote.post([])],
      ["leave", () => tab.remote.leave()],
      ["reconnectNow", () => tab.remote.reconnectNow()],
      ["setHidden", () => tab.remote.setHidden(true)],
      ["networkChanged", () => tab.remote.networkChanged(true)],
      ["inspect", () => tab.remote.inspect()],
    ] as const) {
      await expect(call()).rejects.toThrow(`${name} was called on a port that is not attached`);
    }
    tab.close();
  });

  it("transfers exactly the buffers that the hub releases", async () => {
    const { tab, sinks, ready } = setUp();
    ready.resolve();
    await tab.remote.attach(hello);
    const [given, kept] = [new Uint8Array(8), new Uint8Array(8)];
    const payload = { serializer: "msgpack", count: 1 } as const;
    const result = { kind: "result", request: 1 as RequestId, progress: false, details: {} } as const;
    const batch = [given, kept].map((data) => ({ ...result, payload: { ...payload, data } }));
    void sinks[0]?.deliver(batch, [given.buffer]);
    expect([given.length, kept.length]).toEqual([0, 8]);
    tab.close();
  });

  it("passes requests on after the attach, and refuses a second attach", async () => {
    const { tab, log, ready } = setUp();
    ready.resolve();
    await tab.remote.attach(hello);
    void tab.remote.post([]);
    await tab.remote.reconnectNow();
    await tab.remote.setHidden(true);
    await tab.remote.networkChanged(false);
    expect(await tab.remote.inspect()).toEqual({ incarnation: "life-1", sessions: [], tab: "tab-1" });
    await expect(tab.remote.attach(hello)).rejects.toThrow("already been attached");
    expect(log).toEqual(["attach tab-1", "post 0", "reconnectNow", "setHidden true", "networkChanged false"]);
    tab.close();
  });

  it("@G6 closes the port of a tab that vanished", async () => {
    const { tab, ready, gone, isClosed } = setUp();
    ready.resolve();
    await tab.remote.attach(hello);
    await tasks();
    expect(isClosed()).toBe(false);
    gone.resolve();
    await tasks();
    expect(isClosed()).toBe(true);
    tab.close();
  });

  it("answers leave before it closes the port", async () => {
    const { tab, ready, left, isClosed } = setUp();
    ready.resolve();
    await tab.remote.attach(hello);
    const leaving = tab.remote.leave();
    await tasks();
    expect(isClosed()).toBe(false);
    left.resolve();
    await leaving;
    await tasks();
    expect(isClosed()).toBe(true);
    tab.close();
  });

  it("answers a refused tab, then closes its port", async () => {
    const { tab, ready, isClosed } = setUp(refused);
    ready.resolve();
    expect(await tab.remote.attach(hello)).toEqual(refused);
    await tasks();
    expect(isClosed()).toBe(true);
    tab.close();
  });
});
