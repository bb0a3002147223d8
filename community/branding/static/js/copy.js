// [data-copy]: a link copies its own address, a button the text of the [data-copy-from] around it; both say so with the
// words in data-copied. A button is of no use without this script, so it comes hidden.
document.querySelectorAll("button[data-copy]").forEach((button) => (button.hidden = !navigator.clipboard));
document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (!copier || event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(copier.href ?? copier.closest("[data-copy-from]").querySelector("code").textContent);
  } catch {
    if (copier.href) location.href = copier.href;
    return;
  }
  const words = copier.querySelector("[data-copy-text]") ?? copier;
  const before = words.textContent;
  words.textContent = copier.dataset.copied;
  setTimeout(() => (words.textContent = before), 2000);
});
