import { describeLocks } from "../web/testing/locks-contract.js";
import { FakeLocks } from "./fake-locks.js";

describeLocks("FakeLocks", () => new FakeLocks());
