import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The wall and the operators' page.
    rollupOptions: { input: ["index.html", "operator.html"] },
  },
  // `npm run dev` shows the page against a hub that runs: nothing here pretends to be one.
  server: {
    proxy: {
      "/desk": { target: "ws://127.0.0.1:8490", ws: true },
      "/ws": { target: "ws://127.0.0.1:8480", ws: true },
      "/pair": { target: "ws://127.0.0.1:8480", ws: true },
      "/ticket": "http://127.0.0.1:8480",
      "/map.geojson": "http://127.0.0.1:8480",
    },
  },
});
