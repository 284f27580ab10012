// A global beyond ES2023 that browsers, workers and Node share: the fakes clone messages like a port.
declare function structuredClone<Value>(
  value: Value,
  options?: { readonly transfer?: readonly ArrayBuffer[] },
): Value;
declare function queueMicrotask(task: () => void): void;
// Tests of properties run in Node.
declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
