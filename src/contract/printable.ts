const CONTROLS = /\p{Cc}/gu;

/** Escapes the control characters of a text that a peer has chosen, to show it in one line. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
