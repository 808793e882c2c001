//! How evenly a long list scrolls, seen from inside the page.

use landfall_tests::desktop::Page;

use super::figures::median;

/// Longer than this, a frame is seen to stumble.
pub(crate) const SLOW_MILLISECONDS: f64 = 50.0;

/// The frames of one scroll through the list.
#[derive(Debug)]
pub(crate) struct Frames {
    /// From one frame to the next, in milliseconds.
    lengths: Vec<f64>,
}

impl Frames {
    /// Scrolls the page's longest list from its top by ten rows a frame, for as many frames or as long as [`SCROLL`]
    /// says.
    pub(crate) fn of(page: &Page) -> Self {
        let seen = page.run_async(SCROLL, Vec::new());
        let lengths = seen.as_array().unwrap_or_else(|| panic!("no long list: {seen}"));
        Self { lengths: lengths.iter().filter_map(serde_json::Value::as_f64).collect() }
    }

    /// The share of slow frames, in percent.
    pub(crate) fn slow(&self) -> f64 {
        let slow = self.lengths.iter().filter(|length| **length > SLOW_MILLISECONDS).count();
        slow as f64 / self.lengths.len().max(1) as f64 * 100.0
    }

    pub(crate) fn median(&self) -> f64 {
        median(self.lengths.clone())
    }

    pub(crate) fn longest(&self) -> f64 {
        self.lengths.iter().copied().fold(0.0, f64::max)
    }
}

const SCROLL: &str = "
    const done = arguments[arguments.length - 1];
    const long = [...document.querySelectorAll('*')].filter((each) => each.scrollHeight > each.clientHeight + 20000);
    const list = long.find((each) => /auto|scroll/.test(getComputedStyle(each).overflowY));
    if (!list) return done({ error: 'none' });
    list.scrollTop = 0;
    const lengths = [];
    const began = performance.now();
    let last = 0;
    const step = (now) => {
        if (last) lengths.push(now - last);
        last = now;
        list.scrollTop += 320;
        if (lengths.length < 200 && now - began < 10000) requestAnimationFrame(step); else done(lengths);
    };
    requestAnimationFrame(step);
";
