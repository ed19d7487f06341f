/** Files sent one by one with progress; the file field itself stays usable without this. */

import { fill, tokenHeaders } from "./server.js";

/** An element of macro upload. */
export function bindUpload(element) {
  const input = element.querySelector("input[type=file]");
  const drop = element.querySelector("[data-upload-drop]");
  input.addEventListener("change", () => {
    sendAll(element, input.name, [...input.files]);
    input.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.dataset.over = ""; });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => delete drop.dataset.over);
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...event.dataTransfer.files];
    sendAll(element, input.name, input.multiple ? files : files.slice(0, 1));
  });
}

async function sendAll(element, field, files) {
  complain(element, "");
  for (const file of files) await send(element, field, file);
}

function send(element, field, file) {
  const row = waitingRow(element, file);
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append(field, file);
  request.open("POST", element.dataset.uploadUrl);
  for (const [name, value] of Object.entries({ "HX-Request": "true", ...tokenHeaders() })) request.setRequestHeader(name, value);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) row.bar.setAttribute("width", `${((event.loaded / event.total) * 100).toFixed(1)}%`);
  });
  return new Promise((done) => {
    request.addEventListener("loadend", () => {
      settle(element, file, row.item, request);
      done();
    });
    request.send(form);
  });
}

function waitingRow(element, file) {
  const list = element.querySelector("[data-upload-list]");
  const item = document.createElement("li");
  item.className = "docrow";
  const words = document.createElement("span");
  words.textContent = fill(element.dataset.textSending, { name: file.name });
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("class", "progress");
  const [ground, bar] = ["rect", "rect"].map((name) => document.createElementNS(picture.namespaceURI, name));
  for (const [name, value] of [["width", "100%"], ["height", "100%"]]) ground.setAttribute(name, value);
  for (const [name, value] of [["width", "0"], ["height", "100%"], ["class", "on"]]) bar.setAttribute(name, value);
  picture.append(ground, bar);
  item.append(words, picture);
  list.hidden = false;
  list.append(item);
  return { item, bar };
}

function settle(element, file, item, request) {
  const list = item.parentElement;
  if (request.status >= 200 && request.status < 300) {
    const box = document.createElement("template");
    box.innerHTML = request.responseText;
    const fresh = box.content.firstElementChild;
    item.replaceWith(box.content);
    if (fresh && window.htmx) window.htmx.process(fresh);
    element.dispatchEvent(new CustomEvent("market:uploaded", { bubbles: true }));
    return;
  }
  item.remove();
  list.hidden = list.children.length === 0;
  complain(element, reason(request) || fill(element.dataset.textFailed, { name: file.name }));
}

/** The server's own words, where it gave some as JSON. */
function reason(request) {
  try {
    const { message } = JSON.parse(request.responseText);
    return message ? String(message) : "";
  } catch {
    return "";
  }
}

function complain(element, words) {
  const error = element.querySelector("[data-upload-error]");
  error.hidden = !words;
  error.querySelector("span").textContent = words;
  element.classList.toggle("field-bad", Boolean(words));
}
