// What browsers, workers and Node share and ES2023 lacks: the fakes clone as a port does.
declare function structuredClone<Value>(
  value: Value,
  options?: { readonly transfer?: readonly ArrayBuffer[] },
): Value;
declare function queueMicrotask(task: () => void): void;
