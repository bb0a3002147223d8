// [data-toc]: a list of contents marks the heading one reads.
const toc = document.querySelector("[data-toc]");
if (toc) {
  const links = [...toc.querySelectorAll("a")];
  const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const passed = heads.findLastIndex((head) => head && head.getBoundingClientRect().top < 120);
    links.forEach((link, index) => link.toggleAttribute("aria-current", index === passed));
    if (passed >= 0) links[passed].setAttribute("aria-current", "true");
  };
  document.addEventListener("scroll", () => requestAnimationFrame(mark), { passive: true });
  mark();
}
