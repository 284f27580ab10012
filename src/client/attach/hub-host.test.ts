import { WorkerStartError } from "../errors/worker-errors.js";
import { FakePage } from "../testing/fake-page.js";
import { hubHostSuite } from "./hub-host.suite.js";

hubHostSuite("fake page", () => {
  const [page, other] = [new FakePage(), new FakePage()];
  other.startFailure = () =>
    Promise.reject(new WorkerStartError("It does not start", { reason: "script", url: "broken" }));
  return { host: page.hubHost(undefined), broken: other.hubHost(undefined), kill: () => page.kill() };
});
