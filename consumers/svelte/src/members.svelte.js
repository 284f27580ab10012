import { get, writable } from "svelte/store";
import { showMembers } from "../members.js";

function inState(value) {
  const held = $state(value);
  return held;
}

function inDeepState(value) {
  const held = $state({ value });
  return held.value;
}

showMembers({
  $state: inState,
  "deep $state": inDeepState,
  store: (value) => get(writable(value)),
});
