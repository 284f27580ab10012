import type { ApiShape, UnknownApi, UntypedApi } from "../client/api/api-types.js";
import type { ConnectOptions } from "../client/api/connect-options.js";
import type { Session } from "../client/api/session.js";
import { TaskQueue } from "../memory/task-queue.js";
import { TimerClock } from "../memory/timer-clock.js";
import { coreOptionNames, parseCoreOptions } from "../router/core/core-options.js";
import { OptionChecks } from "../router/core/option-checks.js";
import { FaultyRouter } from "../router/faults/faulty-router.js";
import { RouterSockets } from "./router-sockets.js";
import { PAGE_URL, TestBrowser } from "./test-browser.js";
import type { TestConnect, TestRouter, TestRouterOptions, TestTab } from "./test-router.js";
import { reportUncaught } from "./report-uncaught.js";

const checks = new OptionChecks("createTestRouter");
const optionNames = [...coreOptionNames, "onError"];
/** Returns options whose serializers have URLs of the page, as in the application; the modules are those of the router. */
function ownModules<Options extends Partial<ConnectOptions>>(options: Options): Options {
  const { serializers } = options;
  if (!Array.isArray(serializers)) return options;
  const own = (serializers as NonNullable<ConnectOptions["serializers"]>).map((each) =>
    typeof each === "object" && "url" in each ? { ...each, url: PAGE_URL } : each,
  );
  return { ...options, serializers: own };
}

/** A name that no other host can have (RFC 6761, section 6.4). */
const ROUTER_URL = "ws://router.invalid/";

/** The page that stands for the one of the application under test. */
let page: TestTab | undefined;

/**
 * Takes the place of the package's `connect` in an application under test: connects to the test router that was created last. All calls
 * belong to one page, as in a browser. Tests mock the package by this module, which has all of its functions and classes.
 *
 * @throws Error without a test router, or after its `stop()`; otherwise the errors of the package's `connect`
 */
export const connect: TestConnect = (...given) =>
  page?.connect(...given) ??
  Promise.reject(new Error("There is no test router: call createTestRouter() first"));

/**
 * Creates a WAMP router in memory for unit tests, in Node, jsdom or a browser. Sessions behave as in the browser, because the code of the
 * client, of the worker and of the development router runs unchanged, in one process: only the worker's thread, the sockets, the storage and the
 * locks are replaced. Nothing needs time but deadlines and delays, which use the timers that are installed at that moment: real or fake.
 *
 * @param options realms, credentials, features
 * @throws TypeError for an invalid option
 * @example
 * const testRouter = createTestRouter();
 * const backend = await testRouter.connectPeer();
 * await backend.register("com.example.greet", () => "hello");
 * const session = await testRouter.connect();
 * console.log(await session.call("com.example.greet"));
 * await testRouter.stop();
 */
export function createTestRouter(options: TestRouterOptions = {}): TestRouter {
  const settings = parseCoreOptions(checks, checks.record("options", options, optionNames));
  const { onError = reportUncaught } = options;
  if (typeof onError !== "function") throw checks.wrong("onError", "a function", onError);
  // Never throws, as the platform's own never does: an assertion of the test must not stop the router.
  const report = (error: unknown): void => {
    try {
      onError(error);
    } catch (failure) {
      reportUncaught(failure);
    }
  };

  const clock = new TimerClock();
  const tasks = new TaskQueue(report);
  let lastSession = 0;
  let lastId = 0;
  const router = new FaultyRouter(settings, {
    after: (milliseconds, task) => clock.after(milliseconds, task),
    randomId: () => (lastSession += 1),
    random: () => 0.5,
  });
  const { faults, counter } = router;
  const network = new RouterSockets(router, settings, tasks.add);
  const outside = new RouterSockets(router, settings, tasks.add);
  router.resumed = () => {
    network.resume();
    outside.resume();
  };
  const randomId = (): string => `id-${(lastId += 1)}`;
  const platform = { clock, randomId, later: tasks.add, report };
  const custom = (options.serializers ?? []).filter((each) => typeof each !== "string");
  const browser = new TestBrowser(platform, network, custom);
  const sessions = new Set<Session<UnknownApi>>();
  const [firstRealm = ""] = settings.realms;
  let stopped: Promise<void> | undefined;

  function openTab(home: TestBrowser): TestTab {
    const registry = home.openPage();
    function connect<Api extends ApiShape = UntypedApi>(
      given?: Partial<ConnectOptions>,
    ): Promise<Session<Api>>;
    async function connect(
      given: Partial<ConnectOptions> = {},
      ...others: readonly unknown[]
    ): Promise<Session<UnknownApi>> {
      if (stopped !== undefined) throw new Error("The test router has been stopped");
      const { url = ROUTER_URL, realm = firstRealm, ...options } = given;
      const session = await registry.connect({ ...ownModules(options), url, realm }, ...others);
      sessions.add(session);
      await tasks.idle();
      return session;
    }
    return { connect };
  }

  async function reconnect(): Promise<void> {
    network.setOnline(true);
    // A session that is closed refuses, which its owner knows.
    for (const session of sessions) session.reconnectNow().catch(() => undefined);
    await tasks.idle();
  }

  async function leaveAll(): Promise<void> {
    faults.stall(false);
    await tasks.idle();
    await Promise.all([...sessions].map((session) => session.leave()));
    await tasks.idle();
    // A deadline may be left, such as that of a request whose answer was swallowed.
    clock.end();
  }

  const ownPage = openTab(browser);
  page = ownPage;
  const stop = (): Promise<void> => {
    if (page === ownPage) page = undefined;
    return (stopped ??= leaveAll());
  };
  return {
    connect: (...given) => openTab(browser).connect(...given),
    connectPeer: (...given) => openTab(new TestBrowser(platform, outside, custom)).connect(...given),
    openTab: () => openTab(browser),
    disconnect: () => {
      network.setOnline(false);
      return tasks.idle();
    },
    reconnect,
    settle: () => tasks.idle(),
    faults,
    counts: counter,
    resetCounts: () => {
      counter.reset();
    },
    sessions: () => router.sessions(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
