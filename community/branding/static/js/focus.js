// [data-focus]: an error summary takes the focus, on load and after a swap, and so is read out first. What refreshes
// itself ([data-live]) takes it from nobody.
const take = (scope) => scope.querySelector("[data-focus]")?.focus();

take(document);
document.addEventListener("htmx:after:swap", (event) => event.target.matches?.("[data-live]") || take(document));
