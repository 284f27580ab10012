// Prints the end of CI: the tests that failed in the last `npm test`, and as the last line the counts of all suites.
import { sumResults } from "./results.mjs";

const { passed, failures } = sumResults();
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = passed > 0 && failures.length === 0 ? 0 : 1;
