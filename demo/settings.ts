export interface Settings {
  /** The URL for `connect`. */
  readonly url: string;
  /** URL of the router itself; it differs from `url` if the demo's server has put its proxy in front of it. */
  readonly router: string;
  readonly realm: string;
}

/** Reads the settings that the server has put into the page. */
export function readSettings(): Settings {
  return { url: read("wamp-url"), router: read("wamp-router"), realm: read("wamp-realm") };
}

function read(name: string): string {
  const content = document.querySelector(`meta[name=${name}]`)?.getAttribute("content");
  if (content === null || content === undefined)
    throw new Error(`The page does not have the setting ${name}`);
  return content;
}
