// What has the focus, and whether a reader sees it: the ring, its contrast, and what covers it.
() => {
  const pixel = (colour) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = pixel(colour).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (pixel(colour)[3] === 255) return colour;
    }
    return "white";
  };
  const outlined = (e) => getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) >= 2;

  const focused = document.activeElement;
  let ring = focused; // a field may leave the ring to the box around it
  while (ring && !outlined(ring)) ring = focused.matches("input, textarea") ? ring.parentElement : null;

  const box = focused.getBoundingClientRect();
  const hidden = [];
  for (const y of [box.top + 2, box.bottom - 2]) {
    const above = document.elementFromPoint(box.x + box.width / 2, y)?.closest("header.top, nav.nav");
    if (above && !above.contains(focused)) hidden.push(`under the ${above.className} at ${y}`);
  }
  if (box.bottom <= 0 || box.top >= innerHeight || box.width === 0) hidden.push("outside the window");
  return {
    what: focused.outerHTML.slice(0, 120),
    name: (focused.labels?.[0] ?? focused).innerText?.trim() ?? "",
    tag: focused.tagName.toLowerCase(),
    ring_px: ring ? parseFloat(getComputedStyle(ring).outlineWidth) : 0,
    contrast: ring ? ratio(light(getComputedStyle(ring).outlineColor), light(ground(ring.parentElement))) : 0,
    hidden,
  };
}
