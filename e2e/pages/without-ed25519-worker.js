// The package's worker in a browser without Ed25519.
import "./without-ed25519.js";
import "../../dist/worker.js";
