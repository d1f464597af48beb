/**
 * A web app that keeps nothing on the server: what it must remember lies in signed cookies, before the sign-in the state,
 * afterwards who signed in. So any number of servers can serve it that have the same COOKIE_KEY. It calls no API in the
 * person's name, so it throws the tokens away.
 */
import { jwtVerify, SignJWT } from "jose";
import { begin, finish, type Pending, type Person, serve, signOut, type Visit } from "./app.ts";

const { COOKIE_KEY = "" } = process.env;
if (COOKIE_KEY.length < 64) {
  console.error("COOKIE_KEY is missing or too short: openssl rand -hex 32");
  process.exit(1);
}
const key = new TextEncoder().encode(COOKIE_KEY);

/** What a cookie is called, and how long what it says is good: one is not taken for another, however long it is kept. */
const PENDING = { name: "typescript_sign_in", lasts: "10 minutes" };
const PERSON = { name: "typescript_person", lasts: "1 day" };
type Kind = typeof PENDING;

async function keep(visit: Visit, { name, lasts }: Kind, value: Pending | Person): Promise<void> {
  const signed = new SignJWT({ value }).setProtectedHeader({ alg: "HS256" });
  visit.setCookie(name, await signed.setAudience(name).setExpirationTime(lasts).sign(key));
}

async function read<T>(visit: Visit, { name }: Kind): Promise<T | undefined> {
  const options = { audience: name, algorithms: ["HS256"], requiredClaims: ["exp"] };
  const verified = await jwtVerify(visit.cookie(name) ?? "", key, options).catch(() => undefined);
  return verified?.payload.value as T | undefined;
}

serve({
  "GET /": async (visit) => {
    const person = await read<Person>(visit, PERSON);
    return person ? visit.signedIn(person.name) : visit.signedOut();
  },
  "GET /sign-in": async (visit) => {
    const [url, pending] = await begin();
    await keep(visit, PENDING, pending);
    visit.redirect(url);
  },
  "GET /callback": async (visit) => {
    const pending = await read<Pending>(visit, PENDING);
    if (!pending) return visit.problem("Nothing was asked for from here.");
    visit.setCookie(PENDING.name);
    const [person] = await finish(pending, visit.url);
    await keep(visit, PERSON, person);
    visit.redirect("/");
  },
  "POST /sign-out": async (visit) => {
    const person = await read<Person>(visit, PERSON);
    visit.setCookie(PERSON.name);
    visit.redirect(person ? signOut(person) : "/");
  },
});
