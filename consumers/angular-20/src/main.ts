import { Component, provideZonelessChangeDetection } from "@angular/core";
import type { OnInit } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { showGreeting } from "../greeting.js";

@Component({ selector: "app-root", template: "<output></output>" })
class App implements OnInit {
  ngOnInit(): void {
    showGreeting();
  }
}

bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
