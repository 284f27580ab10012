// npm run consumers -- [words of a title]: packs the package and uses it as applications do, outside of the repository.
import { build } from "./build.mjs";
import { runSuite } from "./results.mjs";
import { run } from "./tools.mjs";

const words = process.argv.slice(2).join(" ");
const grep = words === "" ? [] : ["--grep", words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")];
const ok = runSuite(
  "consumers",
  () =>
    run(["tsc", "-b"]) &&
    build("production") &&
    run(["playwright", "test", "--config", "scripts/consumers/playwright.config.mjs", ...grep]),
);
process.exitCode = ok ? 0 : 1;
