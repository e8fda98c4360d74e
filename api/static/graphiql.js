// GraphiQL on this server's /graphql, with the story as tabs; their variables fill themselves from what was answered.
const { createElement, useEffect } = React;
const send = GraphiQL.createFetcher({ url: "/graphql", enableIncrementalDelivery: false });

// The examples are files of their own, which the tests hold against the schema; they open in this order.
const EXAMPLES = ["1-sell", "2-report", "3-assess", "4-decide", "5-pay", "6-follow", "7-complain"];

// Which variable of the examples stands for a row of which kind, by the beginning of its id.
const ROWS = {
  pvn: "productVersion", pol: "policy", cus: "customer", clm: "claim", pay: "payout", cmp: "complaint", stf: "staff",
};
const known = {
  today: new Intl.DateTimeFormat("sv", { timeZone: "Asia/Shanghai" }).format(), // as the insurer counts days: 2026-11-25
  serial: `N9-${Math.random().toString(36).slice(2, 10).toUpperCase()}`,
};
let answered = () => {};

// Remembers the ids and versions in an answer. Rows of a list do not replace one that was dealt with before.
function remember(value, listed = false) {
  if (value === null || typeof value !== "object") {
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((each) => remember(each, true));
    return;
  }
  const row = typeof value.id === "string" ? ROWS[value.id.split("_")[0]] : undefined;
  if (row && (!listed || !known[row] || known[row] === value.id)) {
    known[row] = value.id;
    if (typeof value.version === "number") {
      known[`${row}Version`] = value.version;
    }
  }
  Object.values(value).forEach((each) => remember(each, listed));
}

function filled(text) {
  try {
    const variables = JSON.parse(text || "{}");
    const found = Object.keys(variables).filter((name) => name in known);
    found.forEach((name) => (variables[name] = known[name]));
    return found.length ? JSON.stringify(variables, null, 2) : text;
  } catch {
    return text;
  }
}

// The first access token anywhere in an answer: the mutations that sign somebody in each return one.
function tokenIn(value) {
  if (value === null || typeof value !== "object") {
    return null;
  }
  if (typeof value.accessToken === "string") {
    return value.accessToken;
  }
  return Object.values(value).map(tokenIn).find(Boolean) ?? null;
}

// Sent is what the headers editor holds, or will hold in a moment. A token that is over would also stand in the way of signing in again, so it is forgotten.
async function fetcher(parameters, options) {
  const headers = JSON.parse(caller.inHeaders(JSON.stringify(options?.headers ?? {})) || "{}");
  const answer = await send(parameters, { ...options, headers });
  const token = tokenIn(answer?.data);
  if (token) {
    caller.keep(token, null);
  }
  if (answer?.errors?.some((error) => error.extensions?.code === "UNAUTHENTICATED")) {
    caller.forget();
  }
  if (parameters.operationName !== "IntrospectionQuery") {
    remember(answer?.data);
    answered();
  }
  return answer;
}

function put(editor, text) {
  if (editor && editor.getValue() !== text) {
    editor.setValue(text);
  }
}

// Keeps headers and variables of the open tab up to date; draws nothing.
function Keeper() {
  const { headerEditor, variableEditor, tabs, activeTabIndex } = GraphiQL.React.useEditorContext({ nonNull: true });
  useEffect(() => {
    caller.changed = () => headerEditor && put(headerEditor, caller.inHeaders(headerEditor.getValue()));
    answered = () => variableEditor && put(variableEditor, filled(variableEditor.getValue()));
    if (variableEditor?.getValue() === "") {
      put(variableEditor, tabs[activeTabIndex].variables ?? ""); // of the first tab, GraphiQL shows none by itself
    }
    caller.changed();
    answered();
  }, [headerEditor, variableEditor, activeTabIndex]);
  return null;
}

async function example(name) {
  const [query, variables] = await Promise.all(
    ["graphql", "json"].map(async (kind) => (await fetch(`/static/examples/${name}.${kind}`)).text()),
  );
  return { query, variables };
}

async function start() {
  caller.set(caller.token, caller.name);
  const defaultTabs = await Promise.all(EXAMPLES.map(example));
  const toolbar = { additionalComponent: Keeper };
  const page = createElement(GraphiQL, { fetcher, defaultTabs, shouldPersistHeaders: false, toolbar });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}

start();
