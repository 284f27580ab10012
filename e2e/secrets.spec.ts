import { freePort } from "../scripts/routers/index.mjs";
import { expect, joe, test } from "./support/fixtures.js";
import { needsFaults } from "./support/needs.js";
import { everythingStored } from "./support/stored.js";
import type { Tab } from "./support/tab.js";
import type { Tabs } from "./support/tabs.js";
import { wrongServers } from "./support/wrong-servers.js";

/** A part of every secret of these tests. */
const SECRET = "s3cret";

/** A tab whose worker has a console that the test can read. */
interface WatchedTab {
  readonly tab: Tab;
  /** Returns everything that anybody could have read: errors, warnings, statuses, consoles, the port's messages, inspect() and the database. */
  readonly seen: () => Promise<string>;
}

async function open(tabs: Tabs, options: Parameters<Tabs["blank"]>[0] = {}): Promise<WatchedTab> {
  const workerUrl = `${tabs.pages.origin}/e2e/pages/logging-worker.js`;
  const tab = await tabs.blank({ serializers: ["json"], retry: { initialDelay: 1 }, workerUrl, ...options });
  await tab.page.evaluate(() => {
    const recorder = window.kit.recorder<string>("seen");
    for (const method of ["debug", "log", "info", "warn", "error"] as const) {
      console[method] = (...parts: unknown[]) => recorder.add(parts.map(String).join(" "));
    }
    new BroadcastChannel("console").onmessage = ({ data }) => recorder.add(String(data));
    // The hello, the answer to a question and the request of reauthenticate() carry secrets to the worker; no other message does, and none
    // comes back.
    const post = Reflect.get(MessagePort.prototype, "postMessage") as () => void;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...args: [never]) {
      const message = args[0] as { readonly path?: readonly string[] };
      const isOpen = Array.isArray(message) || (message.path !== undefined && message.path[0] !== "attach");
      const shown = JSON.stringify(message, (_key, value: unknown) =>
        (value as { readonly kind?: unknown } | null)?.kind === "reauthenticate" ? "reauthenticate" : value,
      );
      if (isOpen) recorder.add(`to the worker: ${shown}`);
      Reflect.apply(post, this, args);
    };
    window.SharedWorker = class extends SharedWorker {
      constructor(...args: ConstructorParameters<typeof SharedWorker>) {
        super(...args);
        this.port.addEventListener("message", ({ data }) =>
          recorder.add(`from the worker: ${JSON.stringify(data)}`),
        );
      }
    };
  });
  return {
    tab,
    seen: async () => {
      const recorded = await tab.page.evaluate(async () => [
        ...window.kit.uncaught,
        ...window.kit.recorder<string>("seen").items,
        await window.session.inspect(),
      ]);
      return JSON.stringify([...recorded, await everythingStored(tab)]);
    },
  };
}

/** Behaviour of a function that is asked for a secret. */
type Outcome = "throws an error with fields" | "throws text" | "hangs" | "answers";

/**
 * Runs `connect` with options that may contain anything, and records everything that it and its session say.
 *
 * @param outcome puts such a function into the methods without a secret
 */
function connect({ tab }: WatchedTab, options: object, outcome?: Outcome): Promise<string[]> {
  return tab.page.evaluate(
    async ([options, outcome]) => {
      const recorder = window.kit.recorder<string>("seen");
      const print = (value: unknown) =>
        value instanceof Error
          ? `${value.stack ?? ""} ${JSON.stringify({ ...value, message: value.message, cause: String(value.cause) })}`
          : JSON.stringify(value);
      const secret = () => {
        if (outcome === "hangs") return new Promise<string>(() => undefined);
        if (outcome === "answers") return "s3cret";
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an application may do this
        if (outcome === "throws text") return Promise.reject("s3cret");
        return Promise.reject(Object.assign(new Error("no network"), { config: { password: "s3cret" } }));
      };
      const auth: unknown = Reflect.get(options, "auth");
      const completedOne = (method: object) => ({ secret, ...method });
      const completed =
        outcome === undefined
          ? options
          : { ...options, auth: Array.isArray(auth) ? auth.map(completedOne) : completedOne(auth as object) };
      try {
        const session = await (Reflect.apply(window.wampMux.connect, undefined, [completed]) as ReturnType<
          typeof window.wampMux.connect
        >);
        window.session = session;
        recorder.add(print(session.status));
        session.on("warning", (warning) => recorder.add(print(warning)));
        const ended = new Promise<void>((resolve) => {
          session.on("status", (status) => {
            recorder.add(print(status));
            if ("reason" in status) {
              recorder.add(print("error" in status.reason ? status.reason.error : status.reason));
              resolve();
            }
            if (status.state === "online") resolve();
          });
          if (session.status.state === "online") resolve();
        });
        session.ready.catch((error: unknown) => recorder.add(print(error)));
        await ended;
      } catch (error) {
        recorder.add(print(error));
      }
      return recorder.items;
    },
    [{ ...tab.options, ...options }, outcome] as const,
  );
}

test("@G15 no error, warning, status, log line or stored value shows a secret", async ({
  tabs,
  router,
  tap,
  pages,
}) => {
  const tab = await open(tabs);
  const silent = await wrongServers["a router that sends neither CHALLENGE nor WELCOME"]();
  const argon2 = pages.watch("argon2.js", "refuse");
  const ticket = { method: "ticket", authid: joe.authid } as const;
  const dead = `ws://127.0.0.1:${await freePort()}/`;
  let principals = 0;
  const paths: [what: string, options: object, outcome?: Outcome][] = [
    ["wrong ticket", { auth: { ...ticket, secret: SECRET } }],
    ["wrong password", { auth: { ...ticket, method: "wampcra", secret: SECRET } }],
    // Not every router has the method.
    ["wrong password that is hashed", { auth: { ...ticket, method: "wamp-scram", secret: SECRET } }],
    [
      "key of a stranger",
      { auth: { ...ticket, method: "cryptosign", secret: `${SECRET}${"A".repeat(37)}=` } },
    ],
    ["key that is none", { auth: { ...ticket, method: "cryptosign", secret: SECRET } }],
    ["misspelt ticket", { auth: { ...ticket, ticket: SECRET } }],
    ["unknown option", { password: SECRET }],
    ["secret instead of auth", { auth: SECRET }],
    ["secret of another type", { auth: { ...ticket, secret: [SECRET] } }],
    ["ticket with a lone surrogate", { auth: { ...ticket, secret: `${SECRET}\ud800` } }],
    ["ticket that looks binary", { auth: { ...ticket, secret: `\0${SECRET}` } }],
    ["URL that does not parse", { url: `ws//joe:${SECRET}@127.0.0.1/?token=${SECRET}` }],
    ["URL of another scheme", { url: `ftp://joe:${SECRET}@127.0.0.1/?token=${SECRET}` }],
    ["URL with a fragment", { url: `ws://127.0.0.1/?token=${SECRET}#${SECRET}` }],
    // WebKit does not tell that it refuses the port.
    ["refused URL", { url: `ws://joe:${SECRET}@127.0.0.1:25/?token=${SECRET}`, connectTimeout: 500 }],
    ["connection refused", { url: `${dead}?token=${SECRET}` }],
    ["connection refused, with a query", { url: dead, query: `token=${SECRET}` }],
    ["query that is no text", { query: { token: SECRET } }],
    ["function that throws", { auth: ticket }, "throws an error with fields"],
    ["function that throws text", { auth: ticket }, "throws text"],
    ["function that hangs", { url: `${tap.url}?token=${SECRET}`, auth: ticket, answerTimeout: 50 }, "hangs"],
    [
      "function that hangs beside a ticket",
      {
        auth: [
          { ...ticket, method: "wampcra" },
          { ...ticket, secret: SECRET },
        ],
        answerTimeout: 50,
      },
      "hangs",
    ],
    [
      "challenge that never comes",
      { url: silent.url, auth: { ...ticket, secret: SECRET }, connectTimeout: 200 },
    ],
    // Not every router has the method.
    ["file that is not loaded", { auth: { method: "scram", authid: joe.argon2, secret: SECRET } }],
    ["a session with a token", { url: `${tap.url}?token=${SECRET}`, linger: 0 }],
  ];

  for (const [, options, outcome] of paths) {
    await connect(tab, { principal: `user-${(principals += 1)}`, ...options }, outcome);
  }
  argon2.end();
  await silent.close();

  const lost = await tab.tab.listenForStatus("waiting");
  tap.drop();
  await lost();
  await tab.tab.waitForStatus("online");
  // A second tab with other options gets warnings.
  const sibling = await open(tabs, { principal: `user-${principals}`, linger: 1 });
  await connect(sibling, { url: `${tap.url}?token=${SECRET}-2` });
  const seen = (await tab.seen()) + (await sibling.seen());
  // The paths have been taken.
  for (const said of [
    "authentication_failed",
    "auth.ticket is a string",
    "No connection to",
    "no network",
    "There was no answer within 50 ms",
    "within 200 ms",
    ...(router.name === "nexus" ? [] : ["the algorithm argon2id could not be loaded"]),
    "linger",
    "from the worker: ",
    "to the worker: ",
  ]) {
    expect(seen.replaceAll("not_authorized", "authentication_failed")).toContain(said);
  }
  expect(seen).not.toContain(SECRET);
  expect(router.proxy.connections()).toBeGreaterThan(0);
});

test("@G15 no secret is shown when the tab that is asked dies and the next one answers", async ({
  tabs,
  router,
}) => {
  const [first, next] = [await open(tabs), await open(tabs)];
  const auth = [
    { method: "wampcra", authid: joe.authid },
    { method: "ticket", authid: joe.authid, secret: SECRET },
  ];
  const stateOf = ({ tab }: WatchedTab) => tab.page.evaluate(() => window.session?.status.state);
  // The page is closed before it has an answer.
  connect(first, { auth }, "hangs").catch(() => undefined);
  await expect.poll(() => stateOf(first)).toBe("authenticating");
  const told = connect(next, { auth }, "answers");
  await expect.poll(() => stateOf(next)).toBe("authenticating");
  const before = await first.seen();

  await first.tab.page.close();
  await told;
  // inspect() needs a session.
  await connect(next, { principal: "anonymous" });

  const after = await next.seen();
  expect(after).toMatch(/not_authorized|authentication_failed/);
  expect(before + after).not.toContain(SECRET);
  expect(router.proxy.connections()).toBeGreaterThan(0);
});

test("@G15 no secret of reauthenticate() is shown: one logs in, another is refused", async ({
  tabs,
  router,
}) => {
  const [tab, sibling] = [await open(tabs), await open(tabs)];
  await connect(tab, {});
  await connect(sibling, {});
  const reauthenticate = (secret: string) =>
    tab.tab.page.evaluate(
      async ([authid, secret]) => {
        const recorder = window.kit.recorder<string>("seen");
        const auth = { method: "ticket", authid, secret } as const;
        const outcome = await window.kit.outcome(window.session.reauthenticate(auth));
        recorder.add(JSON.stringify([outcome, window.session.status]));
        return outcome.ok;
      },
      [joe.authid, secret] as const,
    );

  expect(await reauthenticate(joe.ticket)).toBe(true);
  expect(await sibling.tab.status()).toMatchObject({ state: "online", authid: joe.authid });
  const lost = await sibling.tab.listenForStatus("waiting");
  router.proxy.drop();
  await lost();
  await sibling.tab.waitForStatus("online");
  expect(await reauthenticate(`${SECRET}-of-nobody`)).toBe(false);

  const seen = (await tab.seen()) + (await sibling.seen());
  expect(seen).toContain('\\"reauthenticate\\"');
  expect(seen).toContain("JoinError");
  for (const secret of [SECRET, joe.ticket]) expect(seen).not.toContain(secret);
});

test("@G15 a ticket is in no error of a session that is lost and refused", async ({ tabs, router }) => {
  const dev = needsFaults(router);
  const tab = await open(tabs);
  await connect(tab, { auth: { method: "ticket", authid: joe.authid, secret: joe.ticket } });
  const refused = dev.faults.abortNext("wamp.error.authentication_failed");
  const waiting = await tab.tab.listenForStatus("waiting");

  router.proxy.drop();

  await waiting();
  await tab.tab.waitForStatus("online");
  refused();
  expect(await tab.seen()).not.toContain(joe.ticket);
});
