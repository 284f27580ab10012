export default defineNuxtConfig({
  compatibilityDate: "2026-01-01",
  telemetry: false,
  app: { head: { link: [{ rel: "icon", href: "data:," }] } },
  // Nuxt 4 brings Vite 7.
  vite: { optimizeDeps: { exclude: ["wamp-mux"] } },
});
