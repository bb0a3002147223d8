// What axe finds by the rules or tags named, one line a rule.
(only) =>
  axe
    .run(document, { runOnly: only, resultTypes: ["violations"], preload: false, iframes: false })
    .then((found) => found.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 4).map((node) => node.target)}`))
