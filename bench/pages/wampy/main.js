import { JsonSerializer } from "wampy/JsonSerializer.js";
import { MsgpackSerializer } from "wampy/MsgpackSerializer.js";
import { Wampy } from "wampy";
import { REALM, RETRY_DELAY, expose } from "../page.js";

expose(async ({ url, serializer }) => {
  const wampy = new Wampy(url, {
    realm: REALM,
    serializer: serializer === "json" ? new JsonSerializer() : new MsgpackSerializer(),
    reconnectInterval: RETRY_DELAY,
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
