// The last line of CI: what all test runners of the last `npm test` counted.
import { sumResults } from "./results.mjs";
import { root } from "./tools.mjs";

const { passed, failed } = sumResults(root);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
