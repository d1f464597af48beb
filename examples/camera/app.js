/** Signs in without the camera's scope, and asks for it when the API says that it takes it. */
import { element, open } from "/page.js";
import { Refused } from "/sign-in.js";

const SCOPE = "openid profile";

open({ clientId: "demo-camera", scope: SCOPE, show });

async function show(session, attempt) {
  async function look() {
    try {
      const picture = await session.request("GET", "/api/picture");
      await hang(await picture.blob());
    } catch (error) {
      if (!(error instanceof Refused) || error.challenge.error !== "insufficient_scope")
        throw error;
      explain(error);
    }
  }

  element("apps").href = `${session.issuer}/account/apps`;
  element("look").addEventListener("click", () => attempt(look));
  // What the person has allowed already is asked for again, since the new tokens take the place of the old ones.
  element("allow").addEventListener("click", () =>
    attempt(() => session.start(`${SCOPE} ${element("needed").textContent}`)),
  );
  await look();
}

/** Not `<img src="/api/picture">`: an image's request has no Authorization header, and an address is no place for a token. */
async function hang(picture) {
  const image = element("image");
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(picture);
  await image.decode();
  const now = new Date();
  element("taken").dateTime = now.toISOString();
  element("taken").textContent = `at ${now.toLocaleTimeString()}`;
  element("picture").hidden = false;
  element("closed").hidden = true;
}

function explain({ status, challenge }) {
  element("status").textContent = status;
  element("error").textContent = challenge.error;
  element("needed").textContent = challenge.scope;
  element("picture").hidden = true;
  element("closed").hidden = false;
}
