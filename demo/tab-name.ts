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

export function randomName(): string {
  return `${oneOf(adjectives)} ${oneOf(animals)}`;
}

/** The hue in degrees that every tab shows for this name. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 7919;
  return hash % 360;
}

function oneOf(words: readonly string[]): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}
