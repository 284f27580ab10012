// npm test: all that CI does, on a fresh clone too.
import { clearResults } from "./results.mjs";
import { root, run } from "./tools.mjs";

clearResults(root);
const ok = run(["scripts/setup.mjs"]) && run(["scripts/verify.mjs"]);
// Each router's tests run, whatever the other's did.
const routers = ok ? ["dev", "crossbar"].map((router) => run(["scripts/e2e.mjs", "--router", router])) : [];
process.exitCode = ok && !routers.includes(false) ? 0 : 1;
