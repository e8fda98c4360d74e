// GraphiQL on this server's /graphql. The access token of an answered sign-in is kept for this tab and sent from then on.
const TOKEN = "aftercare.token";
const CALLER = "aftercare.caller";
const caller = document.getElementById("caller");
const forget = document.getElementById("forget");

function show() {
  const token = sessionStorage.getItem(TOKEN);
  caller.textContent = token ? `Signed in${sessionStorage.getItem(CALLER) || ""}` : "Nobody is signed in: run the first tab.";
  forget.hidden = !token;
}

function keep(token, name) {
  sessionStorage.setItem(TOKEN, token);
  sessionStorage.setItem(CALLER, name ? ` as ${name}` : "");
  show();
}

forget.addEventListener("click", () => {
  sessionStorage.clear();
  show();
});

// The first access token anywhere in an answer: the mutations that sign somebody in each return one.
function tokenIn(value) {
  if (value === null || typeof value !== "object") {
    return null;
  }
  if (typeof value.accessToken === "string") {
    return value.accessToken;
  }
  for (const each of Object.values(value)) {
    const found = tokenIn(each);
    if (found) {
      return found;
    }
  }
  return null;
}

const ask = GraphiQL.createFetcher({
  enableIncrementalDelivery: false,
  url: "/graphql",
  fetch: (url, options) => {
    const token = sessionStorage.getItem(TOKEN);
    const headers = new Headers(options.headers);
    if (token && !headers.has("authorization")) {
      headers.set("authorization", `Bearer ${token}`);
    }
    return fetch(url, { ...options, headers });
  },
});

// A token that is over would also stand in the way of signing in again, so it is forgotten.
async function fetcher(parameters, options) {
  const answer = await ask(parameters, options);
  const token = tokenIn(answer?.data);
  if (token) {
    keep(token, /mail: *"([^"]+)"/.exec(parameters.query)?.[1]);
  }
  if (answer?.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED")) {
    sessionStorage.clear();
    show();
  }
  return answer;
}

// The examples are files of their own, which the tests hold against the schema.
const EXAMPLES = ["sign-in", "claims", "customer"];

async function example(name) {
  return { query: await (await fetch(`/static/examples/${name}.graphql`)).text() };
}

async function open() {
  const defaultTabs = await Promise.all(EXAMPLES.map(example));
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  root.render(React.createElement(GraphiQL, { fetcher, defaultTabs, shouldPersistHeaders: false }));
  show();
}

open();
