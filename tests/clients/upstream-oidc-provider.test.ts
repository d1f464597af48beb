/** Accounts at oidc-provider (npm), which none of us wrote. */
import { tellConnectStory } from "./support/connect_story.ts";
import { OidcProviderUpstream } from "./support/upstream_oidc_provider.ts";

await tellConnectStory("oidc-provider", await OidcProviderUpstream.open());
