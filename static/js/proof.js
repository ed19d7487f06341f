/** Checks the exported log of a lot in the browser: numbering, hash chain, commitments, published heads. */

import { fill } from "./server.js";

const GENESIS = "0".repeat(64);
const encoder = new TextEncoder();

/** A line as the market writes it, in canonical JSON: what is hashed is taken as it stands, never parsed and written anew. */
const LINE = /^\{"hash":"([0-9a-f]{64})",(?:"opening":\{"salt":"([0-9a-f]{32})","secret":(\{.*\})\},)?"public":(\{.*\}),"seq":(\d+)\}$/;
const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function link(previous, text) {
  const head = bytesOf(previous), body = encoder.encode(text), joined = new Uint8Array(head.length + body.length);
  joined.set(head);
  joined.set(body, head.length);
  return hexOf(await crypto.subtle.digest("SHA-256", joined));
}

async function commitment(salt, secret) {
  const key = await crypto.subtle.importKey("raw", encoder.encode(salt), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hexOf(await crypto.subtle.sign("HMAC", key, encoder.encode(secret)));
}

class Fault extends Error {
  constructor(line, why) { super(why); this.line = line; this.why = why; }
}

const need = (holds, line, why) => { if (!holds) throw new Fault(line, why); };

/** What a sound log is: {entries, opened, hashes}; throws a Fault with the line and the kind of fault. */
async function check(text, told) {
  const lines = text.split("\n");
  need(lines.pop() === "" && lines.length > 1, lines.length, "cut");
  const hashes = [GENESIS];
  let opened = 0, lot = null;
  for (let seq = 1; seq < lines.length; seq++) {
    const found = LINE.exec(lines[seq]);
    need(found, seq + 1, "form");
    const [, hash, salt, secret, raw, number] = found, shown = parsed(raw, seq + 1);
    need(Number(number) === seq && shown.seq === seq, seq + 1, "number");
    need(await link(hashes[seq - 1], raw) === hash, seq + 1, "chain");
    if (salt) {
      need(await commitment(salt, secret) === shown.commitment, seq + 1, "commitment");
      opened += 1;
    }
    lot ??= shown.lot;
    hashes.push(hash);
    if (seq % 500 === 0) told?.(seq, lines.length - 1);
  }
  const cover = parsed(lines[0], 1), entries = lines.length - 1;
  need(cover.export === "auction-log/1" && cover.entries === entries && cover.head === hashes.at(-1) && cover.lot === lot, 1, "cover");
  return { entries, opened, hashes };
}

function parsed(text, line) {
  try { return JSON.parse(text); } catch { throw new Fault(line, "form"); }
}

/** A box with data-proof (address of the export) and data-text-*; its button begins, its rows with data-seq and data-head are published heads. */
export function bindProof(box) {
  const button = box.querySelector("[data-proof-go]"), verdict = box.querySelector("[data-proof-verdict]");
  const texts = box.dataset;
  if (!globalThis.crypto?.subtle) {
    verdict.textContent = texts.textInsecure;
    return;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    shown(verdict, "", texts.textRunning);
    try {
      const answer = await fetch(texts.proof, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await check(await answer.text(), (n, all) => shown(verdict, "", fill(texts.textProgress, { n, all })));
      const wrong = compared(box, found.hashes);
      if (wrong) shown(verdict, "bad", fill(texts.textUnpublished, { day: wrong }));
      else shown(verdict, "ok", fill(texts.textSound, { n: found.entries, opened: found.opened, head: found.hashes.at(-1) }));
    } catch (fault) {
      if (fault instanceof Fault) shown(verdict, "bad", fill(texts.textFault, { line: fault.line, why: texts[`why${fault.why[0].toUpperCase()}${fault.why.slice(1)}`] }));
      else shown(verdict, "bad", texts.textUnread);
    }
    button.disabled = false;
  });
}

/** The day whose published head the log does not have; marks every row that agrees. */
function compared(box, hashes) {
  for (const row of box.querySelectorAll("[data-head]")) {
    if (hashes[Number(row.dataset.seq)] !== row.dataset.head) return row.dataset.day;
    row.querySelector("[data-proof-mark]").textContent = box.dataset.textAgrees;
  }
  return null;
}

function shown(place, tone, text) {
  place.dataset.tone = tone;
  place.className = `alert${tone ? ` alert-${tone}` : ""}`;
  place.textContent = text;
}
