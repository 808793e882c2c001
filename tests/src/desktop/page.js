// What the tests know a page by: roles and names, as a screen reader would say them. Runs in the page, by WebDriver.
// Called with the name of one of these functions and its arguments.
const INPUT_ROLES = {
  button: "button", submit: "button", reset: "button", checkbox: "checkbox", radio: "radio", range: "slider",
  number: "spinbutton", search: "searchbox",
};
const TAG_ROLES = {
  BUTTON: "button", NAV: "navigation", MAIN: "main", DIALOG: "dialog", TABLE: "table", TR: "row", TD: "cell",
  TH: "columnheader", UL: "list", OL: "list", LI: "listitem", H1: "heading", H2: "heading", H3: "heading",
  H4: "heading", OPTION: "option", PROGRESS: "progressbar", METER: "meter", ASIDE: "complementary", FORM: "form",
  TEXTAREA: "textbox", OUTPUT: "status", FIELDSET: "group", IMG: "img", SUMMARY: "button",
};
const FROM_CONTENT = new Set([
  "button", "link", "cell", "gridcell", "columnheader", "rowheader", "row", "heading", "option", "menuitem",
  "menuitemradio", "menuitemcheckbox", "tab", "treeitem", "switch", "checkbox", "radio", "tooltip", "listitem",
]);

const squeeze = (text) => text.replace(/\s+/g, " ").trim();

function roleOf(element) {
  const given = element.getAttribute("role");
  if (given) return given.trim().split(/\s+/)[0];
  if (element.tagName === "A") return element.hasAttribute("href") ? "link" : "generic";
  if (element.tagName === "INPUT") return INPUT_ROLES[element.type] ?? "textbox";
  if (element.tagName === "SELECT") return element.multiple || element.size > 1 ? "listbox" : "combobox";
  if (element.tagName === "SECTION") return nameOf(element) ? "region" : "generic";
  return TAG_ROLES[element.tagName] ?? "generic";
}

function isShown(element) {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  return !element.closest("[aria-hidden='true'], [inert]");
}

function contentName(element) {
  let text = "";
  for (const node of element.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.data;
    if (node.nodeType !== Node.ELEMENT_NODE || node.getAttribute("aria-hidden") === "true") continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const inline = getComputedStyle(node).display.startsWith("inline");
    const inner = node.getAttribute("aria-label") ?? node.getAttribute("alt") ?? contentName(node);
    text += inline ? inner : ` ${inner} `;
  }
  return text;
}

function nameOf(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) {
    const parts = by.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    const name = squeeze(parts.map((part) => part.getAttribute("aria-label") ?? contentName(part)).join(" "));
    if (name) return name;
  }
  const label = squeeze(element.getAttribute("aria-label") ?? "");
  if (label) return label;
  if (element.labels?.length) return squeeze([...element.labels].map(contentName).join(" "));
  const role = element.getAttribute("role") ?? element.tagName;
  if (element.tagName === "FIELDSET") return squeeze(element.querySelector("legend")?.textContent ?? "");
  if (element.tagName === "IMG") return squeeze(element.alt);
  const fromContent = FROM_CONTENT.has(role.toLowerCase()) || FROM_CONTENT.has(TAG_ROLES[element.tagName] ?? "");
  const content = fromContent || element.tagName === "A" ? squeeze(contentName(element)) : "";
  return content || squeeze(element.title ?? "") || squeeze(element.getAttribute("placeholder") ?? "");
}

const functions = {
  find(role, name, exactly) {
    const named = (element) => (exactly ? nameOf(element) === name : nameOf(element).includes(name));
    return [...document.querySelectorAll("*")].filter(
      (element) => roleOf(element) === role && isShown(element) && named(element),
    );
  },
  names(role) {
    return [...document.querySelectorAll("*")]
      .filter((element) => roleOf(element) === role && isShown(element))
      .map(nameOf);
  },
  text() {
    return document.body?.innerText ?? "";
  },
  focus() {
    const element = document.activeElement;
    return !element || element === document.body ? "" : `${roleOf(element)} "${nameOf(element)}"`;
  },
  // Where the focus is, and whether a person sees it: a ring around it, or around the field or box that it fills.
  focusRing() {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const inside = document.getElementById(element.getAttribute("aria-activedescendant"));
    const rings = [inside, element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    const visible = rings.some((each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      const focused = each === inside || each.matches(":focus-within");
      return focused && ((outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none");
    });
    return { on: `${roleOf(element)} "${nameOf(element)}"`, visible };
  },
};

return functions[arguments[0]](...[...arguments].slice(1));
