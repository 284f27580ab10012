import type { ClientEnvironment } from "../client/attach/environment.js";
import { createSessionRegistry } from "../client/session/session-registry.js";
import type { SessionRegistry } from "../client/session/session-registry.js";
import { createCodecs } from "../codec/codecs.js";
import { serializers } from "../codec/serializers.js";
import { isSessionLock } from "../contract/port.js";
import { createHub } from "../hub/hub.js";
import type { Locks } from "../web/locks.js";
import { servePort } from "../worker/serve-port.js";
import { customSerializers } from "./custom-serializers.js";
import type { BackgroundOptions } from "./options.js";
import type { Platform } from "./platform.js";

/** A hub within this context, in the place of that of the pages' worker, and the sessions of its only tab, which is this context. */
export interface BackgroundHub {
  readonly sessions: SessionRegistry;
  /** Tells whether another hub waits for a session of this one. */
  isAwaited(): Promise<boolean>;
  /** Tells whether nothing is left in the outbox that can be sent here. */
  isDrained(): Promise<boolean>;
}

/**
 * @param workerUrl URL of the pages' worker: a session that it has cannot be opened here
 * @param modules the modules of the application's serializers, by their names
 */
export function createBackgroundHub(
  platform: Platform,
  workerUrl: string,
  modules: BackgroundOptions["serializerModules"] = {},
): BackgroundHub {
  const { hub: parts, client } = platform;
  /** The locks of sessions that the hub has or waits for. */
  const claimed = new Set<string>();
  const locks: Locks = {
    hold: (name, lost) => {
      if (isSessionLock(name)) claimed.add(name);
      return platform.locks.hold(name, lost);
    },
    watch: (name, gone) => platform.locks.watch(name, gone),
  };
  const codecs = createCodecs([...serializers, ...customSerializers(modules)]);
  const hub = createHub({ ...parts, codecs, locks, workerUrl });
  const environment: ClientEnvironment = {
    ...client,
    locks: platform.locks,
    clock: parts.clock,
    random: parts.random,
    randomId: parts.randomId,
    defer: parts.defer,
    importSerializer: ({ name }) => Promise.resolve(modules[name] ?? {}),
    isHidden: () => false,
    onVisibility: () => undefined,
    // An attempt tells more.
    isOffline: () => false,
    onNetwork: () => undefined,
    hubHost: () => ({
      open: () => {
        const [port, hubPort] = platform.openChannel();
        servePort(hubPort, hub, Promise.resolve(), parts.defer);
        return Promise.resolve({
          url: workerUrl,
          port,
          codecUrls: [],
          failed: new Promise<never>(() => undefined),
          // The hub dies with this context.
          lost: () => new Promise(() => undefined),
          release: () => undefined,
        });
      },
    }),
  };
  return {
    sessions: createSessionRegistry(
      () => environment,
      () => platform.baseUrl,
    ),
    isDrained: () => hub.isDrained(),
    isAwaited: async () => {
      const awaited = await Promise.all([...claimed].map(platform.isAwaited));
      return awaited.includes(true);
    },
  };
}
