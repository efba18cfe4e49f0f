// The reporting form of one line: it saves itself, takes several files at once, offers the percent of a quantity.
import "./autosave.js";
import "./uploads.js";
import "./quantities.js";
import "./rows.js";
