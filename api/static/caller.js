// Who is signed in: the box that signs people in, and the token, kept for this tab of the browser.
const TOKEN = "aftercare.token";
const NAME = "aftercare.caller";
const SIGN_IN = {
  staff: `mutation StaffSignIn($input: StaffSignInInput!) {
    staffSignIn(input: $input) { accessToken errors { message } } }`,
  code: `mutation RequestCode($input: CustomerRequestCodeInput!) {
    customerRequestCode(input: $input) { sent errors { message } } }`,
  customer: `mutation CustomerSignIn($input: CustomerSignInInput!) {
    customerSignIn(input: $input) { accessToken errors { message } } }`,
  out: "mutation SignOut { sessionEnd(input: {}) { errors { message } } }",
};
const part = (id) => document.getElementById(id);

const caller = {
  token: sessionStorage.getItem(TOKEN),
  name: sessionStorage.getItem(NAME),
  issued: new Set(), // every token that was kept here: the headers hold it by our hand, not by the reader's
  changed: () => {},

  keep(token, name) {
    sessionStorage.setItem(TOKEN, token);
    sessionStorage.setItem(NAME, name ?? "");
    this.set(token, name);
  },
  forget() {
    sessionStorage.removeItem(TOKEN);
    sessionStorage.removeItem(NAME);
    this.set(null, null);
  },
  set(token, name) {
    this.token = token;
    this.name = name;
    if (token) {
      this.issued.add(token);
    }
    part("caller").textContent = token ? `Signed in${name ? ` as ${name}` : ""}` : "Nobody is signed in";
    part("sign-out").hidden = !token;
    this.changed();
  },

  // The text of a headers editor with the present token in it; a header that the reader wrote stays.
  inHeaders(text) {
    let headers;
    try {
      headers = JSON.parse(text || "{}");
    } catch {
      return text;
    }
    const name = Object.keys(headers).find((each) => each.toLowerCase() === "authorization") ?? "Authorization";
    const written = headers[name]?.replace(/^Bearer /, "");
    if (written && !this.issued.has(written)) {
      return text;
    }
    delete headers[name];
    if (this.token) {
      headers[name] = `Bearer ${this.token}`;
    }
    return Object.keys(headers).length ? JSON.stringify(headers, null, 2) : "";
  },
};

async function ask(query, input, token) {
  const headers = { "content-type": "application/json", accept: "application/json" };
  if (token) {
    headers.authorization = `Bearer ${token}`;
  }
  const answer = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables: { input } }) });
  const { data, errors } = await answer.json();
  const payload = Object.values(data ?? {})[0];
  const refused = errors ?? payload?.errors ?? [];
  if (refused.length || !payload) {
    throw new Error(refused.map((each) => each.message).join(" ") || "That was not answered.");
  }
  return payload;
}

function keepAndClose(token, name) {
  caller.keep(token, name);
  part("people").close();
}

const SUBMITTED = {
  async staff(given) {
    const { accessToken } = await ask(SIGN_IN.staff, { email: given.mail, password: given.password });
    keepAndClose(accessToken, given.mail);
  },
  async customer(given, step) {
    if (step === "request") {
      await ask(SIGN_IN.code, { mail: given.mail });
      part("outcome").textContent = "If the address is known, a code is on its way.";
      part("customer").elements.code.focus();
      return;
    }
    const { accessToken } = await ask(SIGN_IN.customer, { mail: given.mail, code: given.code.trim() });
    keepAndClose(accessToken, given.mail);
  },
  async partner(given) {
    keepAndClose(given.key, "a partner's system");
  },
};

for (const [id, submit] of Object.entries(SUBMITTED)) {
  part(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    part("outcome").textContent = "";
    try {
      await submit(Object.fromEntries(new FormData(event.target)), event.submitter?.value);
    } catch (refused) {
      part("outcome").textContent = refused.message;
    }
  });
}

part("sign-in").addEventListener("click", () => {
  part("outcome").textContent = "";
  part("people").showModal();
});
part("close").addEventListener("click", () => part("people").close());
part("people").addEventListener("close", () => {
  part("staff").elements.password.value = part("customer").elements.code.value = part("partner").elements.key.value = "";
});
part("sign-out").addEventListener("click", () => {
  if (!caller.token.startsWith("pk_")) {
    ask(SIGN_IN.out, {}, caller.token).catch(() => {}); // one that is over already needs no ending
  }
  caller.forget();
});
