import { locksSuite } from "../web/locks.suite.js";
import { FakeLocks } from "./fake-locks.js";

locksSuite("FakeLocks", () => new FakeLocks());
