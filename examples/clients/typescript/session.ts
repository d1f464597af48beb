/**
 * A web app with sessions on the server: the browser holds the number of its session and nothing else. The tokens stay here,
 * so the app can call APIs in the person's name, and renews them when they are over.
 */
import { randomUUID } from "node:crypto";
import type { Tokens, Visit } from "./app.ts";
import { begin, finish, nameNow, type Pending, type Person, renew, serve, signOut } from "./app.ts";

const COOKIE = "typescript_session";

type Session = { pending: Pending } | { person: Person; tokens: Tokens };

/** In memory, so a restart signs everybody out. Where there are several servers, this is a database. */
const sessions = new Map<string, Session>();

function found(visit: Visit): [string, Session | undefined] {
  const id = visit.cookie(COOKIE) ?? "";
  return [id, sessions.get(id)];
}

/** A session under a new number, so that nobody can know it who put a cookie into this browser before. */
function open(visit: Visit, session: Session): void {
  const id = randomUUID();
  sessions.set(id, session);
  visit.setCookie(COOKIE, id);
}

/** What the server says now; nothing when the sign-in has ended there. That it fails for a moment ends nothing. */
async function currentName(id: string, session: { person: Person; tokens: Tokens }) {
  const name = await nameNow(session.tokens);
  if (name) return name;
  const next = await renew(session.tokens);
  if (!next) {
    sessions.delete(id);
    return undefined;
  }
  // Kept before anything else is done: the old refresh token is used up.
  session.tokens = next;
  return nameNow(next);
}

serve({
  "GET /": async (visit) => {
    const [id, session] = found(visit);
    const name = session && "person" in session && (await currentName(id, session));
    return name ? visit.signedIn(name) : visit.signedOut();
  },
  "GET /sign-in": async (visit) => {
    const [url, pending] = await begin();
    open(visit, { pending });
    visit.redirect(url);
  },
  "GET /callback": async (visit) => {
    const [id, session] = found(visit);
    if (!session || !("pending" in session))
      return visit.problem("Nothing was asked for from here.");
    sessions.delete(id);
    const [person, tokens] = await finish(session.pending, visit.url);
    open(visit, { person, tokens });
    visit.redirect("/");
  },
  "POST /sign-out": async (visit) => {
    const [id, session] = found(visit);
    sessions.delete(id);
    visit.setCookie(COOKIE);
    visit.redirect(session && "person" in session ? signOut(session.person) : "/");
  },
});
