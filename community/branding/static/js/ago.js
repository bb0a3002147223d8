// time[data-ago]: keeps "3 minutes ago" true while the page stays open, in the page's language.
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const MONTH_S = 28 * 86400;
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });

function refresh() {
  if (document.hidden) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const age = (Date.now() - Date.parse(time.dateTime)) / 1000;
    const unit = UNITS.find(([, seconds]) => age >= seconds);
    if (unit && age < MONTH_S) time.textContent = words.format(-Math.floor(age / unit[1]), unit[0]);
  }
}
setInterval(refresh, 60000);
document.addEventListener("visibilitychange", refresh);
