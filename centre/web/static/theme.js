"use strict";
// Light, dark, or as the system says. Runs before anything is drawn.
const kept = localStorage.getItem("theme");
if (kept) document.documentElement.dataset.theme = kept;
