//! Role and name of an element as WebKit itself computes them for a screen reader; fantoccini has no words for it.

use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use url::{ParseError, Url};

use super::driver::ask;

/// What a screen reader says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// As ARIA says it: `button`, `textbox`.
    pub role: String,
    pub name: String,
}

impl Spoken {
    pub(super) fn of(element: &Element) -> Result<Self, String> {
        let asked = |what| {
            let question = Question { element: element.element_id(), what };
            let answer = ask(what, element.clone().client().issue_cmd(question))?;
            Ok::<_, String>(answer.as_str().unwrap_or_default().to_owned())
        };
        Ok(Self { role: asked("computedrole")?, name: asked("computedlabel")? })
    }
}

/// "Get Computed Role" and "Get Computed Label" of the WebDriver standard.
#[derive(Debug)]
struct Question {
    element: ElementRef,
    what: &'static str,
}

impl WebDriverCompatibleCommand for Question {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/element/{}/{}", session.unwrap_or_default(), self.element, self.what))
    }

    fn method_and_body(&self, _url: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}
