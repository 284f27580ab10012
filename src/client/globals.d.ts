// The globals beyond ES2023 that browsers, workers and Node share and that the client below `browser` uses. The file is not published:
// in the package's declarations, these names refer to the application's own library.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(
    type: "abort",
    listener: () => void,
    options?: { readonly once?: boolean; readonly signal?: AbortSignal },
  ): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

interface URL {
  readonly href: string;
  readonly origin: string;
  readonly protocol: string;
  username: string;
  password: string;
}
declare const URL: {
  new (url: string, base?: string): URL;
  canParse(url: string, base?: string): boolean;
};

interface MessagePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  addEventListener(type: string, listener: unknown): void;
  removeEventListener(type: string, listener: unknown): void;
  start(): void;
  close(): void;
}

declare function structuredClone<Value>(value: Value): Value;
