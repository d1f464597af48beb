// `make reseal`: has the server at ISSUER seal anew what older encryption keys sealed, part by part (docs/deployment.md). The admin
// token is read from the environment, ADMIN_TOKEN, so that it is in no list of processes.
const issuer = (process.env.ISSUER || "http://localhost:8787").replace(/\/$/, "");
const token = process.env.ADMIN_TOKEN;
const PARTS = 100_000;

function giveUp(message) {
  console.error(message);
  process.exit(1);
}

if (!token) giveUp("make reseal: set ADMIN_TOKEN, and ISSUER if it is not http://localhost:8787");

async function part(after) {
  const url = `${issuer}/admin/api/encryption-keys/reseal?after=${encodeURIComponent(after)}`;
  const answer = await fetch(url, { method: "POST", headers: { "X-Admin-Token": token } });
  if (!answer.ok) giveUp(`${issuer} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

let [after, resealed, unopened] = ["", 0, []];
for (let count = 0; after !== null && count < PARTS; count += 1) {
  const told = await part(after);
  resealed += told.resealed;
  unopened = unopened.concat(told.unopened);
  after = told.next;
}
if (after !== null) giveUp(`there is more; begin again (${resealed} were sealed anew)`);
console.log(`${resealed} were sealed anew by the first key of ENCRYPTION_KEYS.`);
if (unopened.length > 0)
  giveUp(
    `No key of the settings opens these; put theirs back, or have them made anew:\n  ${unopened.join("\n  ")}`,
  );
