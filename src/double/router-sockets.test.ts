import { expect, it } from "vitest";
import { parseCoreOptions } from "../router/core/core-options.js";
import { OptionChecks } from "../router/core/option-checks.js";
import { FaultyRouter } from "../router/faults/faulty-router.js";
import { RouterSockets } from "./router-sockets.js";

it("A socket that is closed before its handshake never opens, as in a browser @G24", () => {
  const tasks: (() => void)[] = [];
  const later = (task: () => void): void => void tasks.push(task);
  const settings = parseCoreOptions(new OptionChecks("test"), {});
  const times = { after: () => () => undefined, randomId: () => 1, random: () => 0.5 };
  const router = new FaultyRouter(settings, times);
  const seen: string[] = [];
  const events = {
    opened: () => seen.push("opened"),
    received: () => seen.push("received"),
    closed: (code: number) => seen.push(`closed ${code}`),
  };
  const socket = new RouterSockets(router, settings, later).open("ws://a/", ["wamp.2.json"], events);
  socket.close(1000);
  for (const task of tasks) task();
  expect(seen).toEqual(["closed 1006"]);
  expect(router.counter.open).toBe(0);
});
