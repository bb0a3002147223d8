// form[data-passkey="get" | "create"]: asks the device for a passkey, puts it into the form's credential, and sends it.
// The options come from the address in data-passkey-options, or from the JSON element named in data-passkey-json.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list) => list?.map((key) => ({ ...key, id: bytes(key.id) }));

async function optionsOf(form) {
  if (form.dataset.passkeyJson) return JSON.parse(document.getElementById(form.dataset.passkeyJson).textContent).publicKey;
  const answer = await fetch(form.dataset.passkeyOptions, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  return (await answer.json()).request_options.publicKey;
}

function toCreate(options, form) {
  const passwordless = form.elements.passwordless?.checked ?? false;
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: keys(options.excludeCredentials),
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      userVerification: passwordless ? "required" : options.authenticatorSelection?.userVerification,
    },
  };
}

const toGet = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: keys(options.allowCredentials),
});

// What the browser's own toJSON() gives, for those that have none yet.
function toJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function ask(form) {
  const options = await optionsOf(form);
  return form.dataset.passkey === "create"
    ? navigator.credentials.create({ publicKey: toCreate(options, form) })
    : navigator.credentials.get({ publicKey: toGet(options) });
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-passkey]")) return;
  event.preventDefault();
  const failed = form.querySelector("[data-passkey-failed]");
  if (failed) failed.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(toJson(await ask(form)));
    form.submit();
  } catch {
    if (failed) failed.hidden = false; // cancelled, timed out, or no key here: the page offers other ways
  }
});

if (window.PublicKeyCredential) {
  for (const shown of document.querySelectorAll("[data-passkey-shown]")) shown.hidden = false;
}
