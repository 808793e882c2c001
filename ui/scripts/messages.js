// Makes functions of the messages: messages/{en,it}/*.json to src/lib/paraglide/. Nothing is fetched: the reader of
// the files is a package of this project. Does nothing when no message has changed.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { compile } from "@inlang/paraglide-js";

const ui = fileURLToPath(new URL("..", import.meta.url));
const outdir = `${ui}src/lib/paraglide`;
const stamp = `${outdir}/.messages`;
const LOCALES = ["en", "it"];

const subjects = readdirSync(`${ui}messages/en`).filter((name) => name.endsWith(".json"));
const hash = createHash("sha256").update(readFileSync(`${ui}project.inlang/settings.json`));
const seen = new Map();
const faults = [];
for (const subject of subjects) {
  const texts = LOCALES.map((locale) => readFileSync(`${ui}messages/${locale}/${subject}`, "utf8"));
  texts.forEach((text) => hash.update(text));
  const [english, italian] = texts.map((text) => Object.keys(JSON.parse(text)));
  for (const key of english) {
    if (seen.has(key)) faults.push(`${key} stands in ${seen.get(key)} and in ${subject}`);
    seen.set(key, subject);
    if (!italian.includes(key)) faults.push(`it/${subject} lacks ${key}`);
  }
  faults.push(...italian.filter((key) => !english.includes(key)).map((key) => `en/${subject} lacks ${key}`));
}
const listed = JSON.parse(readFileSync(`${ui}project.inlang/settings.json`, "utf8"))[
  "plugin.inlang.messageFormat"
].pathPattern.map((path) => path.split("/").at(-1));
faults.push(
  ...subjects.filter((name) => !listed.includes(name)).map((name) => `project.inlang lacks ${name}`),
);
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

const digest = hash.digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== digest) {
  await compile({
    project: `${ui}project.inlang`,
    outdir,
    strategy: ["globalVariable", "baseLocale"],
    isServer: "false",
    emitGitIgnore: false,
    emitPrettierIgnore: false,
    emitReadme: false,
    emitTsDeclarations: false,
    disableAsyncLocalStorage: true,
    cleanOutdir: false,
  });
  writeFileSync(stamp, digest);
}
// What reads the project leaves timers behind that would hold the process for half a minute.
process.exit(0);
