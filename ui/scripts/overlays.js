// More situations: what lies over the views, and the parts of Settings that are further down.

import { setTimeout as wait } from "node:timers/promises";

/** Settings, scrolled to a section by its number. */
const settings = (number) => async (page) => {
  await page.keyboard.press("Control+,");
  const head = page.locator("main section > h2").nth(number);
  await head.waitFor();
  await wait(250);
  await head.evaluate((head) => head.scrollIntoView({ block: "start" }));
};

/** The last button of such a section that fits. */
const inSettings = (number, button) => async (page) => {
  await settings(number)(page);
  await page.locator("main section:has(> h2)").nth(number).locator(button).last().click();
};

async function october(page) {
  await page
    .getByRole("row")
    .filter({ hasText: /83[.,]835/ })
    .first()
    .click();
  await wait(200);
}

async function deleteForGood(page) {
  await page.evaluate(() =>
    window.landfall.refuse("deleteReport", {
      code: "refused",
      message: "the folder has no trash",
      hint: "Delete it for good, or move it away by hand.",
      subject: null,
    }),
  );
  await october(page);
  await page.keyboard.press("Delete");
}

export const OVERLAYS = [
  {
    name: "preview-narrow",
    scenario: "populated",
    narrow: true,
    act: async (page) => {
      await october(page);
      await page.keyboard.press("Space");
    },
  },
  {
    name: "deleted",
    scenario: "populated",
    act: async (page) => {
      await october(page);
      await page.keyboard.press("Delete");
    },
  },
  { name: "delete-for-good", scenario: "populated", act: deleteForGood },
  {
    name: "password-dialog",
    scenario: "failed",
    act: (page) => page.locator("main .btn.primary").nth(1).click(),
  },
  { name: "palette-all", scenario: "populated", act: (page) => page.keyboard.press("Control+k") },
  { name: "settings-folder", scenario: "populated", act: inSettings(0, "button:not([role])") },
  { name: "settings-database", scenario: "populated", act: settings(1) },
  { name: "settings-notifications", scenario: "populated", act: settings(2) },
  { name: "settings-appearance", scenario: "populated", act: settings(3) },
  { name: "settings-landfall", scenario: "populated", act: settings(4) },
  { name: "start-over", scenario: "populated", act: inSettings(4, "button") },
];
