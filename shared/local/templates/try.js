// Sends the form's request and shows the response.
const form = document.getElementById("call");
const state = document.getElementById("status");
const answer = document.getElementById("answer");

async function send() {
  const { method, type } = form.dataset;
  const url = new URL(form.dataset.url.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(form.elements[name].value)));
  const headers = {};
  for (const { name, value, dataset } of form.querySelectorAll("input[data-in]")) {
    if (!value) continue;
    if (dataset.in === "query") url.searchParams.set(name, value);
    if (dataset.in === "header") headers[name] = value;
  }
  const body = document.getElementById("body")?.value;
  if (body !== undefined) headers["Content-Type"] = type;
  state.textContent = "Waiting for the response …";
  answer.hidden = true;
  const began = performance.now();
  const response = await fetch(url, { method, headers, body });
  const text = await response.text();
  state.textContent = `${response.status} after ${Math.round(performance.now() - began)} ms`;
  answer.textContent = readable(text);
  answer.hidden = !text;
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  send().catch((error) => {
    state.textContent = `No response: ${error.message}. Is cargo xtask dev running?`;
  });
});
form.querySelector("button").disabled = false;
