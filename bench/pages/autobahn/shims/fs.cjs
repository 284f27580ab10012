// Autobahn|JS writes to files when it is asked to trace in Node, never in a page.
