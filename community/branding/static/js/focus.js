// [data-focus]: an error summary takes the focus, on load and after a swap, and so is read out first.
const take = (scope) => scope.querySelector("[data-focus]")?.focus();

take(document);
document.addEventListener("htmx:after:swap", () => take(document));
