import { expect, it } from "vitest";
import { fullRoles } from "../testing/raw-client.js";
import { memoryRouter } from "../testing/memory-router.js";

it("answers HELLO with WELCOME, announcing exactly its features", async () => {
  const router = memoryRouter();
  const client = router.connect();
  client.send(1, "realm1", { roles: fullRoles });
  const [code, session, details] = await client.next();
  expect(code).toBe(2);
  expect(session).toSatisfy((id) => Number.isInteger(id) && Number(id) >= 1 && Number(id) <= 2 ** 53);
  expect(details).toEqual({
    realm: "realm1",
    authid: expect.stringMatching(/^anonymous-\d+$/) as string,
    authrole: "anonymous",
    authmethod: "anonymous",
    authprovider: "static",
    agent: "wamp-mux development router",
    roles: {
      broker: {
        features: {
          publisher_identification: true,
          publisher_exclusion: true,
          subscriber_blackwhite_listing: true,
          pattern_based_subscription: true,
          event_history: true,
          event_retention: true,
          session_meta_api: true,
          payload_passthru_mode: true,
        },
      },
      dealer: {
        features: {
          caller_identification: true,
          call_canceling: true,
          call_timeout: true,
          progressive_call_results: true,
          pattern_based_registration: true,
          shared_registration: true,
          registration_revocation: true,
          session_meta_api: true,
          payload_passthru_mode: true,
        },
      },
    },
  });
});

it("answers HELLO for an unknown realm with ABORT no_such_realm and closes", async () => {
  const router = memoryRouter();
  const client = router.connect();
  client.send(1, "realm2", { roles: fullRoles });
  expect(await client.next()).toEqual([
    3,
    { message: 'there is no realm "realm2"' },
    "wamp.error.no_such_realm",
  ]);
  expect(await client.closed).toBe(1000);
});

it("passes no event from one realm to another", async () => {
  const router = memoryRouter({ realms: ["realm1", "realm2"] });
  const one = await router.join();
  const two = router.connect();
  two.send(1, "realm2", { roles: fullRoles });
  await two.next();
  await one.ask(32, {}, "com.example.topic");
  await two.ask(16, { acknowledge: true }, "com.example.topic");
  expect(await one.unread()).toEqual([]);
  expect(router.sessions().map(({ realm }) => realm)).toEqual(["realm1", "realm2"]);
});

it("answers GOODBYE with GOODBYE and closes", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.send(6, {}, "wamp.close.close_realm");
  expect(await client.next()).toEqual([6, {}, "wamp.close.goodbye_and_out"]);
  expect(await client.closed).toBe(1000);
  expect(router.sessions()).toEqual([]);
});

it("closes after the client's answer when the router sends GOODBYE first", async () => {
  const router = memoryRouter();
  const client = await router.join();
  router.faults.goodbye("wamp.close.logout", client.session);
  expect(await client.next()).toEqual([6, {}, "wamp.close.logout"]);
  expect(router.counts.open).toBe(1);
  client.send(6, {}, "wamp.close.goodbye_and_out");
  expect(await client.closed).toBe(1000);
});

it("ends the session on an ABORT of the client", async () => {
  const router = memoryRouter();
  const client = await router.join();
  client.send(3, {}, "wamp.error.protocol_violation");
  expect(await client.closed).toBe(1000);
  expect(router.sessions()).toEqual([]);
});
