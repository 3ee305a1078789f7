//! Which interpreter gives its memory back when the page keeps many.
//!
//! An interpreter is tens of megabytes, and a reader of a long page leaves many
//! behind. Only those count that rest: nothing of a program runs, waits or
//! lives on in them (`Session::rests_since_ms`). What is lost is told in every
//! editor that shared it.
//!
//! Not here: how the page's environments are found, and the clock.

/// Interpreters that may rest on a page.
pub const MOST: usize = 8;
/// The same where the device has little memory.
pub const MOST_ON_SMALL_DEVICES: usize = 4;
/// What counts as little, in gibibytes of the whole device.
const SMALL_GIB: f64 = 4.0;

/// How many may rest on a device with so much memory, in gibibytes; `None` where the browser does not say.
pub fn most(device_gib: Option<f64>) -> usize {
    match device_gib {
        Some(gib) if gib <= SMALL_GIB => MOST_ON_SMALL_DEVICES,
        _ => MOST,
    }
}

/// The one, by its place in `rests_since_ms`, that has rested longest, when more
/// than `most` rest. One that does not rest is `None`.
pub fn longest(rests_since_ms: &[Option<f64>], most: usize) -> Option<usize> {
    let resting = || {
        rests_since_ms
            .iter()
            .enumerate()
            .filter_map(|(at, since)| Some((at, (*since)?)))
    };
    if resting().count() <= most {
        return None;
    }
    resting()
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn small_devices_keep_fewer() {
        assert_eq!(most(None), 8);
        assert_eq!(most(Some(8.0)), 8);
        assert_eq!(most(Some(4.0)), 4);
        assert_eq!(most(Some(0.5)), 4);
    }

    #[test]
    fn the_one_that_has_rested_longest_goes_first() {
        assert_eq!(
            longest(&[Some(3.0), None, Some(1.0), Some(2.0)], 2),
            Some(2)
        );
    }

    #[test]
    fn those_that_are_busy_do_not_count() {
        assert_eq!(longest(&[None, None, None, Some(1.0)], 1), None);
    }

    proptest! {
        /// Asked until it is content, it leaves exactly the latest `most`, and touches none that is busy.
        #[test]
        fn the_latest_stay(mut since in prop::collection::vec(prop::option::of(0.0..100.0f64), 0..20), most in 0..6usize) {
            let mut resting: Vec<f64> = since.iter().copied().flatten().collect();
            let busy = since.iter().filter(|since| since.is_none()).count();
            let mut freed = 0;
            while let Some(at) = longest(&since, most) {
                prop_assert!(since[at].take().is_some());
                freed += 1;
            }
            resting.sort_by(f64::total_cmp);
            let mut left: Vec<f64> = since.iter().copied().flatten().collect();
            left.sort_by(f64::total_cmp);
            let from = resting.len().saturating_sub(most);
            prop_assert_eq!(left, resting[from..].to_vec());
            prop_assert_eq!(since.iter().filter(|since| since.is_none()).count(), busy + freed);
        }
    }
}
