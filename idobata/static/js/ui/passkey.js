// Asks the browser for a passkey and sends its answer with the form around the button.
const bytes = (words) => Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

async function ask(form) {
  const sent = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const reply = await fetch(form.dataset.options, { method: "POST", body: sent, credentials: "same-origin" });
  if (!reply.ok) throw new Error(`asked in vain: ${reply.status}`);
  const options = await reply.json();
  options.challenge = bytes(options.challenge);
  if (form.dataset.passkey === "get") {
    options.allowCredentials = listed(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  }
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = listed(options.excludeCredentials);
  return navigator.credentials.create({ publicKey: options });
}

function told(key) {
  const response = { clientDataJSON: words(key.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[name]) response[name] = words(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: words(key.rawId), type: key.type, response, clientExtensionResults: {} });
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      const said = form.querySelector("[data-said]");
      said.textContent = "";
      try {
        form.elements.answer.value = told(await ask(form));
        form.submit();
      } catch {
        said.textContent = said.dataset.said;
      }
    });
  }
}
