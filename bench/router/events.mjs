// The events of the bursts: `[index, content]`.

/** @typedef {"small" | "1 KiB" | "64 KiB binary"} Kind */

const kibibyte = "x".repeat(1024);

/**
 * @param {Kind} kind
 * @param {number} index
 * @returns {readonly unknown[]}
 */
export function eventArgs(kind, index) {
  switch (kind) {
    case "small":
      return [index, "sensor-17", 21.5];
    case "1 KiB":
      return [index, kibibyte];
    case "64 KiB binary":
      return [index, binary(65_536, index)];
  }
}

/**
 * Encodes binary data for JSON (WAMP, "Binary conversion of JSON strings"); MessagePack sessions get bytes from the router.
 *
 * @param {number} size
 * @param {number} index so that no two are the same
 */
function binary(size, index) {
  const bytes = Buffer.alloc(size, index & 0xff);
  bytes.writeUInt32BE(index);
  return `\0${bytes.toString("base64")}`;
}
