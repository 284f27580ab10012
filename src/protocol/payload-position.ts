/** The positions of `Arguments` by the codes of the messages that have them. */
const POSITIONS: ReadonlyMap<unknown, number> = new Map([
  [/* ERROR */ 8, 5],
  [/* PUBLISH */ 16, 4],
  [/* EVENT */ 36, 4],
  [/* CALL */ 48, 4],
  [/* RESULT */ 50, 3],
  [/* INVOCATION */ 68, 4],
  [/* YIELD */ 70, 3],
]);

/**
 * Returns the number of envelope fields, including the code, that precede `Arguments` in a message of this type; `undefined` for a type
 * that carries no payload and for an unknown code. It does not use the table of all messages, which the file of a serializer does not need.
 */
export function payloadPosition(code: unknown): number | undefined {
  return POSITIONS.get(code);
}
