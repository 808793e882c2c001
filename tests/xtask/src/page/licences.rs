//! The licences of the page's packages, as npm's list has them.

/// Permissive licences, each as it is met.
const ALLOWED: [&str; 10] = [
    "(Apache-2.0 WITH LLVM-exception)",
    "0BSD",
    "Apache-2.0 OR MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BlueOak-1.0.0",
    "ISC",
    "MIT",
    "MIT-0",
];
/// Of tools that check or build the page; nothing of them is in it.
const ALLOWED_TOOLS: [(&str, &str); 4] = [
    ("axe-core", "MPL-2.0"),
    ("lightningcss", "MPL-2.0"),
    ("mdn-data", "CC0-1.0"),
    ("argparse", "Python-2.0"),
];

/// The packages of a `package-lock.json` whose licence is not allowed, each with its licence. The list has a line for
/// each fact, as npm writes it.
pub(super) fn refused(list: &str) -> Vec<String> {
    let mut refused = Vec::new();
    let mut package = "";
    for line in list.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("\"node_modules/").and_then(|rest| rest.strip_suffix("\": {")) {
            package = name.rsplit("node_modules/").next().unwrap_or(name);
        }
        let licence = line.strip_prefix("\"license\": \"").map(|rest| rest.trim_end_matches([',', '"']));
        let Some(licence) = licence else { continue };
        let is_tool = |(tool, its): &(&str, &str)| package.starts_with(tool) && *its == licence;
        if !ALLOWED.contains(&licence) && !ALLOWED_TOOLS.iter().any(is_tool) {
            refused.push(format!("{package} ({licence})"));
        }
    }
    refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_that_is_not_permissive_is_refused() {
        let list = r#"
            "node_modules/svelte": {
                "license": "MIT",
            "node_modules/lightningcss-linux-x64-gnu": {
                "license": "MPL-2.0",
            "node_modules/svelte/node_modules/@x/strict": {
                "license": "GPL-3.0"
        "#;
        assert_eq!(refused(list), ["@x/strict (GPL-3.0)"]);
    }
}
