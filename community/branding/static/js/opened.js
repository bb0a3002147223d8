// [data-hits="key"] with links [data-thing="kind:id"]: tells the server which of them was opened. The link is left as
// it is, so it can be copied; without a script nothing is told.
function tell(event) {
  const link = event.target.closest?.("a[data-thing]");
  const list = link?.closest("[data-hits]");
  if (!list || list.dataset.hits === "0" || event.button > 1) return;
  const body = new FormData();
  body.set("key", list.dataset.hits);
  body.set("thing", link.dataset.thing);
  if (!navigator.sendBeacon?.(list.dataset.hitsUrl, body)) {
    fetch(list.dataset.hitsUrl, { method: "POST", body, keepalive: true }).catch(() => {});
  }
}

document.addEventListener("click", tell);
document.addEventListener("auxclick", tell);
