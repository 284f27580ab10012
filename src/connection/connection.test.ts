import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuthMethod } from "../auth/auth-method.js";
import { createAuthMethods } from "../auth/auth-methods.js";
import { bundledAlgorithms } from "../auth/bundled-algorithms.js";
import { createAuthentication } from "../auth/authentication.js";
import { ticket } from "../auth/ticket.js";
import { createCodecs } from "../codec/codecs.js";
import { jsonSerializer } from "../codec/json.js";
import type { SessionConfig } from "../contract/session-config.js";
import type { WampSessionId, WireRequestId } from "../protocol/ids.js";
import type { Answer, RouterMessage } from "../protocol/messages.js";
import type { UnaskedEvent } from "../protocol/session-events.js";
import { createFakeEnvironment } from "../testing/fake-environment.js";
import { WELCOME_DETAILS } from "../testing/fake-sockets.js";
import type { FakeSocket } from "../testing/fake-sockets.js";
import { sessionConfig } from "../testing/session-config.js";
import { createConnection } from "./connection.js";
import type { Disconnection } from "./disconnection.js";
import { createLastingParts } from "./lasting-parts.js";
import type { AnswerHandler, WireSession } from "./wire-session.js";

const lasting = createLastingParts(sessionConfig({ maxMessageSize: 1_000_000 }));
const TICKET_AUTH = { method: "ticket", authid: "joe", secret: "ask" } as const;
const noSignature = { signature: () => Promise.reject(new Error("no signature")) };
const SECRET_URL = "ws://joe:pass@a.example/ws?token=t0ken";

function setUp(
  changes: Partial<SessionConfig> = {},
  secret = () => Promise.resolve("s3cret"),
  address = () => Promise.resolve(SECRET_URL),
  method: AuthMethod = ticket,
) {
  const fake = createFakeEnvironment();
  const sessions: WireSession[] = [];
  const received: UnaskedEvent[] = [];
  const answers: Answer[] = [];
  const handler: AnswerHandler = { answered: (answer) => answers.push(answer), lost: () => undefined };
  const endings: Disconnection[] = [];
  const config = sessionConfig(changes);
  const access = {
    authenticate: createAuthentication({ ...createAuthMethods(bundledAlgorithms), ticket: method })(
      config.auth,
      {
        ...noSignature,
        secret,
      },
    ),
    address,
  };
  const connection = createConnection(fake.env, config, lasting, "ws://a.example/ws", access, {
    welcomed: (session) => sessions.push(session),
    received: (event) => received.push(event),
    measured: () => undefined,
    isNeeded: () => true,
    closed: (ending) => endings.push(ending),
  });
  /** Opens the connection as far as its socket. */
  const open = async () => {
    connection.open();
    await fake.settle();
  };
  return { ...fake, connection, open, sessions, received, answers, handler, endings };
}

async function setUpOnline() {
  const world = setUp();
  await world.open();
  const socket = world.sockets.last();
  socket.accept();
  await world.settle();
  socket.welcome(77);
  await world.settle();
  const [session] = world.sessions;
  if (session === undefined) throw new Error("no WELCOME");
  return { ...world, socket, session };
}

describe("Connection", () => {
  it("ends when the serializer of the chosen subprotocol cannot be loaded, and offers the others then", async () => {
    const fake = createFakeEnvironment();
    const codecs = createCodecs([jsonSerializer], () => Promise.reject(new Error("404")));
    codecs.locate("msgpack", "https://a.example/msgpack-serializer.js");
    const config = sessionConfig({ serializers: ["msgpack", "json"] });
    const endings: Disconnection[] = [];
    const open = async () => {
      const authenticate = fake.env.authentication(config.auth, {
        ...noSignature,
        secret: () => Promise.resolve(""),
      });
      const events = {
        welcomed: () => undefined,
        received: () => undefined,
        measured: () => undefined,
        isNeeded: () => true,
        closed: (ending: Disconnection) => endings.push(ending),
      };
      const access = { authenticate, address: () => Promise.resolve(SECRET_URL) };
      createConnection({ ...fake.env, codecs }, config, lasting, "ws://a.example/ws", access, events).open();
      await fake.settle();
      return fake.sockets.last();
    };
    const socket = await open();
    socket.accept("wamp.2.msgpack");
    await fake.settle();
    expect(endings).toMatchObject([{ fatal: false, error: { name: "ConnectionLostError" } }]);
    expect(endings[0]?.error.message).toContain('the serializer "msgpack" could not be loaded: 404');
    expect([socket.state, fake.clock.pending]).toEqual(["closed", 0]);
    expect((await open()).subprotocols).toEqual(["wamp.2.json.batched", "wamp.2.json"]);
  });

  it("offers the subprotocols of the serializers in order, and sends HELLO in the one that the router chose", async () => {
    const { open, sockets, settle } = setUp({ serializers: ["msgpack", "json"] });
    await open();
    const socket = sockets.last();
    expect(socket.subprotocols).toEqual([
      "wamp.2.msgpack.batched",
      "wamp.2.msgpack",
      "wamp.2.json.batched",
      "wamp.2.json",
    ]);
    socket.accept("wamp.2.json");
    await settle();
    expect(socket.sent).toMatchObject([
      { type: "HELLO", realm: "realm1", details: { agent: "wamp-mux-test", authmethods: ["anonymous"] } },
    ]);
  });

  it("joins again by the letter of the specification when the router could not read a batch with either end @G29", async () => {
    const refusals: readonly ((socket: FakeSocket) => void)[] = [
      (socket) => socket.drop(1002, "batch format error"),
      (socket) => socket.receive({ type: "ABORT", details: {}, reason: "wamp.error.protocol_violation" }),
    ];
    for (const refuse of refusals) {
      const { open, sockets, settle, endings, sessions, clock } = setUp({ serializers: ["json"] });
      await open();
      const first = sockets.last();
      first.accept("wamp.2.json.batched");
      await settle();
      refuse(first);
      await settle();
      const second = sockets.last();
      expect([second === first, first.state]).toEqual([false, "closed"]);
      second.accept("wamp.2.json.batched");
      await settle();
      expect(second.sent).toEqual(first.sent);
      second.welcome(77);
      await settle();
      expect([sessions.length, endings, clock.pending]).toEqual([1, [], 0]);
      expect([first.endings, second.endings]).toEqual([["\x18\x1e"], ["\x1e"]]);
    }
  });

  it("joins again only once, only with batches of text, and only before WELCOME @G29", async () => {
    const { open, sockets, settle, endings } = setUp({ serializers: ["json", "msgpack"] });
    const refuse = async (subprotocol: string, code = 1002) => {
      const socket = sockets.last();
      socket.accept(subprotocol);
      await settle();
      socket.drop(code);
      await settle();
      return sockets.all.length;
    };
    await open();
    expect(await refuse("wamp.2.json.batched")).toBe(2);
    expect(await refuse("wamp.2.json.batched")).toBe(2);
    expect(endings).toMatchObject([{ error: { name: "ConnectionLostError", fields: { code: 1002 } } }]);
    for (const [subprotocol, code] of [
      ["wamp.2.json", 1002],
      ["wamp.2.msgpack.batched", 1002],
      ["wamp.2.json.batched", 1006],
    ] as const) {
      const other = setUp({ serializers: ["json", "msgpack"] });
      await other.open();
      const socket = other.sockets.last();
      socket.accept(subprotocol);
      await other.settle();
      socket.drop(code);
      await other.settle();
      expect([other.sockets.all.length, other.endings.length], subprotocol).toEqual([1, 1]);
    }
  });

  it("sends no authid in HELLO unless one is claimed", async () => {
    const { open, sockets, settle } = setUp({ serializers: ["msgpack"] });
    await open();
    sockets.last().accept();
    await settle();
    const [hello] = sockets.last().sent;
    expect(hello?.type === "HELLO" && Object.keys(hello.details).sort()).toEqual([
      "agent",
      "authmethods",
      "roles",
    ]);
  });

  it("establishes the session with the results of the handshake", async () => {
    const { session, clock } = await setUpOnline();
    expect(session).toMatchObject({ id: 77, url: "ws://a.example/ws", details: WELCOME_DETAILS });
    expect(session.serializer.name).toBe("json");
    expect(session.features.call_canceling).toBe(true);
    expect([session.sent, session.received]).toEqual([1, 1]);
    expect(clock.pending).toBe(0);
  });

  it("writes a request with its id at once, and passes the meaning of the answer to its handler", async () => {
    const { session, socket, answers, handler, settle } = await setUpOnline();
    expect(session.request({ type: "SUBSCRIBE", topic: "com.example.tick", options: {} }, handler)).toBe(1);
    expect(session.pending).toBe(1);
    expect(socket.sent.at(-1)).toMatchObject({ type: "SUBSCRIBE", request: 1 });
    socket.receive({ type: "SUBSCRIBED", request: 1, subscription: 9 } as RouterMessage);
    await settle();
    expect(answers).toMatchObject([{ type: "SUBSCRIBED", subscription: 9 }]);
    expect(session.pending).toBe(0);
    expect([session.sent, session.received]).toEqual([2, 2]);
  });

  it("@G27 has no session with a router that welcomes it and does not prove its identity", async () => {
    const judged: unknown[] = [];
    const mutual: AuthMethod = (claim) => ({
      ...ticket(claim),
      welcome: (details) => {
        judged.push(details);
        throw new Error("another router");
      },
    });
    const { open, sockets, sessions, endings, settle, clock } = setUp(
      { auth: [TICKET_AUTH] },
      undefined,
      undefined,
      mutual,
    );
    await open();
    const socket = sockets.last();
    socket.accept();
    await settle();
    socket.welcome(77);
    await settle();
    expect([judged, sessions]).toEqual([[WELCOME_DETAILS], []]);
    expect(socket.sent.at(-1)).toEqual({
      type: "ABORT",
      details: { message: "another router" },
      reason: "wamp.error.authentication_failed",
    });
    expect(endings).toMatchObject([{ fatal: true, error: { name: "JoinError" } }]);
    expect([socket.state, clock.pending]).toEqual(["closed", 0]);
  });

  it("answers the challenge with the ticket", async () => {
    const { open, sockets, sessions, settle } = setUp({ auth: [TICKET_AUTH] });
    await open();
    const socket = sockets.last();
    socket.accept();
    await settle();
    expect(socket.sent).toMatchObject([
      { type: "HELLO", details: { authmethods: ["ticket"], authid: "joe" } },
    ]);
    socket.receive({ type: "CHALLENGE", method: "ticket", extra: {} });
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: "AUTHENTICATE", signature: "s3cret" });
    socket.welcome(1);
    await settle();
    expect(sessions).toHaveLength(1);
  });

  it("@G27 does not join again by another framing once the router has answered HELLO", async () => {
    for (const code of [1002, 1008]) {
      const { open, sockets, endings, settle } = setUp({ auth: [TICKET_AUTH], serializers: ["json"] });
      await open();
      sockets.last().accept("wamp.2.json.batched");
      await settle();
      sockets.last().receive({ type: "CHALLENGE", method: "ticket", extra: {} });
      await settle();
      sockets.last().drop(code);
      await settle();
      expect([sockets.all.length, endings.length]).toEqual([1, 1]);
    }
  });

  it("@G23 joins whatever an authenticator has written into CHALLENGE and WELCOME", async () => {
    const { open, sockets, sessions, settle } = setUp({ auth: [TICKET_AUTH] });
    await open();
    const socket = sockets.last();
    socket.accept();
    await settle();
    socket.receiveRaw('[4,"ticket",{"score":NaN}]');
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: "AUTHENTICATE", signature: "s3cret" });
    const roles = '{"broker":{},"dealer":{"features":{"call_timeout":true,"x":NaN}}}';
    socket.receiveRaw(`[2,7,{"roles":${roles},"authid":"joe","authextra":{"score":NaN}}]`);
    await settle();
    expect(sessions).toMatchObject([{ details: { authid: "joe" }, features: { call_timeout: true } }]);
  });

  it("waits for the secret without a deadline before it opens the socket", async () => {
    let answer = (_secret: string): void => undefined;
    const asked = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const { open, sockets, endings, settle, advance } = setUp(
      { auth: [{ ...TICKET_AUTH, secret: "ask" }] },
      () => asked,
    );
    await open();
    await advance(3_600_000);
    expect([sockets.all.length, endings.length]).toEqual([0, 0]);
    answer("typed");
    await settle();
    sockets.last().accept();
    await settle();
    sockets.last().receive({ type: "CHALLENGE", method: "ticket", extra: {} });
    await settle();
    expect(sockets.last().sent.at(-1)).toMatchObject({ type: "AUTHENTICATE", signature: "typed" });
  });

  it("ends, but not fatally, when the application provides no secret", async () => {
    const { open, sockets, endings, settle } = setUp({ auth: [{ ...TICKET_AUTH, secret: "ask" }] }, () =>
      Promise.reject(new Error("the dialog was closed")),
    );
    await open();
    await settle();
    expect(sockets.all).toHaveLength(0);
    expect(endings).toMatchObject([{ fatal: false, error: { name: "JoinError" } }]);
    expect(endings[0]?.error.message).toContain("the dialog was closed");
  });

  it("asks for the query after the secret, and ends, but not fatally, when there is none", async () => {
    const order: string[] = [];
    const { open, sockets, endings } = setUp(
      { auth: [TICKET_AUTH] },
      () => Promise.resolve(order.push("secret").toString()),
      () => {
        order.push("query");
        return Promise.reject(new Error("the server is away"));
      },
    );
    await open();
    expect([order, sockets.all.length]).toEqual([["secret", "query"], 0]);
    expect(endings).toMatchObject([
      { fatal: false, error: { message: "The application provided no query: the server is away" } },
    ]);
  });

  it("opens no socket for a secret that arrives after close", async () => {
    const { connection, sockets, endings, settle } = setUp({ auth: [{ ...TICKET_AUTH, secret: "ask" }] });
    connection.open();
    connection.close("wamp.close.normal");
    await settle();
    expect(sockets.all).toHaveLength(0);
    expect(endings).toMatchObject([{ error: { name: "SessionClosedError" } }]);
  });

  it.each([
    ["the socket does not open", (world: ReturnType<typeof setUp>) => world.settle()],
    [
      "WELCOME does not come",
      async (world: ReturnType<typeof setUp>) => {
        world.sockets.last().accept();
        await world.settle();
      },
    ],
  ])("gives up when %s in time", async (_case, prepare) => {
    const world = setUp({ connectTimeout: 3_000 });
    await world.open();
    await prepare(world);
    await world.advance(2_999);
    expect(world.endings).toEqual([]);
    await world.advance(1);
    expect(world.endings).toMatchObject([
      { fatal: false, error: { name: "TimeoutError", fields: { timeout: 3_000 } } },
    ]);
    expect(world.sockets.living).toBe(0);
  });

  it("@G11 reports a refusal with its URI, and whether it is fatal", async () => {
    for (const [reason, fatal] of [
      ["wamp.error.no_such_realm", true],
      ["wamp.close.system_shutdown", false],
    ] as const) {
      const { open, sockets, endings, settle } = setUp();
      await open();
      sockets.last().accept();
      await settle();
      sockets.last().receive({ type: "ABORT", reason, details: { message: "so sorry" } });
      await settle();
      expect(endings).toMatchObject([
        { fatal, error: { name: "JoinError", fields: { uri: reason, details: { message: "so sorry" } } } },
      ]);
      expect(endings[0]?.error.message).toContain("so sorry");
      expect(sockets.living).toBe(0);
    }
  });

  it("ends when the router chooses a subprotocol that was not offered", async () => {
    const { open, sockets, endings, settle } = setUp({ serializers: ["json"] });
    await open();
    sockets.last().accept("wamp.2.cbor");
    await settle();
    const message = 'The router chose the subprotocol "wamp.2.cbor", which was not offered';
    expect(endings).toEqual([{ fatal: true, error: { name: "ProtocolError", message } }]);
    expect(sockets.last().sent).toEqual([]);
    expect(sockets.living).toBe(0);
  });

  it("may try again where the server chose no subprotocol", async () => {
    const { open, sockets, endings, settle } = setUp({ serializers: ["json"] });
    await open();
    sockets.last().accept("");
    await settle();
    expect(endings).toMatchObject([
      { fatal: false, error: { name: "ConnectionLostError", fields: { code: 1006 } } },
    ]);
    expect(endings[0]?.error.message).toContain("the server chose no subprotocol");
    expect(sockets.living).toBe(0);
  });

  it("ends when the router challenges with a method that was not offered", async () => {
    const { open, sockets, endings, settle } = setUp({ auth: [TICKET_AUTH] });
    await open();
    sockets.last().accept();
    await settle();
    sockets.last().receive({ type: "CHALLENGE", method: "wampcra", extra: {} });
    await settle();
    const message = 'CHALLENGE for the method "wampcra", but "ticket" was offered';
    expect(sockets.last().sent.at(-1)).toMatchObject({
      type: "ABORT",
      details: { message },
      reason: "wamp.error.protocol_violation",
    });
    expect(endings).toEqual([{ fatal: true, error: { name: "ProtocolError", message } }]);
  });

  it("sends ABORT when the challenge cannot be answered", async () => {
    const { open, sockets, endings, settle } = setUp();
    await open();
    sockets.last().accept();
    await settle();
    sockets.last().receive({ type: "CHALLENGE", method: "anonymous", extra: {} });
    await settle();
    expect(sockets.last().sent.at(-1)).toMatchObject({
      type: "ABORT",
      reason: "wamp.error.authentication_failed",
    });
    expect(endings).toMatchObject([
      {
        fatal: true,
        error: {
          name: "JoinError",
          fields: {
            details: { message: 'the router sent a challenge for the method "anonymous", which has none' },
          },
        },
      },
    ]);
  });

  it("keeps a session that the router established before the answer to the challenge failed", async () => {
    const { open, sockets, sessions, endings, settle } = setUp();
    await open();
    sockets.last().accept();
    await settle();
    sockets.last().receive({ type: "CHALLENGE", method: "anonymous", extra: {} });
    sockets.last().welcome(1);
    await settle();
    expect([sessions.length, endings.length]).toEqual([1, 0]);
  });

  it("@G11 distinguishes the ABORT of a session from a refusal: another attempt makes sense", async () => {
    const { socket, endings, settle } = await setUpOnline();
    socket.receive({ type: "ABORT", reason: "wamp.error.authentication_failed", details: {} });
    await settle();
    expect(endings).toMatchObject([
      {
        fatal: false,
        error: {
          name: "ConnectionLostError",
          message: "The router ended the session: ABORT with wamp.error.authentication_failed",
        },
      },
    ]);
  });

  it("sends no HELLO on a socket that opens after close", async () => {
    const { open, connection, sockets, endings, settle } = setUp();
    await open();
    const socket = sockets.last();
    socket.accept();
    connection.close("wamp.close.normal");
    await settle();
    expect([socket.sent, endings.length]).toEqual([[], 1]);
  });

  it("answers a protocol violation with ABORT and closes, but not fatally", async () => {
    const { socket, endings, settle } = await setUpOnline();
    socket.receive({ type: "RESULT", request: 5 as WireRequestId, details: {}, payload: NO_PAYLOAD });
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: "ABORT", reason: "wamp.error.protocol_violation" });
    expect(socket.closedByHub?.code).toBe(1000);
    expect(endings).toMatchObject([{ fatal: false, error: { name: "ProtocolError" } }]);
  });

  it("survives any frame in any state without an exception, and ends at most once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("joining", "online", "leaving"),
        fc.oneof(
          fc.string(),
          fc.uint8Array(),
          fc.json(),
          fc.array(fc.jsonValue()).map((fields) => JSON.stringify(fields)),
          fc
            .tuple(fc.integer({ min: 0, max: 80 }), fc.array(fc.jsonValue()))
            .map(([code, fields]) => JSON.stringify([code, ...fields])),
        ),
        async (phase, frame) => {
          const world = setUp();
          await world.open();
          const socket = world.sockets.last();
          socket.accept();
          await world.settle();
          if (phase !== "joining") socket.welcome(1);
          await world.settle();
          if (phase === "leaving") world.connection.close("wamp.close.normal");
          socket.receiveRaw(frame);
          await world.settle();
          expect(world.endings.length).toBeLessThanOrEqual(1);
          if (phase === "leaving") expect(socket.sent.at(-1)?.type).toBe("GOODBYE");
          socket.drop();
          await world.settle();
          expect(world.endings).toHaveLength(1);
          expect(world.clock.pending).toBe(0);
        },
      ),
    );
  });

  it("answers the router's GOODBYE and closes with 1000, but not fatally", async () => {
    const { socket, endings, settle } = await setUpOnline();
    socket.receive({ type: "GOODBYE", details: {}, reason: "wamp.close.system_shutdown" });
    await settle();
    expect(socket.sent.at(-1)).toMatchObject({ type: "GOODBYE", reason: "wamp.close.goodbye_and_out" });
    expect(socket.closedByHub).toEqual({ code: 1000 });
    expect(endings).toMatchObject([
      {
        fatal: false,
        error: {
          name: "ConnectionLostError",
          message: "The router ended the session: GOODBYE with wamp.close.system_shutdown",
          fields: { uri: "wamp.close.system_shutdown" },
        },
      },
    ]);
  });

  it("@G18 sends GOODBYE, accepts answers until the router's GOODBYE, and closes with 1000", async () => {
    const { connection, session, handler, socket, answers, endings, settle } = await setUpOnline();
    session.request(
      { type: "CALL", procedure: "com.example.slow", options: {}, payload: NO_PAYLOAD },
      handler,
    );
    connection.close("wamp.close.normal");
    connection.close("again");
    expect(socket.sent.at(-1)).toMatchObject({ type: "GOODBYE", reason: "wamp.close.normal" });
    socket.receive({ type: "RESULT", request: 1 as WireRequestId, details: {}, payload: NO_PAYLOAD });
    await settle();
    expect(answers).toMatchObject([{ type: "RESULT" }]);
    expect([endings.length, socket.closedByHub]).toEqual([0, undefined]);
    socket.receive({ type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" });
    await settle();
    expect(socket.closedByHub?.code).toBe(1000);
    expect(endings).toHaveLength(1);
    expect(socket.sent.filter((message) => message.type === "GOODBYE")).toHaveLength(1);
  });

  it("sends nothing after its GOODBYE", async () => {
    const { connection, session, socket } = await setUpOnline();
    connection.close("wamp.close.normal");
    const before = socket.sent.length;
    session.answer({ type: "YIELD", request: 1 as WireRequestId, options: {}, payload: NO_PAYLOAD });
    expect(session.open).toBe(false);
    expect(socket.sent).toHaveLength(before);
  });

  it("waits only for a limited time for the answer to its GOODBYE", async () => {
    const { connection, socket, endings, advance, clock } = await setUpOnline();
    connection.close("wamp.close.normal");
    await advance(2_000);
    expect(endings).toMatchObject([{ error: { name: "SessionClosedError" } }]);
    expect(socket.closedByHub?.code).toBe(1000);
    expect(clock.pending).toBe(0);
  });

  it("passes on no message after its end", async () => {
    const { connection, session, handler, socket, answers, received, advance, settle } = await setUpOnline();
    session.request(
      { type: "CALL", procedure: "com.example.slow", options: {}, payload: NO_PAYLOAD },
      handler,
    );
    connection.close("wamp.close.normal");
    const letThrough = socket.fence();
    socket.receive({ type: "RESULT", request: 1 as WireRequestId, details: {}, payload: NO_PAYLOAD });
    await advance(2_000);
    letThrough();
    await settle();
    expect([...answers, ...received]).toEqual([]);
  });

  it("reports the code and reason of a closed socket, and nothing afterwards", async () => {
    const { session, socket, received, endings, settle } = await setUpOnline();
    socket.receive({
      type: "WELCOME",
      session: 78 as WampSessionId,
      details: {},
    });
    socket.drop(1009, "too large");
    await settle();
    expect(endings).toHaveLength(1);
    const before = socket.sent.length;
    session.answer({ type: "YIELD", request: 1 as WireRequestId, options: {}, payload: NO_PAYLOAD });
    expect(socket.sent).toHaveLength(before);
    expect(received).toEqual([]);

    const other = await setUpOnline();
    other.socket.drop(1009, "too large");
    await other.settle();
    expect(other.endings).toMatchObject([
      { fatal: false, error: { name: "ConnectionLostError", fields: { code: 1009, reason: "too large" } } },
    ]);
    expect(other.endings[0]?.error.message).toContain("was lost");
    expect(other.session.bufferedAmount).toBe(0);
  });

  it("distinguishes a socket that never opened from one that closed", async () => {
    const { open, sockets, endings, settle } = setUp();
    await open();
    sockets.last().drop(1006);
    await settle();
    expect(endings[0]?.error.message).toBe("No connection to ws://a.example/ws (WebSocket code 1006)");
  });

  it("ends when the browser refuses the URL", async () => {
    const { open, sockets, endings } = setUp();
    sockets.refusal = new SyntaxError(`The URL '${SECRET_URL}' is invalid`);
    await open();
    expect(endings).toMatchObject([{ fatal: false, error: { name: "ConnectionLostError" } }]);
    expect(endings[0]?.error.message).toBe("No connection to ws://a.example/ws: SyntaxError");
  });

  it("probes a router that answers nothing while a request waits for room, but not after GOODBYE", async () => {
    const { connection, advance, socket, session } = await setUpOnline();
    session.whenRoom(() => undefined);
    await advance(20);
    expect(socket.sent.at(-1)).toEqual({ type: "UNSUBSCRIBE", request: 1, subscription: 2 ** 53 });
    connection.close("wamp.close.normal");
    await advance(1_000);
    expect(socket.sent.map(({ type }) => type)).toEqual(["HELLO", "UNSUBSCRIBE", "GOODBYE"]);
  });
});

const NO_PAYLOAD = { serializer: "json", count: 0, data: "" } as const;
