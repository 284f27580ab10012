import type { DeadlineClock } from "../../contract/deadline.js";
import type { Notice } from "../../contract/notices.js";
import type { SerializerName } from "../../protocol/payload.js";
import type { Reattacher } from "../attach/reattacher.js";
import { orLate } from "../attach/within-time.js";
import type { PayloadCoder } from "../requests/payload-coder.js";
import type { Transcode } from "./notice-dispatcher.js";

/** The parts of a session that loading its codecs needs. */
interface LoaderContext {
  readonly coder: PayloadCoder;
  readonly clock: DeadlineClock;
  /** Time limit in milliseconds for a file. */
  readonly attachTimeout: number;
  readonly report: (error: unknown) => void;
  readonly hubs: Reattacher;
}

/** Loads the codecs of a session; the hub transcodes what uses one whose file cannot be loaded. */
export interface CodecLoader {
  /** Returns undefined if the codec is loaded; otherwise, the promise resolves with false if it could not be. */
  load(serializer: SerializerName): Promise<boolean> | undefined;
  /** Returns the serializers whose codecs could not be loaded. */
  unreadable(): readonly SerializerName[];
  /** Has the hub transcode what it sends, and the notices that are here already. Without an answer, these remain unreadable. */
  transcode(serializer: SerializerName): Transcode;
}

export function createCodecLoader({ coder, clock, attachTimeout, report, hubs }: LoaderContext): CodecLoader {
  const unreadable = new Set<SerializerName>();

  async function loaded(serializer: SerializerName, loading: Promise<void>): Promise<boolean> {
    loading.catch(report);
    const loads = loading.then(
      () => true,
      () => false,
    );
    const isLoaded = await orLate(clock, attachTimeout, loads, () => false);
    if (isLoaded) unreadable.delete(serializer);
    else unreadable.add(serializer);
    return isLoaded;
  }

  return {
    load: (serializer) => {
      const loading = coder.load(serializer);
      return loading && loaded(serializer, loading);
    },
    unreadable: () => [...unreadable],
    transcode: (serializer) => async (unread: readonly Notice[]) => {
      try {
        return await hubs.call((hub) => hub.transcode(serializer, unread));
      } catch {
        // The hub was lost, and the next one learns it from the hello.
        return [];
      }
    },
  };
}
