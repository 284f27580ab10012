export interface Settings {
  /** The URL for `connect`. */
  readonly url: string;
  /** URL of the router itself; it differs from `url` if the demo's server has put its proxy in front of it. */
  readonly router: string;
  readonly realm: string;
}

/** Reads the settings from the demo's server, or, when it cannot be reached, those that the service worker has kept. */
export async function readSettings(): Promise<Settings> {
  const response = await fetch("./settings.json");
  if (!response.ok) throw new Error(`The demo's server has no settings: HTTP status ${response.status}`);
  const settings = (await response.json()) as Settings;
  // The server knows the path of its proxy, but not the name by which the page reaches it.
  return { ...settings, url: new URL(settings.url, location.href).href };
}
