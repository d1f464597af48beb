/** What both apps have around their own part: who is signed in, how to sign in and out, and what went wrong, in words. */
import { Refused, SignIn } from "/sign-in.js";

export const element = (id) => document.getElementById(id);

const LATER = "The server can't answer just now. Try again in a moment.";

/** By what the server says (RFC 6749 sections 4.1.2.1 and 5.2), or by what the library makes of its answer. */
const WORDS = {
  access_denied: "You said no, so this app got nothing. You can sign in again.",
  invalid_grant: "Your sign-in has ended. Please sign in again.",
  temporarily_unavailable: LATER,
  OAUTH_RESPONSE_IS_NOT_CONFORM: LATER, // a 5xx, above all
};

/** Opens the page; `show` fills in the app's own part for somebody who is signed in. */
export async function open({ clientId, scope, show }) {
  let session;
  const attempt = async (what) => {
    element("problem").textContent = "";
    try {
      await what();
    } catch (error) {
      element("problem").textContent = told(error);
    }
    arrange(session);
  };
  await attempt(async () => {
    session = await SignIn.discover(clientId);
    element("sign-in").addEventListener("click", () => attempt(() => session.start(scope)));
    element("sign-out").addEventListener("click", () => attempt(() => session.signOut()));
    await session.arrive();
    if (session.signedIn) await Promise.all([greet(session), show(session, attempt)]);
  });
}

async function greet(session) {
  const { name } = await session.person();
  element("name").textContent = name;
}

function arrange(session) {
  const signedIn = session?.signedIn ?? false;
  for (const id of ["account", "app"]) element(id).hidden = !signedIn;
  element("welcome").hidden = signedIn;
  element("sign-in").disabled = session === undefined;
}

function told(error) {
  if (error instanceof Refused) return error.message;
  if (error instanceof TypeError)
    return "There is no answer. Is the server running? Then reload this page.";
  return WORDS[error.error ?? error.code] ?? error.error_description ?? error.message;
}
