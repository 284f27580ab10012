import type { Arguments } from "../../codec/serializer.js";
import type { Payload } from "../../protocol/payload.js";
import type { EncodedPayload } from "../api/encoded-payload.js";

/** The same symbol in every realm and every copy of this package. */
const brand = Symbol.for("wamp-mux.payload");

interface Branded {
  /** Returns the object itself, without the Proxy that a framework has put around it. */
  readonly [brand]: () => EncodedPayload;
}

/** Tells whether a value is an encoded payload, of this or another copy of the package. */
export function isEncodedPayload(value: unknown): value is EncodedPayload & Branded {
  return typeof value === "object" && value !== null && brand in value;
}

/**
 * The encoded payloads that a session has received. Only these are sent as they are: the session's router has read, or passed on, what it
 * will get again, whereas the application or another router may have written anything.
 */
export class EncodedPayloads {
  readonly #own = new WeakMap<object, { readonly payload: Payload; failure?: unknown }>();

  /** Makes the application's view of a payload. `decode` may throw. */
  add(payload: Payload, decode: () => Arguments): EncodedPayload {
    const entry: { readonly payload: Payload; failure?: unknown } = { payload };
    let decoded: Arguments | undefined;

    function read(): Arguments {
      if (entry.failure instanceof Error) throw entry.failure;
      try {
        return (decoded ??= decode());
      } catch (error) {
        entry.failure = error;
        throw error;
      }
    }

    const view: EncodedPayload & Branded = {
      serializer: payload.serializer,
      get data() {
        // The bytes that a relay sends do not change.
        return payload.data.slice();
      },
      get args() {
        return read().args;
      },
      get kwargs() {
        return read().kwargs;
      },
      [brand]: () => view,
    };
    Object.setPrototypeOf(view, { [Symbol.toStringTag]: "EncodedPayload" });
    this.#own.set(view, entry);
    return view;
  }

  /** Returns the payload of a view that this session has made. */
  find(view: EncodedPayload): Payload | undefined {
    return isEncodedPayload(view) ? this.#own.get(view[brand]())?.payload : undefined;
  }

  /** Tells whether an error is the one for which a payload could not be decoded. */
  isFailure(view: EncodedPayload | undefined, error: unknown): boolean {
    const failure = view && this.#own.get(view)?.failure;
    return failure !== undefined && failure === error;
  }
}
