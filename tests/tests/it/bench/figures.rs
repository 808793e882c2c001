//! Figures beside the bars they have to reach.

use std::fmt;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Figure {
    pub(crate) what: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) ours: f64,
    /// What it is compared with: the bare app, or an empty ledger.
    pub(crate) beside: Option<f64>,
    pub(crate) bar: Bar,
}

/// What has to be reached.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bar {
    /// At most so many times what it is compared with.
    Times(f64),
    /// At most this, in the figure's unit.
    AtMost(f64),
    /// At most what it is compared with.
    NoMore,
    /// Only to be known.
    None,
}

impl Figure {
    pub(crate) fn reaches(&self) -> bool {
        match (self.bar, self.beside) {
            (Bar::Times(times), Some(beside)) => self.ours <= beside * times,
            (Bar::NoMore, Some(beside)) => self.ours <= beside,
            (Bar::AtMost(most), _) => self.ours <= most,
            (Bar::None, _) => true,
            (Bar::Times(_) | Bar::NoMore, None) => false,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, unit, ours, beside, bar } = self;
        write!(f, "{what:<52} {ours:>9.1} {unit:<4}")?;
        match beside {
            Some(beside) => {
                let times = if *beside > 0.0 { format!("{:.2} x", ours / beside) } else { String::new() };
                write!(f, " {beside:>9.1} {times:>7}")?;
            }
            None => write!(f, " {:>9} {:>7}", "", "")?,
        }
        let bar = match bar {
            Bar::Times(times) => format!("<= {times} x"),
            Bar::AtMost(most) => format!("<= {most} {unit}"),
            Bar::NoMore => "no more".to_owned(),
            Bar::None => return Ok(()),
        };
        write!(f, "  {bar:<10} {}", if self.reaches() { "reached" } else { "MISSED" })
    }
}

/// The middle one; of an even number, the lower one in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

#[test]
fn a_figure_says_whether_it_reaches_its_bar() {
    let figure = |ours, beside, bar| Figure { what: "first paint", unit: "ms", ours, beside, bar };
    assert!(figure(120.0, Some(100.0), Bar::Times(1.3)).reaches());
    assert!(!figure(140.0, Some(100.0), Bar::Times(1.3)).reaches());
    assert!(!figure(140.0, None, Bar::Times(1.3)).reaches(), "nothing to compare with is no success");
    assert!(figure(0.4, None, Bar::AtMost(0.5)).reaches());
    assert!(figure(1.0, Some(1.0), Bar::NoMore).reaches() && !figure(2.0, Some(1.0), Bar::NoMore).reaches());
    assert!(figure(140.0, Some(100.0), Bar::Times(1.3)).to_string().ends_with("MISSED"));
    assert!((median(vec![5.0, 1.0, 3.0]) - 3.0).abs() < f64::EPSILON);
}
