/**
 * Returns a function that joins a computation with the same parameters if one is running: the next connection needs the key that the last
 * one was too slow for, and a second computation would delay both. Nothing is kept beyond the end of the computation.
 */
export function createRunning<Value>() {
  const running = new Map<string, Promise<Value>>();

  return (parameters: readonly unknown[], compute: () => Promise<Value>): Promise<Value> => {
    const name = JSON.stringify(parameters);
    const known = running.get(name);
    if (known !== undefined) return known;
    const begun = compute().finally(() => running.delete(name));
    running.set(name, begun);
    return begun;
  };
}
