// Autobahn|JS writes to files only for traces in Node, never in a page.
