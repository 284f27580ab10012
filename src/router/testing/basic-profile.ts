import { expect, it } from "vitest";

/** The client that the suite needs: raw messages of one connection. */
export interface ClientPort {
  send(...message: unknown[]): void;
  /** Returns the next message. Rejects if the connection is closed instead. */
  next(): Promise<unknown[]>;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
}

/** The router that the suite needs: it has the realm `realm1`, which anonymous sessions may join, and no realm `missing`. */
export interface RouterPort {
  /** Opens a connection; nothing has been sent on it. */
  connect(): Promise<ClientPort>;
}

const roles = { caller: {}, callee: {}, publisher: {}, subscriber: {} };
const topic = "com.example.suite.topic";
const procedure = "com.example.suite.add";
const args = [1, "two", null, { three: [3.5, true] }];
const kwargs = { key: "value" };

/** The Basic Profile, which every router must implement, as a contract suite for routers of all kinds. */
export function basicProfile(start: () => RouterPort | Promise<RouterPort>): void {
  const join = async (router: RouterPort): Promise<ClientPort> => {
    const client = await router.connect();
    client.send(1, "realm1", { roles });
    expect((await client.next())[0]).toBe(2);
    return client;
  };
  const pair = async (): Promise<[ClientPort, ClientPort]> => {
    const router = await start();
    return [await join(router), await join(router)];
  };

  it("answers HELLO with WELCOME: a session id and the roles of the router", async () => {
    const router = await start();
    const client = await router.connect();
    client.send(1, "realm1", { roles });
    const [type, session, details] = await client.next();
    expect([type, typeof session]).toEqual([2, "number"]);
    expect(details).toHaveProperty("roles.broker");
    expect(details).toHaveProperty("roles.dealer");
  });

  it("aborts a HELLO for a realm that does not exist", async () => {
    const router = await start();
    const client = await router.connect();
    client.send(1, "missing", { roles });
    expect(await client.next()).toEqual([3, expect.anything(), "wamp.error.no_such_realm"]);
    await client.closed;
  });

  it("ends the session for a request id out of sequence", async () => {
    const client = await join(await start());
    client.send(32, 7, {}, topic);
    await client.closed;
  });

  it("carries a call to the callee and its result back", async () => {
    const [callee, caller] = await pair();
    callee.send(64, 1, {}, procedure);
    const [, , registration] = await callee.next();
    caller.send(48, 1, {}, procedure, args, kwargs);
    const invocation = await callee.next();
    expect(invocation).toEqual([68, expect.any(Number), registration, {}, args, kwargs]);
    callee.send(70, invocation[1], {}, args, kwargs);
    expect(await caller.next()).toEqual([50, 1, {}, args, kwargs]);
  });

  it("carries the callee's ERROR to the caller", async () => {
    const [callee, caller] = await pair();
    callee.send(64, 1, {}, procedure);
    await callee.next();
    caller.send(48, 1, {}, procedure);
    const invocation = await callee.next();
    callee.send(8, 68, invocation[1], {}, "com.example.error", args, kwargs);
    expect(await caller.next()).toEqual([8, 48, 1, {}, "com.example.error", args, kwargs]);
  });

  it("answers a call of a procedure that is not registered with ERROR", async () => {
    const client = await join(await start());
    client.send(48, 1, {}, procedure);
    const answer = await client.next();
    expect([answer.slice(0, 3), answer[4]]).toEqual([[8, 48, 1], "wamp.error.no_such_procedure"]);
  });

  it("registers a procedure for one callee until that callee unregisters it", async () => {
    const [callee, other] = await pair();
    callee.send(64, 1, {}, procedure);
    const [, , registration] = await callee.next();
    other.send(64, 1, {}, procedure);
    const refused = await other.next();
    expect([refused.slice(0, 3), refused[4]]).toEqual([[8, 64, 1], "wamp.error.procedure_already_exists"]);
    callee.send(66, 2, registration);
    expect((await callee.next()).slice(0, 2)).toEqual([67, 2]);
    callee.send(66, 3, registration);
    const again = await callee.next();
    expect([again.slice(0, 3), again[4]]).toEqual([[8, 66, 3], "wamp.error.no_such_registration"]);
    other.send(64, 2, {}, procedure);
    expect((await other.next()).slice(0, 2)).toEqual([65, 2]);
  });

  it("carries a publication to the subscribers, but not to the publisher", async () => {
    const [subscriber, publisher] = await pair();
    for (const client of [subscriber, publisher]) client.send(32, 1, {}, topic);
    const [, , subscription] = await subscriber.next();
    await publisher.next();
    publisher.send(16, 2, { acknowledge: true }, topic, args, kwargs);
    const [type, request, publication] = await publisher.next();
    expect([type, request]).toEqual([17, 2]);
    expect(await subscriber.next()).toEqual([36, subscription, publication, {}, args, kwargs]);
    // The answer proves that no EVENT was in flight to the publisher before it.
    publisher.send(16, 3, { acknowledge: true }, topic);
    expect((await publisher.next()).slice(0, 2)).toEqual([17, 3]);
  });

  it("delivers no event after UNSUBSCRIBED", async () => {
    const [subscriber, publisher] = await pair();
    subscriber.send(32, 1, {}, topic);
    const [, , subscription] = await subscriber.next();
    subscriber.send(34, 2, subscription);
    expect((await subscriber.next()).slice(0, 2)).toEqual([35, 2]);
    publisher.send(16, 1, { acknowledge: true }, topic);
    await publisher.next();
    subscriber.send(34, 3, subscription);
    const again = await subscriber.next();
    expect([again.slice(0, 3), again[4]]).toEqual([[8, 34, 3], "wamp.error.no_such_subscription"]);
  });

  it("answers a PUBLISH to an invalid topic with ERROR only if it is acknowledged", async () => {
    const client = await join(await start());
    client.send(16, 1, {}, "wamp.topic");
    client.send(16, 2, { acknowledge: true }, "wamp.topic");
    const answer = await client.next();
    expect([answer.slice(0, 3), answer[4]]).toEqual([[8, 16, 2], "wamp.error.invalid_uri"]);
  });

  it("answers GOODBYE with GOODBYE and closes", async () => {
    const client = await join(await start());
    client.send(6, {}, "wamp.close.close_realm");
    expect(await client.next()).toEqual([6, expect.anything(), expect.stringMatching(/^wamp\.close\./)]);
    await client.closed;
  });

  it("forgets the registrations of a session that has left", async () => {
    const [callee, caller] = await pair();
    callee.send(64, 1, {}, procedure);
    await callee.next();
    callee.send(6, {}, "wamp.close.close_realm");
    await callee.closed;
    caller.send(48, 1, {}, procedure);
    expect((await caller.next())[4]).toBe("wamp.error.no_such_procedure");
  });
}
