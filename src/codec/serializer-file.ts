import type { Serializer } from "./serializer.js";

/** Content of a file that the worker loads when it needs it. */
export interface FileContent {
  readonly version: number;
}

/** Content of the file of a serializer. */
export interface SerializerFile extends FileContent {
  readonly serializer: Serializer;
}

/** Place at which a file leaves its content: Parcel keeps the code of a file that it finds by its URL, but not its exports. */
const place = Symbol.for("wamp-mux serializer file");

type Places = typeof globalThis & { [place]?: FileContent | undefined };

export function leaveFile<Content extends FileContent>(content: Content): void {
  (globalThis as Places)[place] = content;
}

/** Takes away what the latest file has left. */
export function takeFile<Content extends FileContent>(): Content | undefined {
  const content = (globalThis as Places)[place];
  (globalThis as Places)[place] = undefined;
  // Its version is checked before anything of it is used.
  return content as Content | undefined;
}
