import { expect, it } from "vitest";
import { memoryRouter } from "../../testing/memory-router.js";
import type { RawClient } from "../../testing/raw-client.js";

type Ids = Record<"joe" | "sue" | "guest", number>;

const cases: Record<string, { options: (ids: Ids) => Record<string, unknown>; get: string[] }> = {
  "no restriction": { options: () => ({}), get: ["joe", "sue", "guest"] },
  exclude: { options: ({ joe }) => ({ exclude: [joe] }), get: ["sue", "guest"] },
  exclude_authid: { options: () => ({ exclude_authid: ["sue"] }), get: ["joe", "guest"] },
  exclude_authrole: { options: () => ({ exclude_authrole: ["anonymous"] }), get: ["joe", "sue"] },
  eligible: { options: ({ joe, guest }) => ({ eligible: [joe, guest] }), get: ["joe", "guest"] },
  "eligible, empty": { options: () => ({ eligible: [] }), get: [] },
  eligible_authid: { options: () => ({ eligible_authid: ["joe"] }), get: ["joe"] },
  eligible_authrole: { options: () => ({ eligible_authrole: ["user"] }), get: ["joe", "sue"] },
  "eligible and excluded at once": {
    options: ({ joe }) => ({ eligible_authrole: ["user"], exclude: [joe] }),
    get: ["sue"],
  },
};

it.each(Object.entries(cases))("delivers by %s", async (_name, { options, get }) => {
  const router = memoryRouter({ auth: { tickets: { joe: "1", sue: "2" } } });
  const clients = {
    joe: await withTicket(router.connect(), "joe", "1"),
    sue: await withTicket(router.connect(), "sue", "2"),
    guest: await router.join(),
  };
  const publisher = await router.join();
  for (const client of Object.values(clients)) await client.ask(32, {}, "com.example.topic");
  const ids = { joe: clients.joe.session, sue: clients.sue.session, guest: clients.guest.session };
  await publisher.ask(16, { acknowledge: true, ...options(ids) }, "com.example.topic");
  const got: string[] = [];
  for (const [name, client] of Object.entries(clients)) {
    if ((await client.unread()).length > 0) got.push(name);
  }
  expect(got).toEqual(get);
});

async function withTicket(client: RawClient, authid: string, ticket: string): Promise<RawClient> {
  client.send(1, "realm1", { roles: { subscriber: {} }, authmethods: ["ticket"], authid });
  await client.next();
  client.send(5, ticket, {});
  client.session = Number((await client.next())[1]);
  return client;
}
