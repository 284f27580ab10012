import type { Dict } from "../../protocol/dict.js";

/**
 * What an application's API must look like; each part may be left out.
 *
 * @example
 * interface Api {
 *   procedures: { "com.example.add2": { args: [number, number]; result: number } };
 *   topics: { "com.example.tick": { args: [number] } };
 * }
 * const session = await connect<Api>({ … });
 */
export interface ApiShape {
  /** URI → `{ args, result, kwargs? }`. */
  readonly procedures?: object;
  /** URI → `{ args, kwargs? }`. */
  readonly topics?: object;
}

/** The API of an application that does not describe it: every URI is possible, every value `unknown`. */
export interface UntypedApi {
  readonly procedures: { readonly [uri: string]: { args: readonly unknown[]; result: unknown } };
  readonly topics: { readonly [uri: string]: { args: readonly unknown[] } };
}

type Procedures<Api> = Api extends { readonly procedures: infer P } ? P : UntypedApi["procedures"];
type Topics<Api> = Api extends { readonly topics: infer T } ? T : UntypedApi["topics"];

/** URIs of the procedures that an API has. */
export type ProcedureUri<Api> = keyof Procedures<Api> & string;
/** URIs of the topics that an API has. */
export type TopicUri<Api> = keyof Topics<Api> & string;

type Args<Entry> = Entry extends { readonly args: infer A extends readonly unknown[] }
  ? A
  : readonly unknown[];
type Kwargs<Entry> = Entry extends { readonly kwargs: infer K extends object } ? K : Dict;

/** Positional arguments of a procedure. */
export type ProcedureArgs<Api, Uri extends ProcedureUri<Api>> = Args<Procedures<Api>[Uri]>;
/** Keyword arguments of a procedure. */
export type ProcedureKwargs<Api, Uri extends ProcedureUri<Api>> = Kwargs<Procedures<Api>[Uri]>;
/** Result of a procedure. */
export type ProcedureResult<Api, Uri extends ProcedureUri<Api>> = Procedures<Api>[Uri] extends {
  readonly result: infer R;
}
  ? R
  : unknown;
/** Positional arguments of a topic's events. */
export type TopicArgs<Api, Uri extends TopicUri<Api>> = Args<Topics<Api>[Uri]>;
/** Keyword arguments of a topic's events. */
export type TopicKwargs<Api, Uri extends TopicUri<Api>> = Kwargs<Topics<Api>[Uri]>;

/** The parameters `args` and `options`; `args` may only be left out where there need not be any. */
export type ArgsAndOptions<A extends readonly unknown[], Options> = [] extends A
  ? [args?: Readonly<A>, options?: Options]
  : [args: Readonly<A>, options?: Options];
