// Prints the last line of CI: the counts of all suites of the last `npm test`.
import { sumResults } from "./results.mjs";

const { passed, failed } = sumResults();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
