// Verifies the proof on this page, in this browser alone: each record is in the tree (RFC 9162, 2.1.3), the tree's head
// is signed by the key (C2SP signed-note), and the page shows what the records say. It asks nobody for anything.
"use strict";

const FORMAT = "callrouter-evidence/1";
const HASH_BYTES = 32;
const encoder = new TextEncoder();

class Refused extends Error {}

function need(holds, why) {
  if (!holds) throw new Refused(why);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

function fromHex(text) {
  need(typeof text === "string" && /^([0-9a-f]{2})*$/.test(text), "form");
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

// RFC 8785, for strings, integers, booleans, null, lists and objects with ASCII names.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

function parsed(line) {
  const found = JSON.parse(line);
  need(canonical(found) === line, "form");
  return found;
}

async function publicKey(text) {
  const [name, id, ...rest] = text.trim().split("+");
  const bytes = fromBase64(rest.join("+"));
  need(bytes.length === HASH_BYTES + 1 && bytes[0] === 1, "form");
  const expected = (await sha256(encoder.encode(`${name}\n`), bytes)).slice(0, 4);
  need(same(fromHex(id), expected), "form");
  const key = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  return { name, id: expected, key };
}

async function openHead(note, signer) {
  const end = note.lastIndexOf("\n\n");
  need(end > 0, "form");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  for (const line of note.slice(end + 2).split("\n")) {
    const [dash, name, encoded] = line.split(" ");
    if (dash !== "\u2014" || name !== signer.name) continue;
    const signature = fromBase64(encoded);
    if (!same(signature.slice(0, 4), signer.id)) continue;
    need(await crypto.subtle.verify("Ed25519", signer.key, signature.slice(4), encoder.encode(text)), "signature");
    need(origin === signer.name && /^(0|[1-9][0-9]*)$/.test(size), "signature");
    return { size: Number(size), root: fromBase64(root) };
  }
  throw new Refused("signature");
}

async function rootByInclusion(leaf, index, size, proof) {
  need(Number.isSafeInteger(index) && index >= 0 && index < size, "record");
  let [place, last, found] = [index, size - 1, leaf];
  for (const other of proof) {
    need(last > 0, "record");
    if (place % 2 || place === last) {
      found = await sha256([1], other, found);
      while (place && !(place % 2)) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else {
      found = await sha256([1], found, other);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  need(last === 0, "record");
  return found;
}

async function recordOf(line, head) {
  const salt = fromHex(line.salt);
  need(salt.length === HASH_BYTES && Array.isArray(line.proof), "form");
  const entry = await sha256(salt, encoder.encode(canonical(line.record)));
  const root = await rootByInclusion(await sha256([0], entry), line.index, head.size, line.proof.map(fromHex));
  need(same(root, head.root), "record");
  return line.record;
}

// What the page shows of a record has to be what the record says.
function comparePage(records) {
  for (const shown of document.querySelectorAll("[data-entry]")) {
    const record = records.get(Number(shown.dataset.entry));
    need(record !== undefined && Object.hasOwn(record, shown.dataset.field), "page");
    const exact = { TIME: "datetime", DATA: "value" }[shown.tagName];
    const text = exact ? shown.getAttribute(exact) : shown.textContent;
    need(text === String(record[shown.dataset.field]), "page");
  }
  const told = document.querySelectorAll("blockquote[data-entry]").length;
  const wordy = [...records.values()].filter((record) => Object.hasOwn(record, "words")).length;
  need(told === wordy, "page");
}

async function verify(file, key) {
  const [first, ...lines] = file.split("\n").filter((line) => line !== "").map(parsed);
  need(first?.format === FORMAT && first.contents === "proof" && lines.length > 0, "form");
  const head = await openHead(first.checkpoint, await publicKey(key));
  const records = new Map();
  for (const line of lines) records.set(line.index, await recordOf(line, head));
  comparePage(records);
  return { records: records.size, size: head.size };
}

async function isAble() {
  try {
    const key = new Uint8Array(HASH_BYTES);
    key[0] = 1;
    await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

async function answer() {
  const { dataset } = document.getElementById("verification");
  if (!(await isAble())) return { className: "", text: dataset.unable };
  try {
    const found = await verify(document.getElementById("proof").textContent, document.getElementById("key").value);
    return { className: "yes", text: filled(dataset.yes, found) };
  } catch (error) {
    const why = error instanceof Refused ? error.message : "form";
    return { className: "no", text: filled(dataset.no, { why: dataset[why] }) };
  }
}

async function tell() {
  const result = document.getElementById("result");
  result.textContent = "";
  const { className, text } = await answer();
  result.className = className;
  result.textContent = text;
}

const button = document.getElementById("verify");
button.hidden = document.getElementById("verify-hint").hidden = false;
document.getElementById("no-script").hidden = true;
button.addEventListener("click", tell);
