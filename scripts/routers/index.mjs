// The routers that run as processes of their own. The development router is not among them: each test starts one itself.
import { installCrossbar, startCrossbar } from "./crossbar.mjs";
import { installNexus, startNexus } from "./nexus.mjs";

export { crossbarPython } from "./crossbar.mjs";
export { RouterUnavailable, freePort } from "./process.mjs";

export const foreignRouters = {
  crossbar: { install: installCrossbar, start: startCrossbar },
  nexus: { install: installNexus, start: startNexus },
};
