import { describe, expect, it } from "vitest";
import { hubHostSuite } from "../client/attach/hub-host.suite.js";
import { browserEnvironment } from "../client/browser/environment.js";
import { sharedWorkerHost } from "../client/browser/shared-worker-host.js";
import { clockSuite } from "../web/clock.suite.js";
import { webLocks } from "../web/locks.js";
import { browserSuites } from "./suites.js";

describe("in a page", () => {
  it("is a page", () => {
    expect(typeof document).toBe("object");
  });

  browserSuites();

  clockSuite("of the client", () => ({
    clock: browserEnvironment().clock,
    pass: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  }));

  // Only pages can start SharedWorkers.
  hubHostSuite("SharedWorker", () => {
    const locks = webLocks(navigator.locks);
    const kills = new BroadcastChannel("wamp-mux:kill");
    return {
      host: sharedWorkerHost(locks, "/src/browser-tests/mortal-worker.ts"),
      broken: sharedWorkerHost(locks, "/missing.js"),
      kill: () => kills.postMessage("now"),
    };
  });
});
