// The part of Autobahn|JS that the tests use. DefinitelyTyped describes an older version, with `any`.
declare module "autobahn" {
  type Dict = Readonly<Record<string, unknown>>;

  export class Result {
    constructor(args: readonly unknown[], kwargs: Dict);
    readonly args: readonly unknown[];
    readonly kwargs: Dict;
  }

  export class WampError {
    constructor(error: string, args: readonly unknown[], kwargs: Dict);
    readonly error: string;
    readonly args: readonly unknown[];
    readonly kwargs: Dict;
  }

  export interface Event {
    readonly topic: string;
    readonly publication: number;
    readonly publisher: number | undefined;
  }

  export interface Invocation {
    readonly procedure: string;
    /** A function if the caller accepts progressive results. */
    readonly progress: ((args: readonly unknown[]) => void) | null;
  }

  export interface CancellableCall extends Promise<unknown> {
    /** Sends CANCEL. */
    cancel(options: { readonly mode: "kill" }): void;
  }

  export interface Serializer {
    readonly SERIALIZER_ID: string;
  }

  export interface Session {
    readonly id: number;
    /** Resolves with the argument itself if the result has just one, and with null if it is empty. */
    call(procedure: string, args: readonly unknown[], kwargs: Dict, options: Dict): CancellableCall;
    publish(
      topic: string,
      args: readonly unknown[],
      kwargs: Dict,
      options: Dict,
    ): Promise<{ readonly id: number }>;
    subscribe(
      topic: string,
      handler: (args: readonly unknown[], kwargs: Dict, event: Event) => void,
      options: Dict,
    ): Promise<unknown>;
    register(
      procedure: string,
      endpoint: (args: readonly unknown[], kwargs: Dict, invocation: Invocation) => Promise<Result>,
      options: Dict,
    ): Promise<unknown>;
  }

  export interface ConnectionOptions {
    readonly url: string;
    readonly realm: string;
    readonly serializers: readonly Serializer[];
    readonly authmethods: readonly string[];
    readonly use_es6_promises: boolean;
    readonly max_retries: number;
    readonly on_user_error: (error: unknown, message: string) => void;
  }

  export class Connection {
    constructor(options: ConnectionOptions);
    readonly isConnected: boolean;
    onopen: (session: Session, welcome: Dict) => void;
    /** Called with "unreachable", "lost" or "closed"; returns true to prevent another attempt. */
    onclose: (reason: string, details: { readonly reason: string | null }) => boolean;
    open(): void;
    close(): void;
  }

  const autobahn: {
    readonly Connection: typeof Connection;
    readonly Result: typeof Result;
    readonly Error: typeof WampError;
    readonly serializer: {
      readonly JSONSerializer: new () => Serializer;
      readonly MsgpackSerializer: new () => Serializer;
      readonly CBORSerializer: new () => Serializer;
    };
    readonly log: { warn: (...parts: unknown[]) => void };
  };
  export default autobahn;
}
