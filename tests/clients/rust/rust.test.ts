/** Rust: the crate `oauth2`. */
import { Program } from "../support/program.ts";
import { Stage, type Start, tellStory } from "../support/story.ts";
import { rustProgram } from "../support/tools.ts";

const program = rustProgram();
const start: Start = async (setup) => new Program(program, [], setup);
tellStory(await Stage.open(), "oauth2 (Rust)", start, ["introspection", "client credentials"]);
