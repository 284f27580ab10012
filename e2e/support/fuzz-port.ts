/** Sends to the worker what the client never would: a page may run any code, and the port takes whatever is posted to it. */
export interface FuzzPort {
  /** Attaches tabs without a client to the page's session, and posts requests of arbitrary form; resolves when the worker has read them. */
  posts(seed: number, count: number, prefix: string): Promise<void>;
  /** Sends hellos with arbitrary configurations; resolves when each is answered. */
  hellos(seed: number, count: number): Promise<void>;
}

declare global {
  interface Window {
    fuzzPort: FuzzPort;
  }
}

/** Runs in every page before its own scripts. It may use nothing outside itself, since Playwright sends it as text. */
export function installFuzzPort(): void {
  type Dict = Record<string, unknown>;
  /** A message of comlink, as it crosses the port. */
  interface Message {
    readonly id: string;
    readonly path?: readonly string[];
    readonly argumentList?: readonly { readonly value: unknown }[];
    readonly value?: unknown;
  }
  /** A frame of the stream. */
  type Frame = readonly [taken: number, batch?: readonly unknown[]];
  let workerArguments: ConstructorParameters<typeof SharedWorker> | undefined;
  let hello: Dict | undefined;

  class WatchedWorker extends SharedWorker {
    constructor(...args: ConstructorParameters<typeof SharedWorker>) {
      super(...args);
      workerArguments = args;
    }
  }
  window.SharedWorker = WatchedWorker;
  const post = Reflect.get(MessagePort.prototype, "postMessage") as () => void;
  MessagePort.prototype.postMessage = function (this: MessagePort, ...args: [never]) {
    const { path, argumentList } = args[0] as Message;
    if (path?.[0] === "attach") hello ??= argumentList?.[0]?.value as Dict;
    Reflect.apply(post, this, args);
  };

  function isFrame(data: Frame | Message): data is Frame {
    return Array.isArray(data);
  }

  /** Writes a request as the client does, if it is a frequent one, or as an object. */
  function flat({ kind, ...fields }: Dict): readonly unknown[] {
    // Not a text of whatever the kind may be: that of a deep list is an error.
    if (typeof kind !== "string" || !["call", "publish", "begun", "yield"].includes(kind))
      return [{ kind, ...fields }];
    const { request, procedure, topic, options, payload, timeout, offline, invocation, progress } = fields;
    const { serializer, count, data } = Object(payload) as Dict;
    const encoded = [serializer, count, data];
    if (kind === "begun") return [kind, invocation];
    if (kind === "yield") return [kind, invocation, progress, ...encoded, options];
    return [kind, request, procedure ?? topic, options, ...encoded, timeout, offline];
  }

  /** Opens a port of its own to the worker, with the name of a tab whose lock is held for ever. */
  const openPort = async () => {
    if (workerArguments === undefined || hello === undefined) throw new Error("the page has not connected");
    const { port } = new SharedWorker(...workerArguments);
    const tab = `raw-${crypto.randomUUID()}`;
    await new Promise<void>((taken) => {
      void navigator.locks.request(`wamp-mux:tab:${tab}`, () => {
        taken();
        return new Promise(() => {});
      });
    });
    const answers = new Map<string, (answer: unknown) => void>();
    const invocations: unknown[] = [];
    port.addEventListener("message", ({ data }: MessageEvent<Frame | Message>) => {
      if (!isFrame(data)) return answers.get(data.id)?.(data.value);
      const [, batch] = data;
      if (batch === undefined) return;
      batch.forEach((field, index) => {
        if (field === "invocation") invocations.push(batch[index + 1]);
      });
      port.postMessage([1]);
    });
    port.start();
    let last = 0;
    const call = (method: string, value: unknown): Promise<unknown> =>
      new Promise((resolve) => {
        const id = `${tab}-${(last += 1)}`;
        answers.set(id, resolve);
        const argumentList = [{ type: "RAW", value }];
        try {
          port.postMessage({ id, type: "APPLY", path: [method], argumentList });
        } catch {
          // Nested too deeply for the port.
          resolve(undefined);
        }
      });
    /** Posts a batch; resolves when the worker has read it. */
    const send = async (flat: unknown, taken: unknown = 0): Promise<void> => {
      try {
        port.postMessage([taken, flat]);
      } catch {
        // Nested too deeply for the port.
      }
      await call("ping", undefined);
    };
    return { call, send, invocations, hello: { ...hello, tab } };
  };

  // The form of encoded arguments is judged. Their content is not: the client's own encoder has written it.
  const payloads: unknown[] = [
    undefined,
    null,
    7,
    "[1]",
    {},
    ...["", "[1]", "[1],{}"].flatMap((data, elements) =>
      [elements, 3, -1, "1", null].map((count) => ({ serializer: "json", count, data })),
    ),
    { serializer: "msgpack", count: 3, data: Uint8Array.of(0x90) },
    { serializer: "msgpack", count: 1, data: [0x90] },
    { serializer: "xml", count: 1, data: "<a/>" },
    { serializer: "msgpack", count: 1, data: "[]" },
    { serializer: "json", count: 1, data: Uint8Array.of(0x90) },
  ];
  const cloneable = (value: unknown) => {
    try {
      return structuredClone(value);
    } catch {
      return null;
    }
  };

  window.fuzzPort = {
    async posts(seed, count, prefix) {
      const raw = await openPort();
      await raw.call("attach", raw.hello);
      const valid = { serializer: "json", count: 1, data: "[1]" };
      const registering = { kind: "register", request: 1e6, registration: 1e6, procedure: `${prefix}.raw` };
      await raw.send([{ ...registering, options: {}, timeout: 2_000, offline: "wait" }]);
      for (let index = 0; index < count; index += 1) {
        const { chance, dict, list, pick, uri, value, options } = window.fuzzValues(seed + index, prefix);
        const odd = <T>(normal: T, strange: () => unknown): unknown =>
          chance(0.7) ? normal : cloneable(strange());
        const payload = () => odd(pick([valid, pick(payloads), pick(payloads)]), value);
        // Every invocation of its own procedure gets a strange answer.
        const invocation = () => odd(raw.invocations.shift() ?? index, value);
        const common = {
          request: odd(index + 1, value),
          options: odd(cloneable(chance(0.7) ? {} : options(["acknowledge", "match", "exclude_me"])), dict),
          timeout: odd(2_000, value),
          offline: odd("wait", value),
        };
        const target = () => odd(`${prefix}.${pick(["raw", "one"])}`, uri);
        const request = pick<() => Dict>([
          () => ({ kind: "call", ...common, procedure: target(), payload: payload() }),
          () => ({ kind: "call", ...common, procedure: `${prefix}.raw`, options: {}, payload: valid }),
          () => ({ kind: "publish", ...common, topic: target(), payload: payload() }),
          () => ({ kind: "subscribe", ...common, subscription: odd(index, value), topic: target() }),
          () => ({ kind: "register", ...common, registration: odd(index, value), procedure: target() }),
          () => ({ kind: "unsubscribe", request: common.request, subscription: odd(index - 3, value) }),
          () => ({ kind: "unregister", request: common.request, registration: odd(index - 3, value) }),
          () => ({ kind: "cancel", request: odd(index - 1, value), mode: odd("kill", value) }),
          () => ({ kind: "begun", invocation: invocation() }),
          () => ({
            kind: "yield",
            invocation: invocation(),
            progress: odd(false, value),
            options: odd(undefined, dict),
            payload: payload(),
          }),
          () => ({
            kind: "fail",
            invocation: invocation(),
            uri: odd("com.e2e.error", uri),
            details: odd({}, dict),
            payload: payload(),
          }),
          () => ({ kind: cloneable(value()), ...common }),
        ])();
        const written = chance(0.7) ? flat(request) : [request];
        // A list that is cut off, or that is anything.
        const cut = chance(0.03) ? written.slice(0, -1) : written;
        const taken = odd(0, () => pick([Infinity, NaN, -1, 1e9, value()]));
        await raw.send(chance(0.97) ? cut : cloneable(list()), taken);
      }
      await raw.call("leave", undefined);
    },

    async hellos(seed, count) {
      const say = async (index: number) => {
        const { chance, pick, value } = window.fuzzValues(seed + index, "com.e2e");
        const raw = await openPort();
        const config = { ...(Reflect.get(raw.hello, "session") as Dict) };
        const own = chance(0.5) ? { principal: `raw ${pick(["a", "b", "c"])}` } : {};
        for (const name of Object.keys(config)) {
          // Another address would be another session, and another realm is asked for rarely.
          const keeps = name === "urls" || (name === "realm" && chance(0.9));
          if (!keeps && chance(0.2)) config[name] = cloneable(value());
        }
        const auth = pick<unknown>([
          config["auth"],
          { method: "anonymous", authid: pick<unknown>(["\0bad", 7, "joe", null]) },
          {
            method: "ticket",
            authid: pick<unknown>(["\0bad", 7, "joe"]),
            secret: { literal: pick<unknown>(["\0x", 7]) },
          },
        ]);
        const answer = await raw.call("attach", { ...raw.hello, session: { ...config, auth, ...own } });
        const admitted = typeof answer === "object" && answer !== null && Reflect.get(answer, "ok") === true;
        // The worker closes the port of a tab that it has refused.
        if (admitted) await raw.call("leave", undefined);
      };
      for (let index = 0; index < count; index += 20) {
        await Promise.all(Array.from({ length: 20 }, (_, n) => say(index + n)));
      }
    },
  };
}
