/** Text for a value that has none. */
export const NO_TEXT = "a value without a text";

/** Returns the text of a value that was thrown. Never throws, although the value may: it can be anything, such as an object without `toString`. */
export function textFromThrown(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return NO_TEXT;
  }
}
