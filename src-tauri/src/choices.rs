//! Folders that a person chose in a dialog of the system. The page is given a number and can give it back once: it never
//! names a path.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use landfall_core::code::{ApiError, Code};

/// So many are kept; who chooses again and again forgets the first ones.
const MOST: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct Choices {
    given: Mutex<Given>,
}

#[derive(Debug, Default)]
struct Given {
    last: u32,
    folders: BTreeMap<u32, PathBuf>,
}

impl Choices {
    /// The number of a folder that a person just chose.
    pub(crate) fn hand_out(&self, folder: PathBuf) -> u32 {
        let mut given = self.lock();
        given.last = given.last.wrapping_add(1);
        let number = given.last;
        given.folders.insert(number, folder);
        if given.folders.len() > MOST {
            given.folders.pop_first();
        }
        number
    }

    /// The folder of a number that was handed out, once.
    pub(crate) fn take(&self, number: u32) -> Result<PathBuf, ApiError> {
        self.lock().folders.remove(&number).ok_or_else(|| {
            ApiError::new(
                Code::Refused,
                format!("{number} is not the number of a folder that was chosen"),
                "Choose the folder again.",
            )
        })
    }

    /// Puts one back whose use was refused, so that another answer can be tried.
    pub(crate) fn put_back(&self, number: u32, folder: PathBuf) {
        self.lock().folders.insert(number, folder);
    }

    fn lock(&self) -> MutexGuard<'_, Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_taken_once_and_a_number_that_was_never_handed_out_is_refused() {
        let choices = Choices::default();
        let number = choices.hand_out("/r".into());
        assert_eq!(choices.take(number), Ok("/r".into()));
        for wrong in [number, 0, number + 1, u32::MAX] {
            assert_eq!(choices.take(wrong).map_err(|error| error.code), Err(Code::Refused));
        }
    }

    #[test]
    fn only_the_last_choices_are_kept() {
        let choices = Choices::default();
        let first = choices.hand_out("/first".into());
        for _ in 0..MOST {
            choices.hand_out("/r".into());
        }
        assert!(choices.take(first).is_err());
    }
}
