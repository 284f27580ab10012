import type { Serializer } from "./serializer.js";

/** Content of a file that the worker loads when it needs it. */
export interface FileContent {
  readonly version: number;
}

/** Content of the file of a serializer. */
export interface SerializerFile extends FileContent {
  readonly serializer: Serializer;
}

/**
 * Place at which files leave their contents, by the names of these: Parcel keeps the code of a file that it finds by its URL, but not its
 * exports. Several may be loaded at the same time.
 */
const place = Symbol.for("wamp-mux files");

type Places = typeof globalThis & { [place]?: Map<string, FileContent> };

/** @param name the name of the serializer or algorithm */
export function leaveFile<Content extends FileContent>(name: string, content: Content): void {
  ((globalThis as Places)[place] ??= new Map()).set(name, content);
}

/** Returns the content that the latest file of this name has left. Its version is checked before anything of it is used. */
export function leftFile<Content extends FileContent>(name: string): Content | undefined {
  return (globalThis as Places)[place]?.get(name) as Content | undefined;
}
