// A form with data-passkey asks the device for a passkey, puts the answer in its field "credential" and is sent.
// What to ask is in the script element that data-options names, or fetched from the form's address (login).
const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

const withBytes = (items) => (items || []).map((item) => ({ ...item, id: toBytes(item.id) }));

const questions = {
  create: (o) => ({
    ...o,
    challenge: toBytes(o.challenge),
    user: { ...o.user, id: toBytes(o.user.id) },
    excludeCredentials: withBytes(o.excludeCredentials),
    authenticatorSelection: {
      ...o.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  }),
  get: (o) => ({ ...o, challenge: toBytes(o.challenge), allowCredentials: withBytes(o.allowCredentials) }),
};

const answerOf = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
};

const optionsOf = async (form) => {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

const ask = async (form) => {
  const options = await optionsOf(form);
  const kind = form.dataset.passkey === "create" ? "create" : "get";
  const publicKey = questions[kind]((options.creation_options || options.request_options).publicKey);
  return answerOf(await navigator.credentials[kind]({ publicKey }));
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const error = form.querySelector("[data-passkey-error]");
    error.textContent = "";
    try {
      form.elements.credential.value = JSON.stringify(await ask(form));
    } catch {
      error.textContent = form.dataset.failed;
      return;
    }
    form.submit();
  });
}
