export interface Settings {
  /** Where `connect` connects to. */
  readonly url: string;
  /** The router itself; another URL than `url` when the demo's server has put its proxy before it. */
  readonly router: string;
  readonly realm: string;
}

/** What the server has put into the page. */
export function readSettings(): Settings {
  return { url: read("wamp-url"), router: read("wamp-router"), realm: read("wamp-realm") };
}

function read(name: string): string {
  const content = document.querySelector(`meta[name=${name}]`)?.getAttribute("content");
  if (content === null || content === undefined) throw new Error(`The page does not say its ${name}`);
  return content;
}
