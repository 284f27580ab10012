import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ProtocolError } from "./errors.js";
import type {
  PublicationId,
  WampSessionId,
  WireRegistrationId,
  WireRequestId,
  WireSubscriptionId,
} from "./ids.js";
import type { RouterMessage } from "./messages.js";
import type { Payload } from "./payload.js";
import { createSession, isProgress } from "./session.js";
import type { Session } from "./session.js";

const payload: Payload = { serializer: "json", count: 1, data: "[1]" };
const request = (id: number) => id as WireRequestId;
const subscription = 11 as WireSubscriptionId;
const registration = 12 as WireRegistrationId;
const publication = 13 as PublicationId;

const WELCOME: RouterMessage = { type: "WELCOME", session: 1 as WampSessionId, details: { realm: "realm1" } };
const CHALLENGE: RouterMessage = { type: "CHALLENGE", method: "ticket", extra: { a: 1 } };
const ABORT: RouterMessage = {
  type: "ABORT",
  details: { message: "no" },
  reason: "wamp.error.no_such_realm",
};
const GOODBYE: RouterMessage = { type: "GOODBYE", details: {}, reason: "wamp.close.system_shutdown" };
const EVENT: RouterMessage = { type: "EVENT", subscription, publication, details: {}, payload };
const INVOCATION: RouterMessage = {
  type: "INVOCATION",
  request: request(1),
  registration,
  details: {},
  payload,
};
const INTERRUPT: RouterMessage = { type: "INTERRUPT", request: request(1), options: { mode: "kill" } };

const result = (id: number, details = {}): RouterMessage => ({
  type: "RESULT",
  request: request(id),
  details,
  payload,
});
const published = (id: number): RouterMessage => ({ type: "PUBLISHED", request: request(id), publication });
const subscribed = (id: number): RouterMessage => ({
  type: "SUBSCRIBED",
  request: request(id),
  subscription,
});
const unsubscribed = (id: number): RouterMessage => ({
  type: "UNSUBSCRIBED",
  request: request(id),
  details: undefined,
});
const registered = (id: number): RouterMessage => ({
  type: "REGISTERED",
  request: request(id),
  registration,
});
const unregistered = (id: number): RouterMessage => ({
  type: "UNREGISTERED",
  request: request(id),
  details: undefined,
});

type Kind = "CALL" | "PUBLISH" | "SUBSCRIBE" | "UNSUBSCRIBE" | "REGISTER" | "UNREGISTER";
const KINDS: readonly Kind[] = ["CALL", "PUBLISH", "SUBSCRIBE", "UNSUBSCRIBE", "REGISTER", "UNREGISTER"];

const answers: Record<Kind, (id: number) => RouterMessage> = {
  CALL: result,
  PUBLISH: published,
  SUBSCRIBE: subscribed,
  UNSUBSCRIBE: unsubscribed,
  REGISTER: registered,
  UNREGISTER: unregistered,
};

const error = (requestType: Kind, id: number): RouterMessage => ({
  type: "ERROR",
  requestType,
  request: request(id),
  details: { a: 1 },
  error: "com.example.error",
  payload,
});

function send(session: Session<string>, kind: Kind, handler: string) {
  switch (kind) {
    case "CALL":
      return session.request({ type: "CALL", procedure: "com.p", options: {}, payload }, handler);
    case "PUBLISH":
      return session.request(
        { type: "PUBLISH", topic: "com.t", options: { acknowledge: true }, payload },
        handler,
      );
    case "SUBSCRIBE":
      return session.request({ type: "SUBSCRIBE", topic: "com.t", options: {} }, handler);
    case "UNSUBSCRIBE":
      return session.request({ type: "UNSUBSCRIBE", subscription }, handler);
    case "REGISTER":
      return session.request({ type: "REGISTER", procedure: "com.p", options: {} }, handler);
    case "UNREGISTER":
      return session.request({ type: "UNREGISTER", registration }, handler);
  }
}

function established(): Session<string> {
  const session = createSession<string>();
  session.hello("realm1", {});
  session.receive(WELCOME);
  return session;
}

describe("opening", () => {
  it("goes from HELLO to WELCOME", () => {
    const session = createSession<string>();
    expect(session.state).toBe("new");
    expect(session.hello("realm1", { roles: {} })).toEqual({
      type: "HELLO",
      realm: "realm1",
      details: { roles: {} },
    });
    expect(session.state).toBe("greeting");
    expect(session.receive(WELCOME)).toEqual(WELCOME);
    expect(session.state).toBe("established");
  });

  it("answers a challenge, and a second one", () => {
    const session = createSession<string>();
    session.hello("realm1", {});
    for (const signature of ["first", "second"]) {
      expect(session.receive(CHALLENGE)).toEqual(CHALLENGE);
      expect(session.state).toBe("authenticating");
      expect(session.authenticate(signature, {})).toEqual({ type: "AUTHENTICATE", signature, extra: {} });
    }
    expect(session.receive(WELCOME)).toEqual(WELCOME);
  });

  it("ends with ABORT", () => {
    const session = createSession<string>();
    session.hello("realm1", {});
    expect(session.receive(ABORT)).toEqual(ABORT);
    expect(session.state).toBe("closed");
  });

  it("accepts no other message before WELCOME", () => {
    for (const message of [
      EVENT,
      INVOCATION,
      INTERRUPT,
      GOODBYE,
      result(1),
      subscribed(1),
      error("CALL", 1),
    ]) {
      const session = createSession<string>();
      const tooEarly = (first: string) => new ProtocolError(`${message.type} came before ${first}`);
      expect(() => session.receive(message)).toThrow(tooEarly("HELLO was sent"));
      session.hello("realm1", {});
      expect(() => session.receive(message)).toThrow(tooEarly("WELCOME"));
      session.receive(CHALLENGE);
      expect(() => session.receive(message)).toThrow(tooEarly("WELCOME"));
    }
  });

  it("accepts no second WELCOME and no late CHALLENGE", () => {
    const session = established();
    expect(() => session.receive(WELCOME)).toThrow(new ProtocolError("WELCOME came after WELCOME"));
    expect(() => session.receive(CHALLENGE)).toThrow(new ProtocolError("CHALLENGE came after WELCOME"));
  });

  it("refuses to create a message that its state does not allow", () => {
    const session = createSession<string>();
    expect(() => session.authenticate("x", {})).toThrow("new");
    for (const kind of KINDS) expect(() => send(session, kind, "t")).toThrow("new");
    session.hello("realm1", {});
    expect(() => session.hello("realm1", {})).toThrow("greeting");
    expect(() => session.goodbye("wamp.close.normal")).toThrow("greeting");
    session.receive(WELCOME);
    session.goodbye("wamp.close.normal");
    for (const kind of KINDS) expect(() => send(session, kind, "t")).toThrow("closing");
    expect(session.pending).toBe(0);
  });
});

describe("requests", () => {
  it("have the ids 1, 2, 3, … regardless of their type", () => {
    const session = established();
    const ids = KINDS.map((kind) => send(session, kind, kind).request);
    const unacknowledged = session.request(
      { type: "PUBLISH", topic: "com.t", options: {}, payload },
      undefined,
    );
    expect([...ids, unacknowledged.request]).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(session.pending).toBe(6);
    expect(send(session, "CALL", "last").request).toBe(8);
  });

  it("are written with all given fields", () => {
    const session = established();
    const options = { a: 1 };
    const messages = [
      session.request({ type: "CALL", procedure: "com.p", options, payload }, "t"),
      session.request({ type: "PUBLISH", topic: "com.t", options, payload }, "t"),
      session.request({ type: "SUBSCRIBE", topic: "com.t", options }, "t"),
      session.request({ type: "UNSUBSCRIBE", subscription }, "t"),
      session.request({ type: "REGISTER", procedure: "com.p", options }, "t"),
      session.request({ type: "UNREGISTER", registration }, "t"),
      session.request({ type: "PUBLISH", topic: "com.t", options, payload }, undefined),
    ];
    expect(messages).toEqual([
      { type: "CALL", request: 1, options, procedure: "com.p", payload },
      { type: "PUBLISH", request: 2, options, topic: "com.t", payload },
      { type: "SUBSCRIBE", request: 3, options, topic: "com.t" },
      { type: "UNSUBSCRIBE", request: 4, subscription },
      { type: "REGISTER", request: 5, options, procedure: "com.p" },
      { type: "UNREGISTER", request: 6, registration },
      { type: "PUBLISH", request: 7, options, topic: "com.t", payload },
    ]);
  });

  it.each(KINDS)("%s is answered with the complete answer of the router", (kind) => {
    const session = established();
    send(session, kind, "handler");
    const message = answers[kind](1);
    expect(session.receive(message)).toEqual({ type: "ANSWER", message, handler: "handler" });
  });

  it.each(KINDS)("@G7 %s returns its handler with its answer, once", (kind) => {
    const session = established();
    send(session, kind, "handler");
    expect(session.receive(answers[kind](1))).toMatchObject({ handler: "handler" });
    expect(session.pending).toBe(0);
    expect(session.receive(answers[kind](1))).toBeUndefined();
    expect(session.receive(error(kind, 1))).toBeUndefined();
    expect(session.lost()).toEqual([]);
  });

  it.each(KINDS)("@G8 an ERROR for %s keeps uri, details and payload", (kind) => {
    const session = established();
    send(session, kind, "handler");
    const message = error(kind, 1);
    expect(session.receive(message)).toEqual({ type: "ANSWER", message, handler: "handler" });
    expect(session.pending).toBe(0);
    expect(session.receive(answers[kind](1))).toBeUndefined();
  });

  it("@G7 stay pending after each progressive result until the final one", () => {
    const session = established();
    send(session, "CALL", "handler");
    for (let part = 0; part < 3; part++) {
      expect(session.receive(result(1, { progress: true }))).toMatchObject({ handler: "handler" });
      expect(session.pending).toBe(1);
    }
    expect(session.receive(result(1, { progress: false }))).toMatchObject({ handler: "handler" });
    expect(session.pending).toBe(0);
    expect(session.receive(result(1, { progress: true }))).toBeUndefined();
  });

  it("stay pending after a CANCEL", () => {
    const session = established();
    const { request } = send(session, "CALL", "handler");
    expect(session.cancel(request, { mode: "kill" })).toEqual({
      type: "CANCEL",
      request: 1,
      options: { mode: "kill" },
    });
    expect(session.pending).toBe(1);
    expect(session.receive(error("CALL", 1))).toMatchObject({
      message: error("CALL", 1),
      handler: "handler",
    });
  });

  it("ignore the late answer after forget", () => {
    const session = established();
    for (const kind of KINDS) session.forget(send(session, kind, kind).request);
    expect(session.pending).toBe(0);
    KINDS.forEach((kind, index) => {
      expect(session.receive(answers[kind](index + 1))).toBeUndefined();
      expect(session.receive(error(kind, index + 1))).toBeUndefined();
    });
  });

  it("ignore an ERROR for an unacknowledged publication", () => {
    const session = established();
    session.request({ type: "PUBLISH", topic: "com.t", options: {}, payload }, undefined);
    expect(session.receive(error("PUBLISH", 1))).toBeUndefined();
  });

  it("treat the answer to a request that was never sent as a protocol error", () => {
    const session = established();
    send(session, "CALL", "handler");
    for (const kind of KINDS) {
      const neverSent = new ProtocolError(`the router answered ${kind} 2, which was never sent`);
      expect(() => session.receive(answers[kind](2))).toThrow(neverSent);
      expect(() => session.receive(error(kind, 2))).toThrow(neverSent);
    }
    expect(session.pending).toBe(1);
  });

  it("treat an answer of the wrong type as a protocol error, and stay pending", () => {
    for (const sent of KINDS) {
      for (const answered of KINDS.filter((kind) => kind !== sent)) {
        const session = established();
        send(session, sent, "handler");
        const mistaken = new ProtocolError(`the router answered ${answered} 1, which was a ${sent}`);
        expect(() => session.receive(answers[answered](1))).toThrow(mistaken);
        expect(() => session.receive(error(answered, 1))).toThrow(mistaken);
        expect(session.lost()).toEqual(["handler"]);
      }
    }
  });
});

describe("an unsolicited message of the router", () => {
  it("is passed on unchanged", () => {
    const session = established();
    for (const message of [EVENT, INVOCATION, INTERRUPT]) {
      expect(session.receive(message)).toEqual(message);
    }
  });

  it("may be a revocation, with or without a reason", () => {
    const session = established();
    const details = { subscription: 5, registration: 6, reason: "moved", until: "tomorrow" };
    expect(session.receive({ type: "UNSUBSCRIBED", request: request(0), details })).toEqual({
      type: "UNSUBSCRIBED",
      id: 5,
      reason: "moved",
      details: { registration: 6, until: "tomorrow" },
    });
    expect(
      session.receive({ type: "UNREGISTERED", request: request(0), details: { registration: 6 } }),
    ).toEqual({
      type: "UNREGISTERED",
      id: 6,
      reason: "",
      details: {},
    });
  });

  it("must name the subscription or registration that it revokes", () => {
    const session = established();
    for (const [type, key] of [
      ["UNSUBSCRIBED", "subscription"],
      ["UNREGISTERED", "registration"],
    ] as const) {
      for (const details of [{}, { subscription: 0, registration: "6" }]) {
        expect(() => session.receive({ type, request: request(0), details })).toThrow(
          new ProtocolError(`a revocation without the id of the ${key}`),
        );
      }
    }
  });

  it("@G23 may have any reason, which is shown as text, and has no effect if the reason makes it unreadable", () => {
    const session = established();
    for (const [reason, shown] of [
      ["\0bad", "\0bad"],
      [7, "7"],
      [null, ""],
      [["a"], "a list"],
      [Uint8Array.of(1, 2), "binary data of 2 bytes"],
    ] as const) {
      const details = { subscription: 5, reason };
      expect(session.receive({ type: "UNSUBSCRIBED", request: request(0), details })).toEqual({
        type: "UNSUBSCRIBED",
        id: 5,
        reason: shown,
        details: {},
      });
    }
    for (const type of ["UNSUBSCRIBED", "UNREGISTERED"] as const) {
      expect(session.receive({ type, request: request(0), details: undefined })).toBeUndefined();
    }
  });
});

describe("closing", () => {
  it("by the client waits for the router's GOODBYE, while answers still arrive", () => {
    const session = established();
    send(session, "CALL", "handler");
    expect(session.goodbye("wamp.close.normal")).toEqual({
      type: "GOODBYE",
      details: {},
      reason: "wamp.close.normal",
    });
    expect(session.state).toBe("closing");
    expect(session.receive(EVENT)).toEqual(EVENT);
    expect(session.receive(result(1))).toMatchObject({ type: "ANSWER", handler: "handler" });
    expect(session.receive(GOODBYE)).toEqual(GOODBYE);
    expect(session.state).toBe("closed");
  });

  it("by the router is answered with goodbye_and_out", () => {
    const session = established();
    expect(session.receive(GOODBYE)).toEqual({
      ...GOODBYE,
      reply: { type: "GOODBYE", details: {}, reason: "wamp.close.goodbye_and_out" },
    });
    expect(session.state).toBe("closed");
  });

  it("by an ABORT of either side ends the session at once", () => {
    const theirs = established();
    expect(theirs.receive(ABORT)).toEqual(ABORT);
    expect(theirs.state).toBe("closed");
    const ours = established();
    expect(ours.abort("wamp.error.protocol_violation", "what was wrong")).toEqual({
      type: "ABORT",
      details: { message: "what was wrong" },
      reason: "wamp.error.protocol_violation",
    });
    expect(ours.state).toBe("closed");
    expect(established().abort("wamp.error.protocol_violation", "\ud83d?").details).toEqual({
      message: "\ufffd?",
    });
  });

  it("ignores messages that were still in flight", () => {
    const session = established();
    send(session, "CALL", "handler");
    session.abort("wamp.error.protocol_violation", "");
    for (const message of [EVENT, result(1), GOODBYE, WELCOME]) {
      expect(session.receive(message)).toBeUndefined();
    }
    expect(session.lost()).toEqual(["handler"]);
  });

  it("@G7 by loss returns every pending handler once, in order", () => {
    const session = established();
    for (const kind of KINDS) send(session, kind, kind);
    session.receive(subscribed(3));
    expect(session.lost()).toEqual(["CALL", "PUBLISH", "UNSUBSCRIBE", "REGISTER", "UNREGISTER"]);
    expect(session.state).toBe("closed");
    expect(session.pending).toBe(0);
    expect(session.lost()).toEqual([]);
  });
});

it("@G7 every handler comes back exactly once, in any sequence of requests, answers, refusals, forgets and losses", () => {
  const action = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant("send" as const), kind: fc.constantFrom(...KINDS) }),
    },
    fc.record({ do: fc.constantFrom("answer" as const, "refuse" as const), which: fc.nat() }),
    fc.record({ do: fc.constantFrom("forget" as const, "progress" as const), which: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const session = established();
      const sent: { kind: Kind; handler: string }[] = [];
      const back: string[] = [];
      const take = (message: RouterMessage) => {
        const event = session.receive(message);
        if (event?.type === "ANSWER" && !isProgress(event.message)) back.push(event.handler);
      };
      for (const step of actions) {
        if (step.do === "send") {
          const handler = `handler ${sent.length + 1}`;
          expect(send(session, step.kind, handler).request).toBe(sent.length + 1);
          sent.push({ kind: step.kind, handler });
        } else if (sent.length > 0) {
          const index = step.which % sent.length;
          const { kind, handler } = sent[index] as (typeof sent)[number];
          const before = session.pending;
          if (step.do === "answer") take(answers[kind](index + 1));
          if (step.do === "refuse") take(error(kind, index + 1));
          if (step.do === "progress" && kind === "CALL") take(result(index + 1, { progress: true }));
          if (step.do === "forget") {
            session.forget(request(index + 1));
            if (session.pending < before) back.push(handler);
          }
        }
        expect(session.pending).toBe(sent.length - back.length);
      }
      back.push(...session.lost());
      expect(back.toSorted()).toEqual(sent.map(({ handler }) => handler).toSorted());
    }),
  );
});
