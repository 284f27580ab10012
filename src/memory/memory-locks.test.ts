import { locksSuite } from "../web/locks.suite.js";
import { MemoryLocks } from "./memory-locks.js";

locksSuite("MemoryLocks", () => new MemoryLocks());
