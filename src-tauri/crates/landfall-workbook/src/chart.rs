//! A chart's XML (ECMA-376 part 1, 21.2): its title, and which cells its series show.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Series that are read; a chart of more than that shows nothing.
const MOST_SERIES: usize = 32;

/// A chart as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) title: String,
    pub(crate) series: Vec<DrawnSeries>,
}

/// A series that names its cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DrawnSeries {
    pub(crate) name: String,
    pub(crate) labels: Option<CellRange>,
    pub(crate) values: Option<CellRange>,
}

/// Cells of one column, both ends included, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellRange {
    pub(crate) column: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The first chart whose series all lie on the sheet of that name.
pub(crate) fn first_of(charts: &[Vec<u8>], sheet: &str) -> Option<Drawn> {
    charts.iter().find_map(|xml| read(xml, sheet))
}

fn read(xml: &[u8], sheet: &str) -> Option<Drawn> {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    let mut path: Vec<String> = Vec::new();
    let mut drawn = Drawn::default();
    let mut text = String::new();
    loop {
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) => {
                path.push(element.local_name().as_ref().to_owned());
                text.clear();
                if path.last().is_some_and(|name| name == "ser") {
                    drawn.series.push(DrawnSeries::default());
                }
                if drawn.series.len() > MOST_SERIES || path.len() > 64 {
                    return None;
                }
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) => text.push_str(entity(name.as_ref())),
            Event::End(_) => {
                place(&mut drawn, &path, &text, sheet);
                path.pop();
                text.clear();
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    let complete = |series: &DrawnSeries| series.labels.is_some() && series.values.is_some();
    (!drawn.series.is_empty() && drawn.series.iter().all(complete)).then_some(drawn)
}

/// Puts the text of the element that ends at `path` where it belongs.
fn place(drawn: &mut Drawn, path: &[String], text: &str, sheet: &str) {
    let inside = |name: &str| path.iter().any(|element| element == name);
    let Some(element) = path.last() else { return };
    match (element.as_str(), drawn.series.last_mut().filter(|_| inside("ser"))) {
        ("v", Some(series)) if inside("tx") => text.clone_into(&mut series.name),
        ("f", Some(series)) if inside("cat") => series.labels = cells(text, sheet),
        ("f", Some(series)) if inside("val") => series.values = cells(text, sheet),
        // The chart's own title comes before its axes with theirs.
        ("t", None) if inside("title") && !inside("plotArea") => drawn.title.push_str(text),
        _ => {}
    }
}

/// `Summary!$D$30:$D$60` as a range, if it lies on that sheet and in one column.
fn cells(formula: &str, sheet: &str) -> Option<CellRange> {
    let (named, range) = formula.rsplit_once('!')?;
    if named.trim_matches('\'') != sheet {
        return None;
    }
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    let ((column, first), (other, last)) = (cell(first)?, cell(last)?);
    (column == other && first <= last).then_some(CellRange { column, first, last })
}

fn cell(name: &str) -> Option<(usize, usize)> {
    let name = name.replace('$', "");
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0_usize, |column, letter| {
        letter.is_ascii_uppercase().then(|| column * 26 + usize::from(letter - b'A') + 1)
    })?;
    let row: usize = row.parse().ok().filter(|row| (1..=1_048_576).contains(row))?;
    Some((column - 1, row - 1))
}

/// The five names that XML itself has.
fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_if_they_are_of_one_column_of_the_sheet() {
        let range = CellRange { column: 3, first: 29, last: 59 };
        assert_eq!(cells("Summary!$D$30:$D$60", "Summary"), Some(range));
        assert_eq!(cells("'My sums'!$AB$2", "My sums"), Some(CellRange { column: 27, first: 1, last: 1 }));
        for other in [
            "Other!$D$30:$D$60",
            "Summary!$D$30:$E$60",
            "Summary!$D$60:$D$30",
            "Summary!D",
            "Summary!$D$0",
            "Summary!$ZZZZZZZZ$1",
            "Summary!$D$99999999999999999999",
            "D1",
            "",
        ] {
            assert_eq!(cells(other, "Summary"), None, "{other}");
        }
    }
}
