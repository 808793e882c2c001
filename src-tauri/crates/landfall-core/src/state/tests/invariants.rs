//! What holds whatever happens, in any order.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    AsksSample,
    AsksServer,
    Cancels(u64),
    SampleReady,
    SampleEnds,
    GeneratorEnds(u64, bool),
    Waits(i64),
    DoorLeaves,
}

fn step() -> impl Strategy<Value = Step> {
    let run = RUN..RUN + 6;
    prop_oneof![
        3 => Just(Step::AsksSample),
        2 => Just(Step::AsksServer),
        1 => run.clone().prop_map(Step::Cancels),
        3 => Just(Step::SampleReady),
        1 => Just(Step::SampleEnds),
        4 => (run, any::<bool>()).prop_map(|(run, good)| Step::GeneratorEnds(run, good)),
        1 => (0_i64..120).prop_map(Step::Waits),
        1 => Just(Step::DoorLeaves),
    ]
}

proptest! {
    #[test]
    fn the_rules_hold_in_every_order(steps in proptest::collection::vec(step(), 1..60)) {
        let mut story = Story::with_door();
        let (mut inserted, mut started, mut ended) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut working_on_sample: BTreeSet<u64> = BTreeSet::new();
        for step in steps {
            match step {
                Step::AsksSample => { story.asks_for_a_report(DatabaseSource::Sample); }
                Step::AsksServer => { story.asks_for_a_report(DatabaseSource::Server); }
                Step::Cancels(run) => { story.cancels(run); }
                Step::SampleReady => { story.sample_is_ready(); }
                Step::SampleEnds => { story.sample_ends(None); }
                // Only a generator that was started can end.
                Step::GeneratorEnds(run, good) if started.contains(&run) && !ended.contains(&run) => {
                    let end = if good { published(run, story.now) } else { killed() };
                    working_on_sample.remove(&run);
                    story.generator_ends(run, end);
                }
                Step::GeneratorEnds(..) => continue,
                Step::Waits(seconds) => { story.after(seconds); }
                Step::DoorLeaves => { story.happens(|now| Event::DoorClosed { door: 1, now }); }
            }
            for effect in &story.effects {
                match effect {
                    Effect::InsertRun { run, .. } => prop_assert!(inserted.insert(run.number), "inserted twice"),
                    Effect::StartGenerator { run, sample, .. } => {
                        prop_assert!(inserted.contains(&run.number), "started before it was in the ledger");
                        prop_assert!(started.insert(run.number), "started twice");
                        if sample.is_some() {
                            working_on_sample.insert(run.number);
                        }
                        prop_assert!(working_on_sample.len() <= 1, "two on the sample database");
                    }
                    Effect::UpdateRun(run) if run.state.is_over() => {
                        prop_assert!(ended.insert(run.number), "ended twice");
                        prop_assert!(run.phase().is_none(), "a phase is left open");
                    }
                    Effect::StopEngine => prop_assert!(story.state.is_idle(), "stopped while busy"),
                    _ => {}
                }
            }
        }
    }
}
