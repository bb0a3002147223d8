// Every page loads this one file: in development the browser follows the imports, collectstatic joins them.
// A module finds its elements by a data- hook, imports and exports nothing, and holds no words: they come in templates.
import "./menu.js";
import "./toast.js";
import "./dialog.js";
import "./copy.js";
import "./toc.js";
import "./print.js";
import "./ago.js";
import "./guard.js";
import "./focus.js";
import "./theme.js";
import "./live.js";
import "./search.js";
import "./opened.js";
