// Passkeys: a form with `data-passkey` asks the authenticator, and sends what it answers in a hidden field.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const read = (options) => {
    const known = (each) => ({ ...each, id: bytes(each.id) });
    const made = { ...options, challenge: bytes(options.challenge) };
    if (options.user) made.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) made.excludeCredentials = options.excludeCredentials.map(known);
    if (options.allowCredentials) made.allowCredentials = options.allowCredentials.map(known);
    return made;
  };

  const written = (credential) => {
    const from = credential.response, response = { clientDataJSON: text(from.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (from[name]) response[name] = text(from[name]);
    }
    if (from.getTransports) response.transports = from.getTransports();
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const field = form.elements[form.dataset.field], error = form.querySelector("[data-passkey-error]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      error.hidden = true;
      try {
        const publicKey = read(JSON.parse(form.dataset.options));
        field.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
        form.requestSubmit();
      } catch {
        error.textContent = "Nothing was chosen, or this device has no passkey for this site. Try again, or use the other way.";
        error.hidden = false;
      }
    });
  }
})();
