// Passkeys: the browser is asked, its answer goes into the form, the form is sent as any other.
// A form says what it needs: data-passkey="get" or "create", data-options as we were given them (JSON),
// a hidden field `credential`, and a hidden [data-failed] that is shown where nothing came of it.
// Without this module, or in a browser without passkeys, such a form stays hidden: the PIN remains.

const unpack = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));

const pack = (buffer) => {
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

const named = (one) => ({ ...one, id: unpack(one.id) });

// W3C WebAuthn Level 3 has these two conversions built in; in-app browsers often do not.
const read = (kind, options) => ({
  ...options,
  challenge: unpack(options.challenge),
  ...(kind === 'create'
    ? {
        user: named(options.user),
        excludeCredentials: (options.excludeCredentials ?? []).map(named),
      }
    : { allowCredentials: (options.allowCredentials ?? []).map(named) }),
});

const FIELDS = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];

const written = (credential) => ({
  id: credential.id,
  rawId: pack(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: Object.fromEntries(
    FIELDS.filter((field) => credential.response[field]).map((field) => [
      field,
      pack(credential.response[field]),
    ]),
  ),
});

const ask = async (form) => {
  const { passkey, options } = form.dataset;
  const publicKey = read(passkey, JSON.parse(options));
  const credential = await navigator.credentials[passkey]({ publicKey });
  form.elements.credential.value = JSON.stringify(written(credential));
  form.submit();
};

const attend = (form) => {
  const failed = form.querySelector('[data-failed]');
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (failed) failed.hidden = true;
    try {
      await ask(form);
    } catch {
      if (failed) failed.hidden = false;
    }
  });
};

if (globalThis.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll('form[data-passkey]').forEach(attend);
}
