import { Component, inject, input, signal } from "@angular/core";
import { Greetings } from "./greetings";
import { Wamp } from "./wamp";

@Component({
  selector: "app-panel",
  imports: [Greetings],
  providers: [Wamp],
  template: `
    <section [attr.aria-label]="name()">
      <output>{{ wamp.failure() ?? wamp.status()?.state }}</output>
      <button (click)="greet()">Greet</button>
      <button (click)="countSessions()">Count</button>
      @if (count() !== undefined) {
        <p>{{ count() }} session</p>
      }
      <app-greetings [name]="name()" />
    </section>
  `,
})
export class Panel {
  readonly name = input.required<string>();
  protected readonly wamp = inject(Wamp);
  protected readonly count = signal<unknown>(undefined);

  protected greet(): void {
    this.wamp.session()?.publish("com.example.greeting", [this.name()]);
  }

  protected async countSessions(): Promise<void> {
    this.count.set(await this.wamp.session()?.call("wamp.session.count"));
  }
}
