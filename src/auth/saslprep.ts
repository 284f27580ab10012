/** The characters that stringprep removes (RFC 3454, B.1). */
const REMOVED = /\u034f|[\u180b-\u180d]|\u200d|[\ufe00-\ufe0f]|[\u00ad\u1806\u200b\u200c\u2060\ufeff]/gu;
/** Spaces other than the one of ASCII (C.1.2). */
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
/** Control, private-use, unassigned and surrogate characters, and those that are not for plain text (A.1, C.2 to C.9). */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u0340\u0341\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\ufff9-\ufffd\u2ff0-\u2ffb\u{1d173}-\u{1d17a}\u{e0001}\u{e0020}-\u{e007f}]/u;
/** Characters of scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LEFT_TO_RIGHT =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * Normalizes a user name or a password (SASLprep, RFC 4013), so that it is the same however it was typed. Throws for one that has
 * characters which are not allowed, without quoting it.
 * @param what names the text in the error
 */
export function saslprep(text: string, what: string): string {
  const normalized = text.replace(SPACES, " ").replace(REMOVED, "").normalize("NFKC");
  if (PROHIBITED.test(normalized))
    throw new Error(`the ${what} has a character that SASLprep (RFC 4013) prohibits`);
  if (RIGHT_TO_LEFT.test(normalized)) {
    const ends = [normalized.at(0) ?? "", normalized.at(-1) ?? ""];
    if (LEFT_TO_RIGHT.test(normalized) || !ends.every((end) => RIGHT_TO_LEFT.test(end)))
      throw new Error(`the ${what} mixes both directions of writing, which SASLprep (RFC 4013) prohibits`);
  }
  return normalized;
}
