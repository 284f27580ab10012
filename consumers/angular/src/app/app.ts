import { Component, signal } from "@angular/core";
import { Panel } from "./panel";

@Component({
  selector: "app-root",
  imports: [Panel],
  template: `
    @for (name of ["Ada", "Bob"]; track name) {
      <label>
        <input type="checkbox" [checked]="shown()[name]" (change)="toggle(name)" />
        {{ name }}
      </label>
    }
    @for (name of ["Ada", "Bob"]; track name) {
      @if (shown()[name]) {
        <app-panel [name]="name" />
      }
    }
  `,
})
export class App {
  protected readonly shown = signal<Readonly<Record<string, boolean>>>({ Ada: true, Bob: true });

  protected toggle(name: string): void {
    this.shown.update((shown) => ({ ...shown, [name]: !shown[name] }));
  }
}
