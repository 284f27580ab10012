/**
 * Returns what a name that is not known was probably meant to be: the entry of the known name that differs least from it, by two letters at
 * most, and by fewer in a short name. Case and the separators of `exclude_me` make no difference.
 * @param meanings the known names, each with the words for it
 */
export function likelyName(given: string, meanings: Readonly<Record<string, string>>): string | undefined {
  const name = normalized(given);
  let least = Math.min(2, Math.floor(name.length / 3)) + 1;
  let meaning: string | undefined;
  for (const [known, words] of Object.entries(meanings)) {
    const edits = distance(name, normalized(known), least - 1);
    if (edits < least) [least, meaning] = [edits, words];
  }
  return meaning;
}

function normalized(name: string): string {
  return name.replace(/[_-]/g, "").toLowerCase();
}

/** Counts the letters to insert, remove, replace or swap with their neighbours (Damerau–Levenshtein); above `limit` the count is not exact. */
function distance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1;
  if (from === to) return 0;
  const [a, b] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return distance(a, b, limit);
  if (limit === 0) return 1;
  const isSwapped = from[0] === to[1] && from[1] === to[0];
  const others = [distance(a, to, limit - 1), distance(from, b, limit - 1), distance(a, b, limit - 1)];
  if (isSwapped) others.push(distance(from.slice(2), to.slice(2), limit - 1));
  return 1 + Math.min(...others);
}
