/** Python: Authlib and requests-oauthlib. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../worker/support/settings.ts";
import { Program } from "../support/program.ts";
import { Stage, type Start, tellStory } from "../support/story.ts";

const script = join(ROOT, "scripts/python-clients.sh");
const python = execFileSync("bash", [script], { stdio: ["ignore", "pipe", "inherit"] });

const start =
  (file: string): Start =>
  async (setup) =>
    new Program(python.toString().trim(), [join(import.meta.dirname, file)], setup);

const stage = await Stage.open();
tellStory(stage, "Authlib", start("authlib_client.py"), ["introspection", "client credentials"]);
tellStory(stage, "requests-oauthlib", start("requests_oauthlib_client.py"), ["client credentials"]);
