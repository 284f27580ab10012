import type { Dict } from "../../protocol/dict.js";
import type { EncodedPayload } from "./encoded-payload.js";
import type { MetaApi } from "./meta-api.js";

/**
 * The shape of the type that describes an application's API, for `connect<Api>()`. Both parts are optional.
 *
 * @example
 * interface Api {
 *   procedures: { "com.example.add2": { args: [number, number]; result: number } };
 *   topics: { "com.example.tick": { args: [number] } };
 * }
 * const session = await connect<Api>({ url: "wss://router.example/ws", realm: "realm1" });
 * console.log(await session.call("com.example.add2", [2, 3]));
 */
export interface ApiShape {
  /** Maps the URI of each procedure to `{ args, result, kwargs? }`. */
  readonly procedures?: object;
  /** Maps the URI of each topic to `{ args, kwargs? }`. */
  readonly topics?: object;
}

/** Every procedure and topic with values of an unknown type. */
export interface UnknownApi {
  /** Every procedure, with unknown arguments and results. */
  readonly procedures: {
    readonly [uri: string]: {
      /** Positional arguments. */
      args: readonly unknown[];
      /** The result. */
      result: unknown;
    };
  };
  /** Every topic, with unknown arguments. */
  readonly topics: {
    readonly [uri: string]: {
      /** Positional arguments. */
      args: readonly unknown[];
    };
  };
}

/**
 * The default API type of an application that does not describe its own: any URI is allowed, and every value is `unknown`, except those of
 * the procedures and topics of routers.
 */
export interface UntypedApi {
  /** Every procedure. */
  readonly procedures: UnknownApi["procedures"] & MetaApi["procedures"];
  /** Every topic. */
  readonly topics: UnknownApi["topics"] & MetaApi["topics"];
}

/** Adds those of the router's entries that the application does not describe itself. */
type WithMeta<Own, Meta> = string extends keyof Own ? Own : Own & Omit<Meta, keyof Own>;
type Procedures<Api> = Api extends { readonly procedures: infer P }
  ? WithMeta<P, MetaApi["procedures"]>
  : UntypedApi["procedures"];
type Topics<Api> = Api extends { readonly topics: infer T }
  ? WithMeta<T, MetaApi["topics"]>
  : UntypedApi["topics"];

/** URIs of an API's procedures. */
export type ProcedureUri<Api> = keyof Procedures<Api> & string;
/** URIs of an API's topics. */
export type TopicUri<Api> = keyof Topics<Api> & string;

type Args<Entry> = Entry extends { readonly args: infer A extends readonly unknown[] }
  ? A
  : readonly unknown[];
type Result<Entry> = Entry extends { readonly result: infer R } ? R : unknown;
type Kwargs<Entry> = Entry extends { readonly kwargs: infer K extends object } ? K : Dict;

/** Positional arguments of a procedure. */
export type ProcedureArgs<Api, Uri extends ProcedureUri<Api>> = Args<Procedures<Api>[Uri]>;
/** Keyword arguments of a procedure. */
export type ProcedureKwargs<Api, Uri extends ProcedureUri<Api>> = Kwargs<Procedures<Api>[Uri]>;
/** Result of a procedure. */
export type ProcedureResult<Api, Uri extends ProcedureUri<Api>> = Result<Procedures<Api>[Uri]>;
/** Positional arguments of a topic's events. */
export type TopicArgs<Api, Uri extends TopicUri<Api>> = Args<Topics<Api>[Uri]>;
/** Keyword arguments of a topic's events. */
export type TopicKwargs<Api, Uri extends TopicUri<Api>> = Kwargs<Topics<Api>[Uri]>;

/** Positional arguments, or the arguments of a message as they have arrived. */
export type Sendable<A extends readonly unknown[]> = Readonly<A> | EncodedPayload;

/** The parameters `args` and `options`; `args` may be omitted only if no argument is required. */
export type ArgsAndOptions<A extends readonly unknown[], Options> = [] extends A
  ? [args?: Sendable<A>, options?: Options]
  : [args: Sendable<A>, options?: Options];
