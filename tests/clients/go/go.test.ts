/** Go: golang.org/x/oauth2, where Go is installed. */
import { test } from "node:test";
import { Program } from "../support/program.ts";
import { Stage, type Start, tellStory } from "../support/story.ts";
import { goProgram, isInstalled } from "../support/tools.ts";

if (isInstalled("go")) {
  const program = goProgram();
  const start: Start = async (setup) => new Program(program, [], setup);
  tellStory(await Stage.open(), "golang.org/x/oauth2", start, ["client credentials"]);
} else {
  test("golang.org/x/oauth2", (t) => t.skip("Go is not installed"));
}
