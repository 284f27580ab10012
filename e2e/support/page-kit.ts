import type * as WampMux from "wamp-mux";

/** Collects items that arrive one by one in the page, and tells when there are enough of them. */
export interface Recorder<T> {
  readonly items: T[];
  readonly add: (item: T) => void;
  readonly waitForCount: (count: number) => Promise<T[]>;
}

/** The data of an error that cross from the page to the test: its own fields, and those that every error has. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly isError: boolean;
  readonly hasStack: boolean;
  readonly [field: string]: unknown;
}

export type Outcome<T = unknown> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

export interface SeenEvent {
  readonly topic: string;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly publication: number;
  readonly retained: boolean;
}

export interface SeenInvocation {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly procedure: string;
  readonly caller: number | undefined;
}

/** The behaviour of a registered procedure. */
export type HandlerKind =
  /** Returns its arguments unchanged. */
  | "echo"
  /** Returns the sum of its arguments. */
  | "sum"
  /** Returns the name of the tab. */
  | "who"
  /** Sends the numbers from 1 to its first argument as progress, then returns that argument. */
  | "count"
  /** Answers when `kit.release(procedure)` is called; records an abort of its signal under `<procedure>!`. */
  | "hold";

type Handle = WampMux.Subscription | WampMux.Registration;

export interface Kit {
  readonly name: string;
  recorder<T>(name: string): Recorder<T>;
  /** The uncaught errors of this page. */
  readonly uncaught: string[];
  /** Remembers a handle, so that `endAll` ends it. */
  track<H extends Handle>(name: string, handle: H): H;
  end(name: string): Promise<void>;
  outcome<T>(promise: Promise<T>): Promise<Outcome<T>>;
  error(error: unknown): ErrorData;
  /** Starts an operation whose outcome `settled` returns later. */
  start(name: string, begin: () => Promise<unknown>): void;
  settled(name: string): Promise<Outcome>;
  isSettled(name: string): boolean;
  controller(name: string): AbortController;
  handler(
    kind: HandlerKind,
    procedure: string,
  ): (args: readonly unknown[], context: WampMux.InvocationContext) => unknown;
  /** Lets the oldest held invocation of a procedure answer. */
  release(procedure: string, value?: unknown): void;
  endAll(): Promise<void>;
}

declare global {
  interface Window {
    wampMux: typeof WampMux;
    session: WampMux.Session;
    kit: Kit;
  }
}

/** Runs in every page before the test uses it. It may use nothing outside itself, since it is sent as text. */
export function installKit(tabName: string): void {
  const recorders = new Map<string, Recorder<unknown>>();
  const handles = new Map<string, Handle>();
  const uncaught: string[] = [];
  const started = new Map<string, { promise: Promise<Outcome>; settled: boolean }>();
  const controllers = new Map<string, AbortController>();
  const held = new Map<string, ((value: unknown) => void)[]>();

  const makeRecorder = (): Recorder<unknown> => {
    const items: unknown[] = [];
    const waiters: { count: number; resolve: (items: unknown[]) => void }[] = [];
    return {
      items,
      add(item) {
        items.push(item);
        for (const waiter of waiters.splice(0)) {
          if (items.length >= waiter.count) waiter.resolve([...items]);
          else waiters.push(waiter);
        }
      },
      waitForCount: (count) =>
        items.length >= count
          ? Promise.resolve([...items])
          : new Promise((resolve) => waiters.push({ count, resolve })),
    };
  };
  const need = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`this tab has no ${what}`);
    return value;
  };
  // Fields that hold errors or functions do not cross to the test.
  const plain = (value: unknown): unknown => {
    try {
      return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
    } catch {
      // Nested too deeply to be turned into text, or circular.
      return Object.prototype.toString.call(value);
    }
  };

  const endHandle = (handle: Handle) =>
    "unsubscribe" in handle ? handle.unsubscribe() : handle.unregister();
  const note = (error: unknown) =>
    uncaught.push(
      `${tabName}: ${error instanceof Error ? `${error.message} ${error.stack}` : String(error)}`,
    );
  addEventListener("error", ({ error, message }) => note(error ?? message));
  addEventListener("unhandledrejection", ({ reason }) => note(reason));
  // The test asks the pages that are still there at its end.
  addEventListener("pagehide", () => {
    for (const error of uncaught.splice(0)) navigator.sendBeacon("/uncaught", error);
  });

  const kit: Kit = {
    name: tabName,
    uncaught,
    recorder: <T>(name: string) => {
      const recorder = recorders.get(name) ?? makeRecorder();
      recorders.set(name, recorder);
      return recorder as Recorder<T>;
    },
    track(name, handle) {
      handles.set(name, handle);
      return handle;
    },
    end: (name) => endHandle(need(handles.get(name), `handle ${name}`)),
    error(error) {
      const fields = error instanceof Error ? Object.entries(error) : [];
      return {
        ...Object.fromEntries(fields.map(([key, value]) => [key, plain(value)])),
        name: error instanceof Error || error instanceof DOMException ? error.name : typeof error,
        message: error instanceof Error || error instanceof DOMException ? error.message : String(error),
        isError: error instanceof Error,
        hasStack: error instanceof Error && typeof error.stack === "string" && error.stack.length > 0,
        isWampMuxError: error instanceof window.wampMux.WampMuxError,
      };
    },
    outcome: (promise) =>
      promise.then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, error: kit.error(error) }),
      ),
    start(name, begin) {
      const entry = { promise: kit.outcome(begin()), settled: false };
      void entry.promise.then(() => (entry.settled = true));
      started.set(name, entry);
    },
    settled: (name) => need(started.get(name), `started ${name}`).promise,
    isSettled: (name) => need(started.get(name), `started ${name}`).settled,
    controller(name) {
      const controller = controllers.get(name) ?? new AbortController();
      controllers.set(name, controller);
      return controller;
    },
    handler(kind, procedure) {
      return (args, context) => {
        kit.recorder<SeenInvocation>(procedure).add({
          args,
          kwargs: context.kwargs,
          procedure: context.procedure,
          caller: context.caller,
        });
        switch (kind) {
          case "echo":
            return window.wampMux.result(args, context.kwargs);
          case "sum":
            return args.reduce((sum: number, n) => sum + Number(n), 0);
          case "who":
            return tabName;
          case "count":
            for (let n = 1; n <= Number(args[0]); n += 1) context.progress?.([n]);
            return Number(args[0]);
          case "hold":
            context.signal.addEventListener("abort", () =>
              kit.recorder(`${procedure}!`).add(kit.error(context.signal.reason)),
            );
            return new Promise((resolve) => held.set(procedure, [...(held.get(procedure) ?? []), resolve]));
        }
      };
    },
    release(procedure, value) {
      const [first, ...others] = held.get(procedure) ?? [];
      held.set(procedure, others);
      need(first, `held invocation of ${procedure}`)(value);
    },
    async endAll() {
      for (const handle of handles.values()) await endHandle(handle);
      handles.clear();
    },
  };
  window.kit = kit;
  // WebKit 2.50 has no such symbol: an application brings its own.
  const { asyncDispose }: { readonly asyncDispose?: symbol } = Symbol;
  if (asyncDispose === undefined)
    Object.defineProperty(Symbol, "asyncDispose", { value: Symbol("asyncDispose") });
}
