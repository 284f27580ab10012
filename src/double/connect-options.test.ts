import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ConnectOptions } from "../client/api/connect-options.js";
import { errorFromRecord } from "../client/requests/error-codec.js";
import { createPayloadCoder } from "../client/requests/payload-coder.js";
import { completeOptions, defaultLimits, defaults } from "../client/session/settings.js";
import type { Settings } from "../client/session/settings.js";
import { optionDifferences } from "../contract/identity.js";
import { sessionRules } from "../contract/session-rules.js";
import { CONTRACT_VERSION } from "../contract/version.js";
import { isRefused } from "../connection/gate/refusal.js";
import { judgeHello, refusalOfOptions } from "../hub/session/admission.js";
import { sessionConfig } from "../testing/session-config.js";

const options: ConnectOptions = { url: "ws://router.example/", realm: "realm1" };

/** Completes options as the page does, and lets the hub judge what has crossed the port. */
function parseSettings(given: ConnectOptions, base?: string): Settings {
  const settings = completeOptions(given, base);
  const refusal = refusalOfOptions(structuredClone(settings.options));
  if (refusal === undefined) return settings;
  throw errorFromRecord(
    refusal,
    createPayloadCoder(() => "json"),
  );
}

/** Returns the configuration that the hub makes of options. */
function configOf(given: ConnectOptions) {
  const session = completeOptions(given).options;
  const hello = judgeHello({ contract: CONTRACT_VERSION, tab: "tab", session, codecUrls: [] }, false);
  if (isRefused(hello)) throw new Error("The hello was refused");
  return hello.session;
}

describe("the options of connect", () => {
  it("are completed with the documented defaults", () => {
    const settings = parseSettings(options);
    expect(settings).toEqual({
      urls: ["ws://router.example/"],
      credentials: { query: undefined, methods: [{ method: "anonymous" }] },
      attachTimeout: 10_000,
      serializers: ["json", "msgpack"],
      workerUrl: undefined,
      options: {
        url: ["ws://router.example/"],
        realm: "realm1",
        principal: "anonymous",
        auth: { method: "anonymous" },
        allowInsecureRouter: false,
        serializers: ["json", "msgpack"],
        attachTimeout: 10_000,
        connectTimeout: 10_000,
        answerTimeout: 0,
        requestTimeout: 10_000,
        callTimeout: 0,
        offline: "wait",
        uriRules: "loose",
        linger: 5_000,
        hiddenPace: 100,
        probeAfter: 30_000,
        maxMessageSize: 16 * 1024 * 1024,
        retry: { initialDelay: 500, maxDelay: 30_000, maxAttempts: Infinity },
        outbox: { maxEntries: 10_000, maxBytes: 16 * 1024 * 1024, maxAge: 604_800_000 },
        limits: { maxRequests: 100_000, maxQueuedBytes: 64 * 1024 * 1024 },
      },
    });
    expect(configOf(options)).toEqual(sessionConfig({ urls: ["ws://router.example/"], probeAfter: 30_000 }));
  });

  it("@G1 differ by their values only, in whatever order an application gives them", () => {
    const retry = { maxAttempts: Infinity, maxDelay: 30_000 };
    const limits = { maxQueuedBytes: 64 * 2 ** 20, maxRequests: 100_000 };
    expect(optionDifferences(configOf(options), configOf({ ...options, retry, limits }))).toEqual([]);
  });

  it("keep a TrustedScriptURL as it is", () => {
    const workerUrl = { [Symbol.toStringTag]: "TrustedScriptURL", toString: () => "/worker.js" };
    expect(parseSettings({ ...options, workerUrl }).workerUrl).toBe(workerUrl);
  });

  it("take the principal from the authid", () => {
    const auth = { method: "anonymous", authid: "joe" } as const;
    expect(parseSettings({ ...options, auth }).options.principal).toBe("joe");
    expect(parseSettings({ ...options, auth, principal: "family" }).options.principal).toBe("family");
  });

  it.each(["callTimeout", "offline", "maxMessageSize", "principal", "limits", "retry", "serializers"])(
    "are refused with null, which is no value of %s and not its default",
    (name) => {
      expect(() => parseSettings({ ...options, [name]: null })).toThrow(
        expect.objectContaining({
          name: "InvalidArgumentError",
          message: expect.stringContaining(`options.${name} is null`) as unknown,
        }),
      );
    },
  );

  it.each<[unknown, string]>([
    [undefined, "connect(): options is undefined, expected a plain object"],
    [{ realm: "realm1" }, "connect(): options.url is undefined, expected a URL of wss:, ws:, https:"],
    [{ ...options, url: [] }, "connect(): options.url is an array of 0, expected at least one URL"],
    [
      { ...options, url: "https://router.example/#top" },
      'connect(): options.url is "https://router.example/", expected a URL of wss:, ws:, https: or http: (such as ws://localhost:8080/ws), or one that is relative to the page, without a fragment',
    ],
    [
      { ...options, url: ["ws://a/", "b"] },
      "connect(): options.url is a string, expected a URL of wss:, ws:, https:",
    ],
    [{ url: "ws://a/" }, "connect(): options.realm is undefined, expected a string that is not empty"],
    [{ ...options, realm: "" }, 'connect(): options.realm is "", expected a string that is not empty'],
    [
      { ...options, relam: "x" },
      "connect(): options.relam is a string, expected one of the options url, query",
    ],
    [
      { ...options, auth: { secret: "x", authid: "joe" } },
      "options.auth.method is undefined, expected one of",
    ],
    [
      { ...options, auth: { method: "anonymous", secret: "x" } },
      "options.auth.secret is a string, expected one of the options method, authid",
    ],
    // Autobahn|JS has this option.
    [
      { ...options, onchallenge: () => "" },
      "connect(): options.onchallenge is an object, expected one of the options url, query",
    ],
    [{ ...options, linger: new Date() }, "connect(): options.linger is an object, expected milliseconds"],
    [
      { ...options, auth: { method: "ticket", authid: "joe", onchallenge: () => "" } },
      "connect(): options.auth.onchallenge is an object, expected one of the options method, authid, authrole, authextra, secret",
    ],
    [
      { ...options, auth: { method: "magic" } },
      'options.auth.method is a string, expected one of "anonymous", "cookie", "ticket"',
    ],
    [{ ...options, auth: { method: "ticket", secret: "x" } }, "options.auth.authid is undefined"],
    [
      { ...options, auth: { method: "cryptosign", secret: "x" } },
      "options.auth.secret is a string, expected the 32 bytes of a seed",
    ],
    [
      { ...options, auth: { method: "wampcra", authid: "joe", secret: "x", unsaltedKey: "hex" } },
      'options.auth.unsaltedKey is "hex", expected one of "base64"',
    ],
    [
      { ...options, auth: { method: "scram", authid: "joe", secret: "x", unsaltedKey: "base64" } },
      "options.auth.unsaltedKey is a string, expected one of the options method, authid, authrole, authextra, secret",
    ],
    [{ ...options, auth: "ticket" }, "options.auth is a string, expected a plain object"],
    [
      { ...options, serializers: ["flatbuffers"] },
      'options.serializers is "flatbuffers", expected one of "json", "msgpack", "cbor"',
    ],
    [
      { ...options, serializers: [] },
      "options.serializers is an array of 0, expected an array of serializers, at least one",
    ],
    [
      { ...options, callTimeout: -1 },
      "options.callTimeout is -1, expected milliseconds: an integer, 0 or more",
    ],
    [
      { ...options, attachTimeout: 0 },
      "options.attachTimeout is 0, expected milliseconds: an integer, 1 or more",
    ],
    [
      { ...options, connectTimeout: 0 },
      "options.connectTimeout is 0, expected milliseconds: an integer, 1 or more",
    ],
    [
      { ...options, requestTimeout: 0 },
      "options.requestTimeout is 0, expected milliseconds: an integer, 1 or more",
    ],
    [{ ...options, retry: { initialDelay: 0 } }, "options.retry.initialDelay is 0, expected milliseconds"],
    [{ ...options, retry: { maxDelay: 0 } }, "options.retry.maxDelay is 0, expected milliseconds"],
    [
      { ...options, retry: { initialDelay: 200, maxDelay: 100 } },
      "options.retry.maxDelay is 100, expected no less than options.retry.initialDelay, 200",
    ],
    [{ ...options, callTimeout: 0.5 }, "options.callTimeout is 0.5, expected milliseconds"],
    [{ ...options, linger: "5s" }, 'options.linger is "5s", expected milliseconds'],
    [{ ...options, hiddenPace: -1 }, "options.hiddenPace is -1, expected milliseconds"],
    [
      { ...options, retry: { maxAttempts: 0 } },
      "options.retry.maxAttempts is 0, expected an integer, 1 or more",
    ],
    [
      { ...options, retry: { delay: 1 } },
      "options.retry.delay is a number, expected one of the options initialDelay",
    ],
    [{ ...options, limits: { maxRequests: 1.5 } }, "options.limits.maxRequests is 1.5, expected an integer"],
    [{ ...options, maxMessageSize: 0 }, "options.maxMessageSize is 0, expected an integer, 1 or more"],
    [{ ...options, uriRules: "lax" }, 'options.uriRules is "lax", expected one of "loose", "strict"'],
    [{ ...options, offline: "durable" }, 'options.offline is "durable", expected one of "wait", "fail"'],
    [{ ...options, allowInsecureRouter: 1 }, "options.allowInsecureRouter is 1, expected a boolean"],
    [{ ...options, workerUrl: {} }, "options.workerUrl is an object, expected a string that is not empty"],
    [{ ...options, workerUrl: 5 }, "options.workerUrl is a number, expected a string that is not empty"],
  ])("%j are refused with the value and the values allowed", (given, message) => {
    expect(() => parseSettings(given as ConnectOptions)).toThrow(message);
    expect(() => parseSettings(given as ConnectOptions)).toThrow(
      expect.objectContaining({ name: "InvalidArgumentError" }),
    );
  });

  it.each([
    ["realms", "realm"],
    ["urls", "url"],
    ["authid", "options.auth.authid"],
    ["auth_id", "options.auth.authid"],
    ["secret", "options.auth.secret"],
    ["ticket", "options.auth.secret"],
    ["maxAttempts", "options.retry.maxAttempts"],
    ["max_requests", "options.limits.maxRequests"],
    ["call_timeout", "callTimeout"],
  ])("%s are refused with the likely one, %s, and without the value", (name, meant) => {
    const given = () => parseSettings({ ...options, [name]: "s3cret" });
    expect(given).toThrow(`connect(): options.${name} is a string, expected one of the options`);
    expect(given).toThrow(`; did you mean ${meant}?`);
    expect(given).not.toThrow("s3cret");
  });

  it("within options are refused with the likely one", () => {
    const auth = { method: "ticket", authid: "joe", ticket: "s3cret" } as never;
    expect(() => parseSettings({ ...options, auth })).toThrow("did you mean secret?");
    const retry = { max_delay: 5 } as never;
    expect(() => parseSettings({ ...options, retry })).toThrow("did you mean maxDelay?");
  });

  it("may be 0 where 0 means none", () => {
    const settings = parseSettings({ ...options, callTimeout: 0, linger: 0 });
    expect([settings.options.callTimeout, settings.options.linger]).toEqual([0, 0]);
  });

  it("derive the default of one delay from the other one", () => {
    const retryOf = (retry: ConnectOptions["retry"] & object) =>
      parseSettings({ ...options, retry }).options.retry;
    expect(retryOf({ maxDelay: 100 })).toMatchObject({ initialDelay: 100, maxDelay: 100 });
    expect(retryOf({ initialDelay: 60_000 })).toMatchObject({ initialDelay: 60_000, maxDelay: 60_000 });
  });

  it.each<[string, unknown]>([
    ["a secret of another type", { auth: { method: "ticket", authid: "joe", secret: { top: "s3cret" } } }],
    ["a list instead of a secret", { auth: { method: "ticket", authid: "joe", secret: ["s3cret"] } }],
    ["a misspelt secret", { auth: { method: "ticket", authid: "joe", ticket: "s3cret" } }],
    ["a secret of an anonymous session", { auth: { method: "anonymous", secret: "s3cret" } }],
    ["a secret in another field", { auth: { method: "s3cret", authid: "joe", secret: "ticket" } }],
    ["an authid that is no text", { auth: { method: "ticket", authid: ["s3cret"], secret: "x" } }],
    ["an authid with half a character", { auth: { method: "anonymous", authid: "s3cret\ud800" } }],
    ["an empty secret", { auth: { method: "ticket", authid: "joe", secret: "" } }],
    ["a secret with half a character", { auth: { method: "ticket", authid: "joe", secret: "s3cret\ud800" } }],
    ["a secret that looks binary", { auth: { method: "ticket", authid: "joe", secret: "\0s3cret" } }],
    ["a secret instead of auth", { auth: "s3cret" }],
    ["a list instead of auth", { auth: ["s3cret"] }],
    ["an unknown option", { ticket: "s3cret" }],
    ["an unknown option of several", { password: { value: "s3cret" } }],
    ["a principal that is no text", { principal: { password: "s3cret" } }],
    ["a principal in a list", { principal: ["s3cret"] }],
    ["retry that is no object", { retry: "s3cret" }],
    ["a URL that does not parse", { url: "wss//joe:s3cret@router.example/?token=s3cret" }],
    ["a URL without a scheme", { url: "joe:s3cret@router.example" }],
    ["a URL of another scheme", { url: "ftp://joe:s3cret@router.example/?token=s3cret" }],
    ["a URL of https with a fragment", { url: " https://joe:s3cret@router.example/?token=s3cret#" }],
    ["a URL with a fragment", { url: "wss://router.example/?token=s3cret#s3cret" }],
    ["a URL in an object", { url: { href: "wss://router.example/?token=s3cret" } }],
    ["a list of URLs", { url: ["wss://router.example/", ["wss://router.example/?token=s3cret"]] }],
    ["a query that is no text", { query: { token: "s3cret" } }],
    ["a query with half a character", { query: "token=s3cret\ud800" }],
  ])("@G15 are never shown in an error if they may be a secret: %s", (_case, given) => {
    let caught: unknown;
    try {
      parseSettings({ ...options, ...(given as object) }, "https://page.example/");
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: "InvalidArgumentError" });
    const { message, stack, ...fields } = caught as Error;
    expect(JSON.stringify([message, stack, { ...fields }, { ...(caught as Error) }])).not.toContain("s3cret");
    expect(caught).toMatchObject({
      value: expect.stringMatching(/^(an? |undefined|"https:|"wss:\/\/router\.example\/"$)/) as unknown,
    });
  });

  const page = "https://page.example/app/index.html?x=1#top";

  it.each([
    ["/ws", "wss://page.example/ws"],
    ["ws", "wss://page.example/app/ws"],
    ["../ws", "wss://page.example/ws"],
    ["//router.example/ws", "wss://router.example/ws"],
    ["/ws?next=https://x/@y", "wss://page.example/ws"],
    ["/ws/@joe//b", "wss://page.example/ws/@joe//b"],
    ["https://router.example:443/ws", "wss://router.example/ws"],
    ["http://localhost:8080/", "ws://localhost:8080/"],
    ["HTTP://router.example", "ws://router.example/"],
    ["wss://router.example", "wss://router.example/"],
    [new URL("https://router.example/ws"), "wss://router.example/ws"],
  ])("take the URL %s as new WebSocket does", (url, expected) => {
    expect(parseSettings({ ...options, url }, page).urls).toEqual([expected]);
    expect(parseSettings({ ...options, url: ["ws://a/", url] }, page).urls[1]).toBe(expected);
  });

  it("take a URL that is relative to a page of http: as clear text", () => {
    expect(parseSettings({ ...options, url: "/ws" }, "http://page.example/").urls).toEqual([
      "ws://page.example/ws",
    ]);
  });

  it.each([
    ["", page],
    ["  ", page],
    ["#top", page],
    ["/ws#", page],
    ["?token=1", page],
    ["wss//router.example/ws", page],
    ["joe:secret@router.example", page],
    ["joe@router.example/ws", page],
    ["router.example:8080/ws", page],
    ["ftp://router.example/", page],
    ["/ws", undefined],
    ["/ws", "about:blank"],
    ["ws", "file:///home/joe/index.html"],
  ])("do not take the URL %j on the page %j", (url, base) => {
    expect(() => parseSettings({ ...options, url }, base)).toThrow("connect(): options.url is ");
  });

  it("@G15 keep the secret parts of URLs apart", () => {
    const url = ["wss://joe:s3cret@a.example/ws?x=1", "wss://b.example/"];
    const given = { ...options, url, query: "?token=s3cret&y=ä#" };
    const config = configOf(given);
    expect(config.urls).toEqual(["wss://a.example/ws", "wss://b.example/"]);
    expect(config.access).toEqual({
      urls: [
        "wss://joe:s3cret@a.example/ws?x=1&token=s3cret&y=%C3%A4%23",
        "wss://b.example/?token=s3cret&y=%C3%A4%23",
      ],
    });
    expect(parseSettings(given).credentials.query).toBe("?token=s3cret&y=ä#");
    const query = () => "token=1";
    const asking = { ...options, url, query };
    expect([configOf(asking).access.query, parseSettings(asking).credentials.query]).toEqual(["ask", query]);
    expect(configOf(asking).access.urls).toEqual(url);
  });

  it("name each serializer once, because a browser refuses a list of subprotocols with equal ones", () => {
    expect(configOf({ ...options, serializers: ["json", "msgpack", "json"] }).serializers).toEqual([
      "json",
      "msgpack",
    ]);
  });
});

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const types = readFileSync(new URL("../client/api/connect-options.ts", import.meta.url), "utf8");

/** Reads a default as the documents write it; what stands in parentheses after it is for people. */
function parseDefault(text: string): unknown {
  const written = text.replace(/ \(.*\)$/, "");
  const [, amount, unit = ""] = /^([\d_]+)(?: (ms|s|MiB))?$/.exec(written) ?? [];
  if (amount === undefined) return written === "none" ? 0 : JSON.parse(written.replaceAll("`", ""));
  return Number(amount.replaceAll("_", "")) * ({ s: 1_000, MiB: 2 ** 20 }[unit] ?? 1);
}

describe("the documents", () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, name = "", cell = ""]) => ({
    name,
    cell,
  }));
  const known = Object.keys(sessionRules);
  const fallbacks = Object.entries({ ...defaults, ...defaultLimits });

  it("name every option in the README", () => {
    const named = rows.map(({ name }) => name).filter((name) => known.includes(name));
    expect(named.sort()).toEqual([...known].sort());
  });

  it.each(fallbacks)("state the default of %s", (name, fallback) => {
    const [, inTypes = ""] =
      new RegExp(`@default ([^\\n]*?)(?: \\*/)?\\n[^@]*?readonly ${name}\\?:`).exec(types) ?? [];
    expect(parseDefault(inTypes)).toEqual(fallback);
    if (known.includes(name))
      expect(parseDefault(rows.find((row) => row.name === name)?.cell ?? "")).toEqual(fallback);
  });
});
