// A single-page app, as the manual of oidc-client-ts has it: tokens in the page, no server behind it.
const settings = await (await fetch("/settings.json")).json();
const { UserManager, WebStorageStateStore } = window.oidc;

const manager = new UserManager({
  ...settings,
  userStore: new WebStorageStateStore({ store: window.sessionStorage }),
});
const element = (id) => document.getElementById(id);

let renewals = 0;

/** From now on, whoever is signed in anew has been renewed. */
function watch() {
  manager.events.addUserLoaded((user) => {
    renewals += 1;
    element("renewals").textContent = String(renewals);
    show(user);
  });
}
manager.events.addSilentRenewError(fail);

function show(user) {
  element("name").textContent = user?.profile.name ?? "nobody";
  element("email").textContent = user?.profile.email ?? "";
  element("subject").textContent = user?.profile.sub ?? "";
}

function fail(error) {
  element("problem").textContent = error.error ?? String(error);
}

// What the page was opened for, by its address.
const arrivals = {
  "/callback": async () => (await manager.signinCallback())?.state,
  "/signed-out": async () => (await manager.signoutCallback())?.userState,
};

async function arrive() {
  const state = await arrivals[location.pathname]?.();
  if (state) element("answer").textContent = state;
  history.replaceState(null, "", "/");
  show(await manager.getUser());
  watch();
}

const buttons = {
  "sign-in": () => manager.signinRedirect({ state: "from the album" }),
  renew: () => manager.signinSilent(),
  "sign-out": () => manager.signoutRedirect({ state: "from the album" }),
  userinfo: async () => {
    const user = await manager.getUser();
    const answer = await fetch(await manager.metadataService.getUserInfoEndpoint(), {
      headers: { Authorization: `Bearer ${user?.access_token ?? "none"}` },
    });
    const challenge = answer.headers.get("WWW-Authenticate") ?? "";
    element("answer").textContent = `${answer.status} ${challenge} ${await answer.text()}`;
  },
};

for (const [id, press] of Object.entries(buttons))
  element(id).addEventListener("click", () => press().catch(fail));
await arrive().catch(fail);
