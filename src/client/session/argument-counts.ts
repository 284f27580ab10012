import type { OptionedRequest } from "../../contract/request-options.js";
import type { Session } from "../api/session.js";
import type { InvalidArgumentError } from "../errors/argument-errors.js";
import { isPlainObject, withMeaning } from "../errors/checks.js";
import { invalidType } from "../errors/invalid.js";
import { meantOption } from "../requests/wire-options.js";

/** A method by its parameters. */
interface Signature {
  readonly names: readonly string[];
  /** The request whose options it takes. */
  readonly kind?: OptionedRequest;
  /** Fails as the method does. */
  readonly fail: (error: InvalidArgumentError) => unknown;
}

const rejects = (error: InvalidArgumentError): Promise<never> => Promise.reject(error);
const failsToIterate = (error: InvalidArgumentError): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => rejects(error) }),
});
const throws = (error: InvalidArgumentError): never => {
  throw error;
};

const calling = ["procedure", "args", "options"];

/**
 * The methods of a session with parameters, as the types have them. The others take anything: they serve as listeners of the page, and what
 * inspects objects, such as an assertion library, calls a method `inspect` with its own arguments.
 */
const signatures: { readonly [Name in MethodNames<Session>]: Signature } = {
  on: { names: ["event", "listener"], fail: throws },
  call: { names: calling, kind: "call", fail: rejects },
  callResult: { names: calling, kind: "call", fail: rejects },
  callProgressive: { names: calling, kind: "call", fail: failsToIterate },
  publish: { names: ["topic", "args", "options"], kind: "publish", fail: rejects },
  subscribe: { names: ["topic", "handler", "options"], kind: "subscribe", fail: rejects },
  events: { names: ["topic", "options"], kind: "subscribe", fail: failsToIterate },
  register: { names: ["procedure", "handler", "options"], kind: "register", fail: rejects },
};

type MethodNames<T> = {
  [Name in keyof T]: T[Name] extends () => unknown
    ? never
    : T[Name] extends (...args: never[]) => unknown
      ? Name
      : never;
}[keyof T] &
  string;

/**
 * Makes the methods of a session refuse arguments that they do not have: JavaScript would drop them without a word, such as the options of
 * those who pass keyword arguments before them, as other clients of WAMP want it.
 */
export function refuseExtraArguments(session: object): void {
  for (const [name, { names, kind, fail }] of Object.entries<Signature>(signatures)) {
    const method = Reflect.get(session, name) as (...args: unknown[]) => unknown;
    const value = (...given: unknown[]): unknown => {
      const error = extraArgument(`${name}()`, names, given, kind);
      return error === undefined ? method.apply(session, given) : fail(error);
    };
    Object.defineProperty(session, name, { value, configurable: true, writable: true });
  }
}

/** Returns the error for the first argument that a method does not have. */
export function extraArgument(
  method: string,
  names: readonly string[],
  given: readonly unknown[],
  kind?: OptionedRequest,
): InvalidArgumentError | undefined {
  const at = given.findIndex((value, index) => index >= names.length && value !== undefined);
  if (at < 0) return undefined;
  const extra = given[at];
  const [option] = isPlainObject(extra) ? Object.keys(extra) : [];
  const meant = kind && option !== undefined ? meantOption(kind, option) : undefined;
  const expected = withMeaning(`no more than ${names.join(", ")}`, place(meant));
  return invalidType(`${method}: argument ${at + 1}`, extra, expected);
}

function place(meant: string | undefined): string | undefined {
  return meant === undefined || /\W/.test(meant) ? meant : `options.${meant}`;
}
