import type { ChatMessage, DemoSession } from "../api.js";
import { byId, colour, make, say } from "../page/dom.js";
import { addToLog } from "../page/log.js";

const topic = "com.example.chat";

/** Shows the part of the page in which tabs write to each other. */
export async function showChat(session: DemoSession, name: string): Promise<void> {
  const log = byId("chat-log", HTMLElement);
  const text = byId("chat-text", HTMLInputElement);
  const echo = byId("chat-echo", HTMLInputElement);
  const send = byId("chat-send", HTMLButtonElement);
  const sent = new Set<string>();
  const published = counter("chat-sent");
  const echoed = counter("chat-echoed");
  const received = counter("chat-received");

  await session.subscribe(topic, ({ args: [message] }) => {
    const isEcho = sent.has(message.id);
    (isEcho ? echoed : received)();
    addToLog(log, isEcho ? bubble(message, "echoed", "came back to this tab") : bubble(message, "theirs"));
  });

  const publish = async (message: ChatMessage, excludeMe: boolean): Promise<void> => {
    const shown = bubble(message, "mine", excludeMe ? "sent to the other tabs" : "sent to all tabs");
    addToLog(log, shown);
    sent.add(message.id);
    published();
    try {
      await session.publish(topic, [message], { excludeMe });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      shown.append(make("p", "note error", `Not sent: ${why}`));
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

function bubble({ from, text }: ChatMessage, kind: "mine" | "theirs" | "echoed", note?: string): HTMLElement {
  const item = make("div", kind, make("p", "who", from), make("p", "text", text));
  if (note !== undefined) item.append(make("p", "note", note));
  colour(item, from);
  return item;
}

function counter(id: string): () => void {
  const figure = byId(id, HTMLElement);
  let count = 0;
  return () => {
    count += 1;
    say(figure, String(count));
  };
}
