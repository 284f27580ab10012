/** A request to a page: calls the function with this text. */
export interface Command {
  readonly id: number;
  readonly source: string;
  readonly arg: unknown;
}

/** The answer of a page to a command. */
export interface Answer {
  readonly id: number;
  readonly ok: boolean;
  readonly value: unknown;
}

/**
 * Makes the functions that turn values into JSON and back, with a tag for what JSON lacks. Like the next function, it may use nothing
 * outside itself, since it is sent to pages as text.
 */
export function makeCodec() {
  type Tagged = Readonly<{ $: string; v?: unknown; type?: string }>;
  const pack = (value: unknown, inside: readonly unknown[] = []): unknown => {
    if (value === null || typeof value === "string" || typeof value === "boolean") return value;
    if (typeof value === "bigint") return { $: "bigint", v: String(value) };
    if (typeof value === "number") {
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
    }
    if (typeof value !== "object" || inside.includes(value)) return { $: "undefined" };
    const path = [...inside, value];
    if (Array.isArray(value)) return value.map((item) => pack(item, path));
    if (value instanceof Uint8Array) return { $: "bytes", v: [...value] };
    if (value instanceof Error) return { $: "error", v: [value.name, value.message, value.stack] };
    return { $: "object", v: Object.entries(value).map(([key, item]) => [key, pack(item, path)]) };
  };
  const unpack = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unpack);
    if (typeof value !== "object" || value === null) return value;
    const { $, v } = value as Tagged;
    switch ($) {
      case "bigint":
        return BigInt(v as string);
      case "number":
        return Number(v);
      case "bytes":
        return Uint8Array.from(v as number[]);
      case "error": {
        const [name, message, stack] = v as string[];
        return Object.assign(new Error(message), { name, stack });
      }
      case "object": {
        const made = {};
        for (const [key, item] of v as [string, unknown][]) {
          // An assignment to `__proto__` would set the prototype.
          const field = { value: unpack(item), enumerable: true, writable: true, configurable: true };
          Object.defineProperty(made, key, field);
        }
        return made;
      }
      default:
        return undefined;
    }
  };
  return { pack, unpack };
}

/** Runs first in every page: does what the test asks for by a WebSocket, whose address is in the fragment of the page's URL. */
export function obeyRemote(makeCodecHere: typeof makeCodec): void {
  const [, address] = /^#remote=(.*)$/.exec(location.hash) ?? [];
  if (address === undefined) return;
  const { pack, unpack } = makeCodecHere();
  let socket: WebSocket | undefined;

  const run = async ({ id, source, arg }: Command): Promise<Answer> => {
    try {
      const called = (0, eval)(`(${source})`) as (arg: unknown) => unknown;
      return { id, ok: true, value: pack(await called(unpack(arg))) };
    } catch (error) {
      return { id, ok: false, value: pack(error instanceof Error ? error : new Error(String(error))) };
    }
  };
  // A connection for each time that the page is shown, so that nothing keeps it from the back/forward cache.
  addEventListener("pageshow", ({ persisted }) => {
    const opened = new WebSocket(`ws://127.0.0.1:${address}${persisted ? "?persisted" : ""}`);
    opened.onmessage = async ({ data }) => {
      const answer = await run(JSON.parse(String(data)) as Command);
      opened.send(JSON.stringify(answer));
    };
    socket = opened;
  });
  addEventListener("pagehide", () => socket?.close());
}
