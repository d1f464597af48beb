/** Accounts at another Ostiary. */
import { tellConnectStory } from "./support/connect_story.ts";
import { OstiaryUpstream } from "./support/upstream_ostiary.ts";

await tellConnectStory("Another Ostiary", await OstiaryUpstream.open());
