// The page's script: sends what is written, shows what comes back, lists the schema.
"use strict";
const $ = (id) => document.getElementById(id);
let running = null;

function headers() {
  const h = { "Content-Type": "application/json", Accept: "application/graphql-response+json, application/json" };
  const token = $("token").value.trim();
  if (token) h.Authorization = "Bearer " + token;
  const organisation = $("organisation").value.trim();
  if (organisation) h["Entente-Organisation"] = organisation;
  return h;
}

async function ask(body, accept, signal) {
  const h = headers();
  if (accept) h.Accept = accept;
  const credentials = h.Authorization ? "omit" : "same-origin"; // whom the token names, else who is signed in
  return fetch("/graphql", { method: "POST", headers: h, body: JSON.stringify(body), credentials, signal });
}

async function run(event) {
  event?.preventDefault();
  running?.abort();
  running = new AbortController();
  const result = $("result");
  result.textContent = "…";
  $("stop").hidden = false;
  try {
    const body = { query: $("query").value };
    if ($("variables").value.trim()) body.variables = JSON.parse($("variables").value);
    const stream = /(^|[\s}])subscription\b/.test(body.query);
    const answer = await ask(body, stream && "text/event-stream", running.signal);
    if (stream && answer.ok) await follow(answer.body.getReader(), result);
    else result.textContent = show(await answer.text());
  } catch (e) {
    if (e.name !== "AbortError") result.textContent = String(e);
  }
  $("stop").hidden = true;
}

async function follow(reader, result) {
  const text = new TextDecoder();
  result.textContent = "";
  for (let rest = ""; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + text.decode(value, { stream: true })).split("\n\n");
    rest = events.pop();
    for (const e of events) {
      const data = e.split("\n").find((l) => l.startsWith("data: "));
      if (data) result.textContent = show(data.slice(6)) + "\n" + result.textContent;
    }
  }
}

function show(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

const typeName = (t) => t.kind === "NON_NULL" ? typeName(t.ofType) + "!" : t.kind === "LIST" ? "[" + typeName(t.ofType) + "]" : t.name;

function element(tag, text, ...children) {
  const e = document.createElement(tag);
  e.textContent = text ?? "";
  e.append(...children);
  return e;
}

async function schema() {
  const named = "name description type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
  const query = `{ __schema { types { kind name description enumValues { name description }
    inputFields { ${named} } fields { ${named} args { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }`;
  const { data } = await (await ask({ query })).json();
  const first = ["Query", "Mutation", "Subscription"];
  const rank = (t) => (first.indexOf(t.name) + 1 || 9) + t.name;
  for (const t of data.__schema.types.filter((t) => !t.name.startsWith("__")).sort((a, b) => rank(a) < rank(b) ? -1 : 1)) {
    const list = element("dl");
    for (const f of t.fields ?? t.inputFields ?? t.enumValues ?? []) {
      const args = f.args?.length ? "(" + f.args.map((a) => a.name + ": " + typeName(a.type)).join(", ") + ")" : "";
      list.append(element("dt", f.name + args + (f.type ? ": " + typeName(f.type) : "")), element("dd", f.description));
    }
    $("schema").append(element("details", "", element("summary", t.name), element("p", t.description), list));
  }
}

$("form").addEventListener("submit", run);
$("stop").addEventListener("click", () => running?.abort());
$("form").addEventListener("keydown", (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) run(e); });
schema().catch((e) => { $("schema").textContent = String(e); });
