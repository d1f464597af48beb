/** examples/clients/rust: web apps on the crate openidconnect, with people in Chromium. */
import { after } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { rustWebApp } from "../support/tools.ts";
import { tellWebApps } from "../support/web_app_story.ts";

const [session, stateless] = [rustWebApp("session"), rustWebApp("stateless")];
const house = await openHouse();
after(() => house.close());
tellWebApps(house, "Rust", { command: session, args: [] }, { command: stateless, args: [] });
