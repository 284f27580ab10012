// npm run matrix: writes what the last browser tests have shown of the routers' features into docs/routers.md. Each run of the browser
// tests compares the two.
import { writeMatrix } from "./feature-matrix.mjs";

await writeMatrix();
