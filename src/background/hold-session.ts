import type { UnknownApi } from "../client/api/api-types.js";
import type { ConnectOptions } from "../client/api/connect-options.js";
import type { Session as SessionOf } from "../client/api/session.js";
import { invalid } from "../client/errors/invalid.js";
import { TimeoutError } from "../client/errors/outcome-errors.js";
import { isWorkerStartError } from "../client/errors/worker-errors.js";
import type { Clock } from "../web/clock.js";
import { createBackgroundHub } from "./background-hub.js";
import type { BackgroundHub } from "./background-hub.js";
import type { BackgroundOptions, BackgroundOutcome } from "./options.js";
import type { Platform } from "./platform.js";

type Session = SessionOf<UnknownApi>;

const TIME_LIMIT = 60_000;

/** Milliseconds between two looks at the outbox, or for a page that waits for the session: it tries again and again, at least for a second. */
const LOOK = 100;

/** Does works in sessions, one after the other: to the first, the second's wait for the session's lock would look like that of a page. */
export function createSessionHolder(platformOf: () => Platform) {
  let earlier: Promise<unknown> = Promise.resolve();
  let platform: Platform | undefined;
  return async (
    given: BackgroundOptions,
    work: (session: Session) => unknown,
  ): Promise<BackgroundOutcome> => {
    const here = (platform ??= platformOf());
    const options = parse(given, here.baseUrl);
    const held = earlier.then(() => holdSession(here, options, work));
    earlier = held.catch(() => undefined);
    return held;
  };
}

/** Opens the session for some work and ends it with GOODBYE; see `withSession`. */
async function holdSession(
  platform: Platform,
  { workerUrl, timeLimit, serializerModules, ...others }: ReturnType<typeof parse>,
  work: (session: Session) => unknown,
): Promise<BackgroundOutcome> {
  const { clock } = platform.hub;
  const hub = createBackgroundHub(platform, workerUrl, serializerModules);
  const limit = timeLimitOf(clock, timeLimit);
  let session: Session | undefined;
  const leave = (): Promise<void> | undefined => session?.leave();
  try {
    const connecting = connect(hub, { ...others, workerUrl }).then((connected) => {
      session = connected;
      // It came too late.
      if (limit.isOver) void leave();
      return connected;
    });
    const held = await Promise.race([connecting, limit.over]);
    if (held === undefined) return "elsewhere";
    return await worked(clock, hub, held, work, limit.over);
  } finally {
    limit.end();
    await leave();
  }
}

/** Joins the session, or returns undefined while another hub has it. */
async function connect({ sessions }: BackgroundHub, options: ConnectOptions): Promise<Session | undefined> {
  try {
    return await sessions.connect(options);
  } catch (error) {
    if (isWorkerStartError(error) && error.reason === "elsewhere") return undefined;
    throw error;
  }
}

/** Does the work until it is done and the outbox drained, a page waits for the session, the session is closed, or the time is over. */
async function worked(
  clock: Clock,
  hub: BackgroundHub,
  session: Session,
  work: (session: Session) => unknown,
  over: Promise<never>,
): Promise<BackgroundOutcome> {
  const awaited = watchFor(clock, () => hub.isAwaited());
  const watches = [awaited];
  let isOver = false;
  /** Waits for the answers to what the pages have left, which the session has sent as soon as it had it. */
  const drain = async (): Promise<void> => {
    if ((await hub.isDrained()) || isOver) return;
    const watch = watchFor(clock, () => hub.isDrained());
    watches.push(watch);
    await watch.seen;
  };
  const closed = session.closed.then((reason) => {
    if ("error" in reason) throw reason.error;
    return "interrupted" as const;
  });
  const working = Promise.resolve(session)
    .then(work)
    .then(drain)
    .then(() => "done" as const);
  // Each may reject when the race is over.
  for (const each of [working, closed]) each.catch(() => undefined);
  try {
    const interrupted = awaited.seen.then(() => "interrupted" as const);
    return await Promise.race([working, interrupted, closed, over]);
  } finally {
    isOver = true;
    for (const watch of watches) watch.end();
  }
}

/** Looks again and again until `look` says so, or the watch ends. */
function watchFor(clock: Clock, look: () => Promise<boolean>) {
  let stop = (): void => undefined;
  let isOver = false;
  const seen = new Promise<void>((resolve) => {
    const again = (): void => {
      if (!isOver) stop = clock.after(LOOK, lookOnce);
    };
    const lookOnce = (): void => {
      // A browser that does not tell leaves the page waiting until the work is done.
      look().then((isSeen) => (isSeen ? resolve() : again()), again);
    };
    again();
  });
  const end = (): void => {
    isOver = true;
    stop();
  };
  return { seen, end };
}

/** Limits the time for everything. */
function timeLimitOf(clock: Clock, milliseconds: number) {
  let isOver = false;
  let stop = (): void => undefined;
  const over = new Promise<never>((_never, reject) => {
    stop = clock.after(milliseconds, () => {
      isOver = true;
      const message = `The work of withSession(), or the outbox, took longer than timeLimit, ${milliseconds} ms`;
      reject(new TimeoutError(message, { timeout: milliseconds, sent: true }));
    });
  });
  over.catch(() => undefined);
  return {
    over,
    get isOver() {
      return isOver;
    },
    end: () => stop(),
  };
}

function parse({ workerUrl, timeLimit = TIME_LIMIT, ...others }: BackgroundOptions, base: string) {
  return { ...others, workerUrl: parseWorkerUrl(workerUrl, base), timeLimit: parseTimeLimit(timeLimit) };
}

function parseWorkerUrl(given: unknown, base: string): string {
  const text = given instanceof URL ? given.href : given;
  if (typeof text === "string" && text !== "" && URL.canParse(text, base)) return new URL(text, base).href;
  throw invalid("withSession(): options.workerUrl", given, "the URL of the pages' shared worker");
}

function parseTimeLimit(given: unknown): number {
  if (typeof given === "number" && given > 0) return given;
  throw invalid("withSession(): options.timeLimit", given, "a number of milliseconds greater than 0");
}
