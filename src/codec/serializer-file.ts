import type { Serializer } from "./serializer.js";

/** Content of the file of a serializer. */
export interface SerializerFile {
  readonly version: number;
  readonly serializer: Serializer;
}

/** Place at which a file leaves its content: Parcel keeps the code of a file that it finds by its URL, but not its exports. */
const place = Symbol.for("wamp-mux serializer file");

type Places = typeof globalThis & { [place]?: SerializerFile | undefined };

export function leaveFile(content: SerializerFile): void {
  (globalThis as Places)[place] = content;
}

/** Takes away what the latest file has left. */
export function takeFile(): SerializerFile | undefined {
  const content = (globalThis as Places)[place];
  (globalThis as Places)[place] = undefined;
  return content;
}
