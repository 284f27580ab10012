import { isWampError } from "wamp-mux";
import type { Registration, Session } from "wamp-mux";
import type { DemoApi } from "./api.js";
import { addToLog, byId, colour, make } from "./dom.js";

const procedure = "com.example.greet";

/** The part of the page in which tabs call each other. */
export function showCalls(session: Session<DemoApi>, name: string): void {
  const offerButton = byId("offer", HTMLButtonElement);
  const callButton = byId("call", HTMLButtonElement);
  const offerState = byId("offer-state", HTMLElement);
  const log = byId("call-log", HTMLElement);
  let registration: Registration | undefined;
  let answered = 0;

  const show = (state: string): void => {
    const offered = registration !== undefined;
    offerButton.classList.toggle("on", offered);
    offerButton.textContent = offered ? "Stop offering it" : "Offer it here";
    offerState.textContent = state;
  };

  const offer = async (): Promise<void> => {
    const mine = await session.register(procedure, ([caller]) => {
      answered += 1;
      addToLog(log, entry(caller, "called, this tab answered", `call ${answered}`));
      return { by: name, count: answered };
    });
    registration = mine;
    show("This tab answers the calls.");
    void mine.ended.then((error) => {
      if (registration !== mine) return;
      registration = undefined;
      show(error === undefined ? "This tab does not offer it." : `No longer offered: ${error.message}`);
    });
  };

  const toggle = async (): Promise<void> => {
    try {
      if (registration === undefined) await offer();
      else await registration.unregister();
    } catch (error) {
      show(explain(error));
    }
  };

  const call = async (): Promise<void> => {
    const start = performance.now();
    try {
      const { by, count } = await session.call(procedure, [name]);
      const took = (performance.now() - start).toFixed(1);
      const who = by === name ? "answered, this tab itself" : "answered";
      addToLog(log, entry(by, who, `call ${count}, ${took} ms`));
    } catch (error) {
      const uri = isWampError(error) ? [make("span", "figure", error.uri)] : [];
      addToLog(log, make("p", "error", explain(error), ...uri));
    }
  };

  offerButton.addEventListener("click", () => void toggle());
  callButton.addEventListener("click", () => void call());
  offerButton.disabled = false;
  callButton.disabled = false;
}

function entry(who: string, what: string, figure: string): HTMLElement {
  const item = make("p", "", make("strong", "who", who), ` ${what}`, make("span", "figure", figure));
  colour(item, who);
  return item;
}

function explain(error: unknown): string {
  if (isWampError(error)) {
    if (error.uri === "wamp.error.no_such_procedure")
      return "Nobody offers it yet: offer it in one of the tabs.";
    if (error.uri === "wamp.error.procedure_already_exists") return "Another tab offers it already: call it.";
  }
  return error instanceof Error ? error.message : String(error);
}
