import { Component, effect, inject, input, signal } from "@angular/core";
import { Wamp } from "./wamp";

@Component({
  selector: "app-greetings",
  template: `
    {{ failure() }}
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
  protected readonly failure = signal<unknown>(undefined);
  protected readonly greetings = signal<readonly string[]>([]);

  constructor() {
    const { session } = inject(Wamp);
    effect((onCleanup) => {
      const subscribing = session()?.subscribe("com.example.greeting", ({ args: [from] }) =>
        this.greetings.update((heard) => [...heard, `${this.name()} hears ${from}`]),
      );
      subscribing?.then(
        () => this.listening.set(true),
        (error: unknown) => this.failure.set(error),
      );
      onCleanup(() => {
        subscribing?.then((subscription) => subscription.unsubscribe()).catch(() => {});
      });
    });
  }
}
