// The application of every page that has no framework.
import { showGreeting } from "./greeting.js";

showGreeting();
