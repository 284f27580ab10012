import { JsonSerializer } from "wampy/JsonSerializer.js";
import { MsgpackSerializer } from "wampy/MsgpackSerializer.js";
import { Wampy } from "wampy";
import { REALM, RETRY_DELAY, expose } from "../page.js";

/** Leaves undefined options out, as JSON does. Wampy writes them as a MessagePack extension, which routers refuse. */
class StrictMsgpackSerializer extends MsgpackSerializer {
  /**
   * @override
   * @param {unknown} message
   */
  encode(message) {
    return super.encode(JSON.parse(JSON.stringify(message)));
  }
}

expose(async ({ url, serializer, retryDelay = RETRY_DELAY }) => {
  const wampy = new Wampy(url, {
    realm: REALM,
    serializer: serializer === "json" ? new JsonSerializer() : new StrictMsgpackSerializer(),
    reconnectInterval: retryDelay,
  });
  await wampy.connect();
  return {
    call: async (procedure, args) => (await wampy.call(procedure, args)).argsList[0],
    subscribe: async (topic, onEvent) => {
      await wampy.subscribe(topic, ({ argsList }) => {
        onEvent(argsList);
      });
    },
    publish: (topic, args) => void wampy.publish(topic, args),
    onBack: (listener) => {
      wampy.setOptions({ onReconnectSuccess: listener });
    },
  };
});
