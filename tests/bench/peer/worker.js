/**
 * The peer: `@cloudflare/workers-oauth-provider`, used as its README shows for one Worker that is authorization server
 * and resource in one, which spares it the hop between two.
 *
 * Read in its favour throughout. Its /authorize is the application's own, so here it has no session to look up and no
 * consent to remember: whoever comes is alice, and has agreed. It need not look for her earlier grants either
 * (`revokeExistingGrants: false`). The props it seals are one short member. What it checks of a token is what its KV
 * says; a grant's use is not arbitrated, so two refreshes at the same time may both be first. It keeps no log and
 * nothing to look at later.
 */
import { OAuthProvider } from "@cloudflare/workers-oauth-provider";

const USER = "alice";

const apiHandler = {
  fetch: (_request, _env, context) => Response.json({ user_id: context.props.userId }),
};

const defaultHandler = {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/authorize") return authorize(request, env.OAUTH_PROVIDER);
    if (pathname === "/setup") return setup(env.OAUTH_PROVIDER);
    return new Response("not found", { status: 404 });
  },
};

async function authorize(request, provider) {
  const asked = await provider.parseAuthRequest(request);
  const { redirectTo } = await provider.completeAuthorization({
    request: asked,
    userId: USER,
    scope: asked.scope,
    metadata: {},
    props: { userId: USER },
    revokeExistingGrants: false,
  });
  return Response.redirect(redirectTo, 302);
}

/** Registers the client of the measurement: confidential, by Basic, as ours is. */
async function setup(provider) {
  const { clientId, clientSecret } = await provider.createClient({
    redirectUris: ["https://server.example/callback"],
    clientName: "Demo server",
    tokenEndpointAuthMethod: "client_secret_basic",
  });
  return Response.json({ clientId, clientSecret });
}

let provider;

export default {
  fetch(request, env, context) {
    provider ??= new OAuthProvider({
      apiRoute: "/api",
      apiHandler,
      defaultHandler,
      authorizeEndpoint: "/authorize",
      tokenEndpoint: "/oauth/token",
      scopesSupported: ["read:tools"],
      resourceMetadata: {
        resource: `${env.ORIGIN}/api`,
        authorization_servers: [env.ORIGIN],
      },
    });
    return provider.fetch(request, env, context);
  },
};
