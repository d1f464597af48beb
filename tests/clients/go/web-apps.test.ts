/** examples/clients/go: web apps on x/oauth2 and go-oidc, with people in Chromium, where Go is installed. */
import { after, test } from "node:test";
import { openHouse } from "../../browser/support/house.ts";
import { goWebApp, isInstalled } from "../support/tools.ts";
import { tellWebApps } from "../support/web_app_story.ts";

if (isInstalled("go")) {
  const [session, stateless] = [goWebApp("session"), goWebApp("stateless")];
  const house = await openHouse();
  after(() => house.close());
  tellWebApps(house, "Go", { command: session, args: [] }, { command: stateless, args: [] });
} else {
  test("Go web apps", (t) => t.skip("Go is not installed"));
}
