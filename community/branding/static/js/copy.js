// [data-copy]: a link copies its own address and says so with the words in data-copied.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(link.href);
  } catch {
    location.href = link.href;
    return;
  }
  const words = link.querySelector("[data-copy-text]") ?? link;
  const before = words.textContent;
  words.textContent = link.dataset.copied;
  setTimeout(() => (words.textContent = before), 2000);
});
