// [data-focus]: an error summary takes the focus, on load and after a swap, and so is read out first. What refreshes
// itself ([data-live]) takes it from nobody.
const take = (scope) => scope.querySelector("[data-focus]")?.focus();

take(document);
document.addEventListener("htmx:after:swap", (event) => event.target.matches?.("[data-live]") || take(document));

// A browser brings the caret of a large field into view and leaves the rest below the bar of phones.
document.addEventListener("keyup", (event) => {
  if (event.key === "Tab") document.activeElement.scrollIntoView({ block: "nearest" });
});
