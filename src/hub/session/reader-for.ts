import type { Codecs } from "../../codec/codecs.js";
import { customOf } from "../../contract/session-config.js";
import type { SessionConfig } from "../../contract/session-config.js";
import { TabReader } from "../tab/tab-reader.js";
import type { JudgedHello } from "./admission.js";

/** Creates the reader of a tab, whose page loads no serializer of the application that its own options do not name. */
export function readerFor(
  codecs: Codecs,
  { serializers }: SessionConfig,
  { session, unreadable = [] }: JudgedHello,
): TabReader {
  const known = customOf(session.serializers).map(({ name }) => name);
  const unknown = customOf(serializers).flatMap(({ name }) => (known.includes(name) ? [] : [name]));
  return new TabReader(codecs, [...unreadable, ...unknown]);
}
