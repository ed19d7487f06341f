/** The live room: event stream with resume, polling where there is none, and a plain word when the line is cut. */

import { fill, learnTime } from "./server.js";
import { say } from "./toast.js";

const SILENCE_MS = 15000;
const POLL_MS = 2000;
const RETRY_MS = 30000;

/** An element with data-live (stream), data-live-poll, data-live-seq, data-my-alias, data-leader-alias. */
export function bindLive(room) {
  const line = new Line(room);
  line.open();
  bindWishes(room, line);
}

class Line {
  constructor(room) {
    this.room = room;
    this.seq = Number(room.dataset.liveSeq || 0);
    this.leader = room.dataset.leaderAlias || null;
    this.source = null;
    this.polling = null;
    this.sound = false;
    this.heard = Date.now();
    this.watch = setInterval(() => this.check(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden || this.check());
  }

  open() {
    if (!window.EventSource) return this.poll();
    const url = new URL(this.room.dataset.live, location.href);
    if (this.seq) url.searchParams.set("after", this.seq);
    this.source = new EventSource(url);
    this.source.addEventListener("state", (event) => this.state(JSON.parse(event.data)));
    this.source.addEventListener("heartbeat", (event) => this.beat(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.source?.readyState === EventSource.CLOSED && this.poll());
  }

  /** The server refused the stream (full, or a proxy swallows it): ask every two seconds, try the stream again later. */
  poll() {
    this.source?.close();
    this.source = null;
    if (this.polling || !this.room.dataset.livePoll) return;
    this.polling = setInterval(() => this.ask(), POLL_MS);
    this.ask();
    setTimeout(() => { clearInterval(this.polling); this.polling = null; if (this.room.isConnected) this.open(); }, RETRY_MS);
  }

  async ask() {
    const url = new URL(this.room.dataset.livePoll, location.href);
    url.searchParams.set("after", this.seq);
    const sent = Date.now();
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) return;
      const page = await answer.json();
      this.beat(page, Date.now() - sent);
      const last = page.events?.at(-1);
      if (last) this.state(last);
    } catch { /* the silence is noticed by check() */ }
  }

  beat(message, tookMs) {
    this.alive();
    learnTime(message.server_ms, tookMs);
    this.moveEnd(message.ends_at_ms);
    this.tell("market:heartbeat", message);
  }

  /** Its server_ms is when it was first read, maybe long ago: only heartbeats tell the time. */
  state(message) {
    this.alive();
    if (message.seq <= this.seq) return;
    this.seq = message.seq;
    this.moveEnd(message.ends_at_ms);
    this.notice(message);
    this.tell("market:state", message);
  }

  moveEnd(endsAtMs) {
    if (!endsAtMs) return;
    for (const element of this.room.querySelectorAll("[data-live-end] [data-ends-at-ms], [data-live-end][data-ends-at-ms]")) {
      element.dataset.endsAtMs = endsAtMs;
    }
  }

  tell(name, detail) {
    this.room.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  alive() {
    this.heard = Date.now();
    this.stale(false);
  }

  check() {
    if (!this.room.isConnected) return this.close();
    if (Date.now() - this.heard <= SILENCE_MS) return;
    this.stale(true);
    if (!this.polling) this.poll();
  }

  stale(cut) {
    if (this.room.classList.contains("room-stale") === cut) return;
    this.room.classList.toggle("room-stale", cut);
    for (const banner of this.room.querySelectorAll("[data-live-banner]")) banner.hidden = !cut;
    this.tell("market:line", { cut });
  }

  /** Being outbid is worth a sound and a notice, if the reader asked for them. */
  notice(message) {
    const mine = this.room.dataset.myAlias;
    const lost = mine && this.leader === mine && message.leader_alias !== mine;
    this.leader = message.leader_alias;
    if (!lost) return;
    const words = fill(this.room.dataset.textOutbid, { alias: message.leader_alias });
    if (this.sound) ring();
    if (window.Notification?.permission === "granted" && this.notify && document.hidden) {
      new Notification(document.title, { body: words, tag: this.room.dataset.live });
    } else {
      say(words);
    }
  }

  close() {
    clearInterval(this.watch);
    clearInterval(this.polling);
    this.source?.close();
  }
}

function bindWishes(room, line) {
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));
  for (const button of room.querySelectorAll("[data-live-sound]")) {
    button.addEventListener("click", () => { line.sound = !line.sound; press(button, line.sound); if (line.sound) ring(); });
  }
  for (const button of room.querySelectorAll("[data-live-notify]")) {
    if (!window.Notification) button.hidden = true;
    button.addEventListener("click", async () => {
      line.notify = !line.notify && (await Notification.requestPermission()) === "granted";
      press(button, line.notify);
    });
  }
}

/** Two short tones, made here, so that no file is loaded. */
function ring() {
  const context = new AudioContext();
  for (const [start, pitch] of [[0, 660], [0.18, 520]]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.08;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + start);
    tone.stop(context.currentTime + start + 0.14);
  }
}
