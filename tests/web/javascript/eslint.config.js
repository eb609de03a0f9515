import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ...js.configs.recommended,
    files: ["edge_agent/web/static/*.js", "centre/web/static/*.js"],
    languageOptions: { globals: { ...globals.browser, htmx: "readonly", L: "readonly", uPlot: "readonly" } },
    rules: { ...js.configs.recommended.rules, eqeqeq: "error", "no-var": "error", "prefer-const": "error" },
  },
];
