import type { Session } from "wamp-mux";
import type { ChatMessage, DemoApi } from "./api.js";
import { addToLog, byId, colour, make } from "./dom.js";

const topic = "com.example.chat";

/** The part of the page in which tabs write to each other. */
export async function showChat(session: Session<DemoApi>, name: string): Promise<void> {
  const log = byId("chat-log", HTMLElement);
  const text = byId("chat-text", HTMLInputElement);
  const echo = byId("chat-echo", HTMLInputElement);
  const send = byId("chat-send", HTMLButtonElement);
  const sent = new Set<string>();
  const received = counter("chat-received");
  const echoed = counter("chat-echoed");
  const published = counter("chat-sent");

  await session.subscribe(topic, ({ args: [message], publication }) => {
    const isEcho = sent.has(message.id);
    (isEcho ? echoed : received)();
    addToLog(
      log,
      bubble(message, isEcho ? "echoed" : "theirs", `${isEcho ? "echo, " : ""}event ${publication}`),
    );
  });

  const publish = async (message: ChatMessage, excludeMe: boolean): Promise<void> => {
    const note = excludeMe ? "sent by this tab, not echoed" : "sent by this tab";
    const shown = bubble(message, "mine", note);
    addToLog(log, shown);
    sent.add(message.id);
    published();
    try {
      await session.publish(topic, [message], { excludeMe });
    } catch (error) {
      shown.classList.add("error");
      shown.append(make("p", "note", `Not sent: ${error instanceof Error ? error.message : String(error)}`));
    }
  };

  byId("chat-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void publish({ id: crypto.randomUUID(), from: name, text: text.value }, !echo.checked);
    text.value = "";
    text.focus();
  });
  for (const control of [text, echo, send]) control.disabled = false;
}

function bubble({ from, text }: ChatMessage, kind: "mine" | "theirs" | "echoed", note: string): HTMLElement {
  const item = make("div", kind, make("p", "who", from), make("p", "text", text), make("p", "note", note));
  colour(item, from);
  return item;
}

function counter(id: string): () => void {
  const figure = byId(id, HTMLElement);
  let count = 0;
  return () => {
    count += 1;
    figure.textContent = String(count);
  };
}
