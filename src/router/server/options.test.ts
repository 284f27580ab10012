import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { parseSettings } from "./options.js";
import { startRouter } from "./start-router.js";

const wrong: readonly (readonly [unknown, string])[] = [
  [{ port: -1 }, "port must be an integer from 0 to 65535, got -1"],
  [{ port: "8080" }, 'port must be an integer from 0 to 65535, got "8080"'],
  [{ port: 65_536 }, "port must be an integer from 0 to 65535, got 65536"],
  [{ host: "" }, 'host must be a non-empty string, got ""'],
  [{ path: "ws" }, 'path must be a path that begins with "/", got "ws"'],
  [{ path: "/a?b" }, 'path must be a path that begins with "/", got "/a?b"'],
  [{ cookies: "yes" }, 'cookies must be a boolean, got "yes"'],
  [{ realms: [] }, "realms must be a non-empty list of realm URIs, got []"],
  [{ realms: "realm1" }, 'realms must be a non-empty list of realm URIs, got "realm1"'],
  [{ realms: [1] }, "realms must be a non-empty list of realm URIs, got 1"],
  [{ realms: ["a..b"] }, 'realms must be realm URIs (a URI must not have empty components), got "a..b"'],
  [{ auth: true }, "auth must be an object, got true"],
  [{ auth: { anonymous: 1 } }, "auth.anonymous must be a boolean, got 1"],
  [{ auth: { tickets: { joe: 7 } } }, "auth.tickets.joe must be a non-empty string, got 7"],
  [
    { auth: { scram: { joe: { password: "x", kdf: "md5" } } } },
    'auth.scram.joe.kdf must be "argon2id13", got "md5"',
  ],
  [
    { auth: { scram: { joe: { password: "x", kdf: "argon2id13", memory: 0 } } } },
    "auth.scram.joe.memory must be a positive whole number, got 0",
  ],
  [
    { auth: { cookies: {} } },
    'auth has no "cookies"; it has anonymous, tickets, wampcra, scram, cryptosign, custom',
  ],
  [
    { auth: { custom: { pin: { check: () => true } } } },
    "auth.custom.pin.challenge must be a function, got undefined",
  ],
  [
    { auth: { custom: { pin: { challenge: () => ({}), check: "1234" } } } },
    'auth.custom.pin.check must be a function, got "1234"',
  ],
  [
    { auth: { custom: { pin: { chalenge: () => ({}) } } } },
    'auth.custom.pin has no "chalenge"; it has challenge, check',
  ],
  [{ auth: { custom: { pin: () => true } } }, "auth.custom.pin must be an object, got a function"],
  [
    { auth: { custom: { ticket: { challenge: () => ({}), check: () => true } } } },
    'auth.custom has "ticket"; it must be another name than anonymous, cookie, ticket, wampcra, wamp-scram, scram, cryptosign',
  ],
  [{ auth: { anonymous: false } }, "auth admits no session: anonymous is false and nobody has credentials"],
  [
    { serializers: [] },
    'serializers must be a non-empty list of "json" or "msgpack" or "cbor", or an object { name, encode, decode } with another name, got []',
  ],
  [
    { serializers: ["flatbuffers"] },
    'serializers must be a non-empty list of "json" or "msgpack" or "cbor", or an object { name, encode, decode } with another name, got "flatbuffers"',
  ],
  [{ features: { call_timeout: "off" } }, 'features.call_timeout must be a boolean, got "off"'],
  [{ log: "console" }, 'log must be a function, got "console"'],
  [
    { ports: [1] },
    'options has no "ports"; it has port, host, path, cookies, realms, auth, serializers, features, eventHistory, log',
  ],
  [null, "options must be an object, got null"],
];

it.each(wrong)("rejects %j", async (options, message) => {
  // Values that a caller in plain JavaScript may pass.
  const start = startRouter as (options: unknown) => Promise<unknown>;
  await expect(start(options)).rejects.toThrow(new TypeError(`startRouter: ${message}`));
});

it("lists the known features when one is unknown", () => {
  const options: object = { features: { teleport: true } };
  expect(() => parseSettings(options)).toThrow(/^startRouter: features has no "teleport"; it has publisher_/);
});

it("has defaults for everything", () => {
  expect(parseSettings({})).toMatchObject({
    port: 0,
    host: "127.0.0.1",
    path: "/",
    realms: ["realm1"],
    anonymous: true,
    serializers: ["json", "msgpack", "cbor"],
  });
});

it("rejects when the port is taken", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", () => resolve()));
  const { port } = other.address() as AddressInfo;
  await expect(startRouter({ port })).rejects.toThrow("EADDRINUSE");
  await new Promise((resolve) => other.close(resolve));
});
