import { describe, expect, it } from "vitest";

import { nameLanguage } from "./language";

describe("the language that the chart is drawn in", () => {
  it("is the system's where that has a name, and English where it is set to none", () => {
    const italian = { language: "it-IT" } as Navigator;
    nameLanguage(italian);
    expect(italian.language).toBe("it-IT");
    const none = { language: "C" } as Navigator;
    nameLanguage(none);
    expect(none.language).toBe("en-GB");
  });
});
