/** The camera's API: one picture, which takes a scope of its own. Each person has a house of another colour. */
import { serve } from "../web/server.mjs";
import { draw } from "./picture.mjs";

await serve({
  folder: import.meta.dirname,
  port: 8789,
  scopes: ["camera:view"],
  routes: {
    "/api/picture": {
      GET: {
        scope: "camera:view",
        answer: ({ claims }) =>
          new Response(draw(claims.sub, new Date()), {
            headers: { "Content-Type": "image/svg+xml; charset=utf-8" },
          }),
      },
    },
  },
});
