// Text that its own box cuts off, other than after so many lines, with an ellipsis: the whole of it is a press away.
() => {
  const hides = (way) => !["visible", "auto", "scroll"].includes(way);
  const cut = (e) => {
    const style = getComputedStyle(e);
    return (hides(style.overflowX) && e.scrollWidth > e.clientWidth + 1)
      || (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 1);
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((e) => !e.closest(".sr, .skip, svg") && cut(e) && getComputedStyle(e).webkitLineClamp === "none")
    .map((e) => `${e.outerHTML.slice(0, 90)} ${e.clientWidth}x${e.clientHeight} of ${e.scrollWidth}x${e.scrollHeight}`);
}
