import { byId } from "./dom.js";

/** A button that can be inactive. Unlike a `disabled` button, it keeps the focus then. */
export class Button {
  readonly #element: HTMLButtonElement;

  constructor(id: string, press: () => void) {
    this.#element = byId(id, HTMLButtonElement);
    this.#element.addEventListener("click", () => {
      if (this.#element.ariaDisabled !== "true") press();
    });
  }

  set enabled(enabled: boolean) {
    this.#element.ariaDisabled = String(!enabled);
  }

  set label(label: string) {
    this.#element.textContent = label;
  }
}
