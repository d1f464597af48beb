/** Python: Authlib and requests-oauthlib. */
import { join } from "node:path";
import { Program } from "../support/program.ts";
import { pythonProgram } from "../support/python.ts";
import { type Ability, Stage, type Start, tellStory } from "../support/story.ts";

const python = pythonProgram();

const start =
  (file: string): Start =>
  async (setup) =>
    new Program(python, [join(import.meta.dirname, file)], setup);

const stage = await Stage.open();
const authlib: Ability[] = ["introspection", "client credentials", "keys"];
tellStory(stage, "Authlib", start("authlib_client.py"), authlib);
tellStory(stage, "requests-oauthlib", start("requests_oauthlib_client.py"), ["client credentials"]);
