import { useState } from "react";
import { Panel } from "./Panel.jsx";

export function App() {
  const [shown, setShown] = useState({ Ada: true, Bob: true });
  const names = Object.keys(shown);
  return (
    <>
      {names.map((name) => (
        <label key={name}>
          <input
            type="checkbox"
            checked={shown[name]}
            onChange={({ target }) => setShown({ ...shown, [name]: target.checked })}
          />
          {name}
        </label>
      ))}
      {names.map((name) => shown[name] && <Panel key={name} name={name} />)}
    </>
  );
}
