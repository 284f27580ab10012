import { useState } from "react";
import { options } from "./options";
import { useSession } from "./use-session";
import { useStatus } from "./use-status";
import { useSubscription } from "./use-subscription";

export function Panel({ name }) {
  // Options written in place, which are another object at every render.
  const { session, failure } = useSession({ ...options });
  const status = useStatus(session);
  const [count, setCount] = useState();
  return (
    <section aria-label={name}>
      <output>{failure === undefined ? status?.state : String(failure)}</output>
      <button onClick={() => session.publish("com.example.greeting", [name])}>Greet</button>
      <button onClick={async () => setCount(await session.call("wamp.session.count"))}>Count</button>
      {count === undefined ? null : <p>{count} session</p>}
      <Greetings name={name} session={session} />
    </section>
  );
}

function Greetings({ name, session }) {
  const [greetings, setGreetings] = useState([]);
  const { subscription } = useSubscription(session, "com.example.greeting", ({ args: [from] }) => {
    setGreetings((heard) => [...heard, `${name} hears ${from}`]);
  });
  return (
    <ul aria-busy={!subscription?.active}>
      {greetings.map((greeting, index) => (
        <li key={index}>{greeting}</li>
      ))}
    </ul>
  );
}
