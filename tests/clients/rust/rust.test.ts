/** Rust: the crates `oauth2` and `openidconnect`. */
import { Program } from "../support/program.ts";
import { RelyingPartyProgram } from "../support/relying_party_program.ts";
import { type StartRelyingParty, tellSignIn } from "../support/sign_in_story.ts";
import { Stage, type Start, tellStory } from "../support/story.ts";
import { rustProgram } from "../support/tools.ts";

const client = rustProgram("client");
const relyingParty = rustProgram("relying_party");
const start: Start = async (setup) => new Program(client, [], setup);
const startRelyingParty: StartRelyingParty = async (setup) =>
  new RelyingPartyProgram(relyingParty, [], setup);

const stage = await Stage.open();
tellStory(stage, "oauth2 (Rust)", start, ["introspection", "client credentials"]);
tellSignIn(stage, "openidconnect (Rust)", startRelyingParty);
