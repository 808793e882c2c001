import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

/** Only this folder may talk to the shell. */
const BACKEND = "src/lib/backend/**";

export default ts.config(
  { ignores: ["dist/", "src/lib/paraglide/", "src/lib/generated/", "project.inlang/cache/"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  { files: ["scripts/**", "*.js", "*.ts"], languageOptions: { globals: { ...globals.node } } },
  {
    rules: {
      // Text from outside is data; it is never read as markup.
      "svelte/no-at-html-tags": "error",
      "svelte/no-navigation-without-resolve": "off",
      // What nobody on the screen reads is kept in plain maps and sets on purpose.
      "svelte/prefer-svelte-reactivity": "off",
      "no-console": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
  {
    files: ["src/**"],
    ignores: [BACKEND],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: ["@tauri-apps/*"], message: "Only src/lib/backend talks to the shell." }] },
      ],
    },
  },
);
