// Pages with a composer load this beside app.js; joined like it.
import "./composer-keys.js";
import "./draft.js";
import "./upload.js";
import "./mention.js";
import "./quote.js";
