// form[data-once]: a second press while the first is on its way sends nothing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-once]") || event.defaultPrevented) return;
  if (form.ariaBusy === "true") {
    event.preventDefault();
    return;
  }
  form.ariaBusy = "true";
});
// A page brought back by the Back button, or a swap, must be able to send again.
const release = (scope) => scope.querySelectorAll("form[data-once]").forEach((form) => (form.ariaBusy = "false"));
addEventListener("pageshow", () => release(document));
document.addEventListener("htmx:finally:request", () => release(document));
