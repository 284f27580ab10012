import { afterEach, describe, expect, it, vi } from "vitest";
import { authenticationWith } from "../../auth/auth-methods.js";
import { notLoaded } from "../../auth/obstacle.js";
import { errorFromRecord } from "../../client/requests/error-codec.js";
import { createPayloadCoder } from "../../client/requests/payload-coder.js";
import type { ErrorRecord } from "../../contract/errors.js";
import type { AuthConfig } from "../../contract/session-config.js";
import type { Dict } from "../../protocol/dict.js";
import type { ClientMessage } from "../../protocol/messages.js";
import type { FakeTab } from "../../testing/fake-tab.js";
import { leftovers, prepareWorld } from "../../testing/harness.js";
import type { World } from "../../testing/harness.js";

afterEach(async () => {
  vi.restoreAllMocks();
  expect(await leftovers()).toEqual([]);
});

/** A secret that is a key as well, so that each method has it. */
const SECRET = "4d57d97a68f555696620a6d849c0ce582568518d729eb753dc7c732de2804510";
const TOKEN = "t0ken-of-the-url";
const literal = { literal: SECRET };
const methods: readonly AuthConfig[] = ["ticket", "wampcra", "wamp-scram", "scram", "cryptosign"].map(
  (method) => ({ method, authid: "joe", secret: literal }),
);
const CHALLENGES = {
  ticket: {},
  wampcra: { challenge: "{}" },
  "wamp-scram": {},
  scram: {},
  cryptosign: { challenge: "ff".repeat(32) },
};

const coder = createPayloadCoder(() => "json");

const said = (value: unknown): unknown =>
  value instanceof Error ? [value.name, value.message, value.stack, said(value.cause), { ...value }] : value;

/** The errors that an application gets for the hub's records. */
function errorsOf(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const { name, message, fields } = value as Partial<ErrorRecord>;
  const isRecord = typeof name === "string" && typeof message === "string" && fields !== undefined;
  return [
    ...(isRecord ? [said(errorFromRecord(value as ErrorRecord, coder))] : []),
    ...Object.values(value).flatMap(errorsOf),
  ];
}

/** Returns everything that anybody could read: notices and their errors, answers to hellos, logs, the stored records and the counts. */
function seen(world: World, tabs: readonly FakeTab[]): string {
  return JSON.stringify([
    tabs.map(({ notices, hello }) => errorsOf([notices, hello])),
    tabs.map(({ notices, hello }) => [notices, hello]),
    world.fake.logged.map(({ message, cause }) => [message, said(cause)]),
    [...world.fake.store.entries],
    world.hub.inspect(),
  ]);
}

/** A worker whose file of Argon2id is gone, and a router that asks for it. */
function withoutArgon2id(world: World, { method }: AuthConfig): void {
  const cause = new TypeError("Failed to fetch dynamically imported module: argon2.js");
  const load = () => Promise.reject(notLoaded("argon2id", cause));
  Object.assign(world.fake.env, { authentication: authenticationWith({ load }) });
  world.router.override = ({ type, ...hello }: ClientMessage) => {
    const { authextra } = ("details" in hello ? hello.details : {}) as { readonly authextra?: Dict };
    const nonce = `${String(authextra?.["nonce"])}AAAA`;
    const kdf = method === "scram" ? "argon2id-13" : "argon2id13";
    const extra = { nonce, kdf, salt: "c2FsdHNhbHRzYWx0", iterations: 2, memory: 8192 };
    if (type === "HELLO") world.router.send({ type: "CHALLENGE", method, extra });
    return type === "HELLO";
  };
}

/** Challenges for a method, and quotes the secrets in the refusal of the answer. */
function echoing(world: World, method: string, extra: object = {}): void {
  const details = { message: `no: ${SECRET}`, given: [SECRET], url: `ws://a.example/ws?token=${TOKEN}` };
  world.router.override = ({ type }: ClientMessage) => {
    if (type === "HELLO") world.router.send({ type: "CHALLENGE", method, extra: { ...extra } });
    else if (type === "AUTHENTICATE")
      world.router.send({ type: "ABORT", reason: "wamp.error.authentication_failed", details });
    return type === "HELLO" || type === "AUTHENTICATE";
  };
}

/** The ways in which a login fails. */
const paths: Readonly<Record<string, (world: World, method: AuthConfig) => void>> = {
  "the router refuses it, and quotes it": (world, { method }) =>
    echoing(world, method, CHALLENGES[method as keyof typeof CHALLENGES]),
  "the router chooses another method": (world) => echoing(world, `token ${SECRET}`),
  "the challenge cannot be answered, and quotes it": (world, { method }) =>
    echoing(world, method, { kdf: SECRET, salt: SECRET, challenge: SECRET, nonce: SECRET }),
  "there is no challenge": (world) => {
    world.router.override = ({ type }) => type === "HELLO";
  },
  "the router aborts at once, and quotes it": (world) => {
    world.router.override = ({ type }) => {
      if (type === "HELLO")
        world.router.send({
          type: "ABORT",
          reason: "wamp.error.not_authorized",
          details: { message: SECRET },
        });
      return type === "HELLO";
    };
  },
  "the router is away": (world) => {
    world.router.up = false;
  },
};

/** Waits for the browser's own cryptography too, which is not part of the harness. */
async function fail(world: World): Promise<void> {
  await vi.waitFor(async () => {
    await world.settle();
    if (world.fake.sockets.all.length === 0) throw new Error("no attempt yet");
  });
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    await world.advance(10_000);
  }
}

const access = { urls: [`ws://a.example/ws?token=${TOKEN}`] };

describe.each(Object.entries(paths))("no secret is shown when %s", (_words, prepare) => {
  it.each(methods)("@G15 at the first login: $method", async (method) => {
    const world = prepareWorld({ principal: "joe", auth: [method], access });
    prepare(world, method);
    const tab = world.join();
    await fail(world);
    const text = seen(world, [tab]);
    expect(text).toMatch(/JoinError|ProtocolError|TimeoutError|ConnectionLostError/);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(TOKEN);
  });

  it.each(methods)("@G15 at reauthenticate: $method", async (method) => {
    const world = prepareWorld({ access });
    const [tab, sibling] = [world.join(), world.join()];
    await world.settle();
    prepare(world, method);
    tab.reauthenticate(method);
    await fail(world);
    const text = seen(world, [tab, sibling]);
    expect(text).toMatch(/JoinError|ProtocolError|TimeoutError|ConnectionLostError/);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(TOKEN);
  });
});

describe("no secret is shown when the file of an algorithm cannot be loaded", () => {
  const scrams = methods.filter(({ method }) => method.endsWith("scram"));

  it.each(scrams)("@G15 at the first login: $method", async (method) => {
    const world = prepareWorld({ principal: "joe", auth: [method], access });
    withoutArgon2id(world, method);
    const tab = world.join();
    await fail(world);
    const text = seen(world, [tab]);
    expect(text).toContain("could not be loaded");
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(TOKEN);
  });
});

describe("no secret of a function is shown", () => {
  const asking: AuthConfig = { method: "ticket", authid: "joe", secret: "ask" };
  const answers: Readonly<Record<string, () => Promise<string | null>>> = {
    "that gives a refused one": () => Promise.resolve(SECRET),
    "that throws an error with fields": () =>
      Promise.reject(Object.assign(new Error("no network"), { config: SECRET })),
    "that gives something else": () => Promise.resolve([SECRET] as unknown as string),
    "that hangs": () => new Promise(() => undefined),
    "that has no answer": () => Promise.resolve(null),
  };

  it.each(Object.entries(answers))("@G15 %s", async (_words, secret) => {
    const world = prepareWorld({ principal: "joe", auth: [asking], answerTimeout: 1_000 });
    echoing(world, "ticket");
    const { tab } = world.tryToJoin({}, (page) => (page.secret = secret));
    const sibling = world.join();
    await world.advance(20_000);
    // The asked one dies, and the last one calls for another login.
    world.kill(tab);
    sibling.reauthenticate({ ...asking, secret: literal });
    await world.advance(20_000);
    expect(seen(world, [tab, sibling])).not.toContain(SECRET);
  });

  it("@G15 nor is one in the notice of the credentials after reauthenticate, nor what an earlier tab joins with", async () => {
    const world = prepareWorld();
    world.router.tickets.set("joe", SECRET);
    const [tab, sibling] = [world.join(), world.join()];
    await world.settle();
    tab.reauthenticate({ ...asking, secret: literal });
    await world.settle();
    tab.reauthenticate({ method: "anonymous" });
    await world.settle();
    const later = world.join({ auth: [{ ...asking, secret: literal }] });
    const refused = world.tryToJoin({ auth: [{ ...asking, secret: { literal: `${SECRET}x` } }] });
    await world.settle();
    expect(refused.answer).toMatchObject({ ok: false });
    expect(seen(world, [tab, sibling, later]) + JSON.stringify(refused.answer)).not.toContain(SECRET);
    expect(tab.of("identity")).toHaveLength(2);
  });
});
