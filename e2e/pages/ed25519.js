// The file that the worker beside it loads.
export { algorithm, version } from "../../dist/ed25519.js";
