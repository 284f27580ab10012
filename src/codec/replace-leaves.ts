/** Replaces the values inside lists and dictionaries in place, where `replacement` returns another one. Returns the value itself, or its replacement. */
export function replaceLeaves(value: unknown, replacement: (leaf: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return replacement(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const replaced = replaceLeaves(item, replacement);
      if (replaced !== item) value[index] = replaced;
    }
    return value;
  }
  const object = value as Record<string, unknown>;
  for (const key in object) {
    const item = object[key];
    const replaced = replaceLeaves(item, replacement);
    if (replaced !== item) setOwn(object, key, replaced);
  }
  return value;
}

/** Sets an own property. An assignment to `__proto__` would change the prototype instead. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
