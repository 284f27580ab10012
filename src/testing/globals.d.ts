// Shared by browsers, workers and Node and not part of ES2023: the fakes clone as a port does.
declare function structuredClone<Value>(
  value: Value,
  options?: { readonly transfer?: readonly ArrayBuffer[] },
): Value;
declare function queueMicrotask(task: () => void): void;
