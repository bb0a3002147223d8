// What is smaller than 24 px and not a link in a line of text; on phones also what is the main thing and below 44 px.
() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !e.closest(".skip, .sr");
  const box = (e) => ((e.matches("[type=radio], [type=checkbox]") && e.closest("label")) || e).getBoundingClientRect();
  const least = (e) => (innerWidth < 500 && e.matches(".btn.p:not(.s), nav.nav a") ? 44 : 24);
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((e) => shown(e) && getComputedStyle(e).display !== "inline")
    .map((e) => [e, box(e)])
    .filter(([e, { width, height }]) => width > 1 && Math.min(width, height) < least(e))
    .map(([e, { width, height }]) => `${e.outerHTML.slice(0, 90)} ${Math.round(width)}x${Math.round(height)}`);
}
