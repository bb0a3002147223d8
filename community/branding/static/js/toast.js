// [data-toasts]: each [data-toast] gets its close button and, unless it is an error, leaves after eight seconds.
const SHOWN_MS = 8000;
const shelf = document.querySelector("[data-toasts]");

function start(toast) {
  const close = toast.querySelector("[data-toast-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
  if (toast.getAttribute("role") === "alert") return;
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, SHOWN_MS / 4) : toast.remove());
  setTimeout(leave, SHOWN_MS);
}

if (shelf) {
  shelf.querySelectorAll("[data-toast]").forEach(start);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) start(node);
  }).observe(shelf, { childList: true });
}
