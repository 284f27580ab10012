// The part of some packages that the benchmark uses: they have no types, or are installed only when it runs.

declare module "autobahn" {
  interface Serializer {
    readonly SERIALIZER_ID: string;
  }
  export interface Session {
    call(procedure: string, args: unknown[]): Promise<unknown>;
    subscribe(topic: string, handler: (args: unknown[]) => void): Promise<unknown>;
    publish(topic: string, args: unknown[]): void;
  }
  interface ConnectionOptions {
    readonly url: string;
    readonly realm: string;
    readonly serializers: readonly Serializer[];
    readonly use_es6_promises: boolean;
    readonly max_retries: number;
    readonly initial_retry_delay: number;
    readonly max_retry_delay: number;
  }
  interface Connection {
    onopen: (session: Session) => void;
    onclose: (reason: string) => boolean;
    open(): void;
  }
  const autobahn: {
    Connection: new (options: ConnectionOptions) => Connection;
    serializer: { JSONSerializer: new () => Serializer; MsgpackSerializer: new () => Serializer };
  };
  export default autobahn;
}

declare module "wampy" {
  interface Result {
    readonly argsList: unknown[];
  }
  export class Wampy {
    constructor(url: string, options: { realm: string; serializer: object; reconnectInterval: number });
    connect(): Promise<unknown>;
    call(procedure: string, args: unknown[]): Promise<Result>;
    subscribe(topic: string, handler: (event: Result) => void): Promise<unknown>;
    publish(topic: string, args: unknown[]): Promise<unknown>;
    setOptions(options: { onReconnectSuccess: () => void }): void;
  }
}

declare module "wampy/JsonSerializer.js" {
  export class JsonSerializer {}
}

declare module "wampy/MsgpackSerializer.js" {
  export class MsgpackSerializer {
    encode(message: unknown): Uint8Array;
  }
}

declare module "inherits" {
  const inherits: unknown;
  export = inherits;
}

declare module "buffer/" {
  export const Buffer: object;
}
