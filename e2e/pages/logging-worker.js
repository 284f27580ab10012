// The package's worker, with a console that tests can read.
import "./console-channel.js";
import "../../dist/worker.js";
