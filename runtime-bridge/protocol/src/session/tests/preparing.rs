//! Who is there is the same whether it was told before or after what runs
//! programs came: `Session::prepare` against `Session::handle`.

use super::*;

/// Who comes and goes.
fn preparation() -> impl Strategy<Value = Event> {
    let claim =
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(has, overrides, none)| Claim {
            config: has.then(|| if overrides { "b" } else { "a" }.into()),
            config_rule: if overrides {
                ConfigRule::Override
            } else {
                ConfigRule::First
            },
            page: if none { Access::None } else { Access::Full },
        });
    prop_oneof![
        (1..5u32, claim.clone()).prop_map(|(member, claim)| joined_with(member, claim)),
        (1..5u32).prop_map(|member| Event::Left(MemberId(member))),
        (1..3u32, any::<bool>(), claim).prop_map(|(setup, here, claim)| Event::SetupAdded {
            setup: SetupId(setup),
            code: here.then(|| "x = 1".into()),
            claim,
        }),
        (1..3u32).prop_map(|setup| Event::SetupArrived {
            setup: SetupId(setup),
            code: "x = 2".into(),
        }),
        (1..3u32).prop_map(|setup| Event::SetupRemoved(SetupId(setup))),
    ]
}

proptest! {
    #[test]
    fn it_is_as_if_it_had_been_handled(events in prop::collection::vec(preparation(), 0..12)) {
        let source = stage().session.source.clone();
        let mut early = Session::new(source.clone());
        let mut late = Session::new(source);
        for event in events {
            prop_assert!(event.is_preparation());
            early.prepare(event.clone());
            late.handle(event, 0.0);
        }
        prop_assert_eq!(format!("{early:?}"), format!("{late:?}"));
    }
}

#[test]
fn a_run_is_no_preparation() {
    let mut session = stage().session;
    let before = format!("{session:?}");
    let stop = Event::StopRequested(MemberId(1));
    assert!(!stop.is_preparation());
    session.prepare(stop);
    assert_eq!(format!("{session:?}"), before);
}
