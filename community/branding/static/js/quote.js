// "Quote" puts the selected words, or the whole post, into the reply box. Without us the link asks the server.
// <a data-quote="reply-body" href="?quote=12#reply" data-quote-url="/p/12/quote/">; the answer is Markdown.

function selected(post) {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !post?.querySelector(".prose")?.contains(selection.anchorNode)) return "";
  return selection.toString().trim();
}

async function quote(link) {
  const words = selected(link.closest(".post"));
  const url = new URL(link.dataset.quoteUrl, location.href);
  if (words) url.searchParams.set("words", words.slice(0, 1500));
  const answer = await fetch(url, { headers: { Accept: "text/plain" } });
  if (!answer.ok) return location.assign(link.href);
  const area = document.getElementById(link.dataset.quote);
  const gap = area.value.trim() ? "\n\n" : "";
  area.setRangeText(`${gap}${await answer.text()}\n\n`, area.value.length, area.value.length, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
  area.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-quote]");
  if (!link || event.ctrlKey || event.metaKey || !document.getElementById(link.dataset.quote)) return;
  event.preventDefault();
  quote(link);
});
