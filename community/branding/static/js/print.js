// [data-print]: a button prints the page. It is of no use without this script, so it comes hidden.
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
