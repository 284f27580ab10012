import { byId } from "./dom.js";

/** A button that is not always of use. It keeps the focus when it is not, as `disabled` would not. */
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
