const adjectives = [
  "Amber",
  "Brave",
  "Calm",
  "Clever",
  "Gentle",
  "Keen",
  "Lively",
  "Lucky",
  "Merry",
  "Nimble",
  "Quiet",
  "Swift",
];
const animals = [
  "Badger",
  "Crane",
  "Falcon",
  "Fox",
  "Gecko",
  "Heron",
  "Ibex",
  "Lynx",
  "Marten",
  "Otter",
  "Raven",
  "Seal",
  "Tapir",
  "Vole",
  "Wren",
  "Yak",
];

/** The angle that keeps any number of successive hues apart. */
const GOLDEN_ANGLE = 137.5;
const turnKey = "wamp-mux-demo:turn";

/** Makes a name for a new tab. Successive tabs get different animals, and so different colours. */
export function newName(): string {
  const turn = Number(localStorage.getItem(turnKey));
  localStorage.setItem(turnKey, String((turn + 1) % animals.length));
  return `${adjectives[randomBelow(adjectives.length)]} ${animals[turn]}`;
}

/** Computes the hue, in degrees, that every tab shows for this name. */
export function hueOf(name: string): number {
  return animals.findIndex((animal) => name.endsWith(animal)) * GOLDEN_ANGLE;
}

function randomBelow(end: number): number {
  return Math.floor(Math.random() * end);
}
