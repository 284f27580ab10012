/**
 * Wraps an object as Vue's `reactive()` does: methods and getters have the proxy as `this`, and the values of members are wrapped as well,
 * if their tag is that of a plain object, an array or a collection, whatever their class. `tags` are further tags to wrap: a library may
 * be less careful than Vue.
 */
export function deepProxy<Value>(value: Value, tags: readonly string[] = []): Value {
  if (typeof value !== "object" || value === null) return value;
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  if (!["Object", "Array", "Map", "Set", ...tags].includes(tag)) return value;
  return new Proxy(value, {
    get: (target, key, receiver) => {
      const member: unknown = Reflect.get(target, key, receiver);
      const descriptor = Reflect.getOwnPropertyDescriptor(target, key);
      // A proxy has to return what a frozen object has.
      const isFixed = descriptor?.configurable === false && descriptor.writable === false;
      return isFixed ? member : deepProxy(member, tags);
    },
  });
}
