// [data-live="forums.topic:7"]: gets the event "live" (data-hx-trigger="live") when that thing may have changed.
// A socket of the visible tab says which things did; while there is none, a look every minute does. Its troubles are
// nobody's business: nothing is shown of them, and an answer that is no fragment changes nothing.
const POLL_MS = 60000;
const BEAT_MS = 25000;
const RETRY_MS = 2000;
let socket;
let seen = document.body.dataset.at; // when the page last was as the server knew it, by the server's clock
let failures = 0;
let retry, poll, beat;

const spots = () => [...document.querySelectorAll("[data-live]")];
const names = () => [...new Set(spots().map((spot) => spot.dataset.live))];
const jitter = (ms) => ms * (0.5 + Math.random());

function refresh(changed) {
  for (const spot of spots()) if (changed.includes(spot.dataset.live)) spot.dispatchEvent(new CustomEvent("live"));
}

function open() {
  if (socket || document.hidden || !names().length) return;
  clearTimeout(retry);
  const mine = new WebSocket(`${location.origin.replace("http", "ws")}/ws/?on=${names()}&since=${seen}`);
  let heard = true;
  socket = mine;
  mine.onopen = () => {
    failures = 0;
    poll = clearInterval(poll);
    beat = setInterval(() => (heard ? mine.send(".") : lose(mine), (heard = false)), BEAT_MS);
  };
  mine.onmessage = ({ data }) => {
    heard = true;
    const told = JSON.parse(data);
    seen = told.at;
    setTimeout(refresh, Math.random() * told.within_ms, told.changed);
  };
  mine.onclose = () => lose(mine);
}

function close() {
  for (const timer of [retry, poll, beat]) clearInterval(timer);
  poll = socket = void socket?.close();
}

function lose(gone) {
  if (gone !== socket) return;
  clearInterval(beat);
  poll ||= setInterval(() => refresh(names()), jitter(POLL_MS));
  retry = setTimeout(open, jitter(Math.min(RETRY_MS * 2 ** failures++, POLL_MS)));
  socket = void socket.close();
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
document.addEventListener("htmx:before:response", (event) => {
  const { sourceElement, response } = event.detail.ctx;
  if (sourceElement.matches?.("[data-live]") && response.status !== 200) event.preventDefault();
});
