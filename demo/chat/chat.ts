import type { ChatMessage, DemoSession } from "../api.js";
import { sendInBackground } from "../app/background-sync.js";
import { notes } from "../outbox/notes.js";
import { byId, colour, make, say } from "../page/dom.js";
import { addToLog } from "../page/log.js";
import { showProblem } from "../page/problem.js";

const topic = "com.example.chat";

/**
 * Shows the part of the page in which tabs write to each other. Messages can be written at any time: without a connection, they wait in the
 * outbox.
 */
export async function showChat(session: DemoSession, name: string): Promise<void> {
  const log = byId("chat-log", HTMLElement);
  const text = byId("chat-text", HTMLInputElement);
  const echo = byId("chat-echo", HTMLInputElement);
  const send = byId("chat-send", HTMLButtonElement);
  const sent = new Set<string>();
  const published = counter("chat-sent");
  const echoed = counter("chat-echoed");
  const received = counter("chat-received");

  const publish = async (message: ChatMessage, excludeMe: boolean): Promise<void> => {
    const note = make("p", "note", "Not stored yet");
    const shown = bubble(message, "mine");
    shown.append(note);
    addToLog(log, shown);
    sent.add(message.id);
    const stored = (key: string): void => {
      notes.add(key, message.text).catch(showProblem);
      if (session.status.state === "online") return;
      say(note, "waits in the outbox");
      void sendInBackground();
    };
    try {
      await session.publish(topic, [message], {
        excludeMe,
        acknowledge: true,
        offline: "durable",
        onStored: stored,
      });
      say(note, excludeMe ? "sent to the other tabs" : "sent to all tabs");
      published();
    } catch (error) {
      note.classList.add("error");
      say(note, `Not sent: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  byId("chat-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    void publish({ id: crypto.randomUUID(), from: name, text: text.value }, !echo.checked);
    text.value = "";
    text.focus();
  });
  for (const control of [text, echo, send]) control.disabled = false;

  await session.ready;
  await session.subscribe(topic, ({ args: [message] }) => {
    const isEcho = sent.has(message.id);
    (isEcho ? echoed : received)();
    addToLog(log, isEcho ? bubble(message, "echoed", "came back to this tab") : bubble(message, "theirs"));
  });
  log.ariaBusy = "false";
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
