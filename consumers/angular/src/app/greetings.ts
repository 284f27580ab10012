import { Component, DestroyRef, inject, input, signal } from "@angular/core";
import type { EventHandler } from "wamp-mux";
import { Wamp } from "./wamp";

@Component({
  selector: "app-greetings",
  template: `
    <ul [attr.aria-busy]="!listening()">
      @for (greeting of greetings(); track $index) {
        <li>{{ greeting }}</li>
      }
    </ul>
  `,
})
export class Greetings {
  readonly name = input.required<string>();
  protected readonly listening = signal(false);
  protected readonly greetings = signal<readonly string[]>([]);

  constructor() {
    const hear: EventHandler = ({ args: [from] }) =>
      this.greetings.update((heard) => [...heard, `${this.name()} hears ${from}`]);
    inject(Wamp)
      .subscribe("com.example.greeting", hear, inject(DestroyRef))
      .then(() => this.listening.set(true));
  }
}
