// npm run nightly: makes many more runs of the property tests than npm test does. Options: --factor N (20), --seed N (random), further
// words are names of test files.
import { parseArgs } from "node:util";
import { run } from "./tools.mjs";

const { values, positionals } = parseArgs({
  options: { factor: { type: "string", default: "20" }, seed: { type: "string" } },
  allowPositionals: true,
});
const seed = values.seed ?? String(Math.floor(Math.random() * 2 ** 31));
console.log(`${values.factor} times the usual runs, with the seed ${seed}`);
const files = positionals.length > 0 ? positionals : ["property.test.ts", "fuzz.test.ts"];
const hours = 3_600_000;
const ok = run(["vitest", "run", `--testTimeout=${2 * hours}`, ...files], {
  env: { PROPERTY_FACTOR: values.factor, PROPERTY_SEED: seed },
});
if (!ok) console.log(`To repeat it: npm run nightly -- --factor ${values.factor} --seed ${seed}`);
process.exitCode = ok ? 0 : 1;
