//! The sizes of a catalog, each unpacked when first asked for: of the hundreds that there are, a scenario uses a few.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::VmSize;

const RIGHT: &str = "the packed facts are held to be right by a test";

/// Sizes in the order of the catalog.
#[derive(Clone, Default)]
pub(super) struct Sizes {
    all: Vec<Slot>,
    /// Positions of the built-in sizes in the order of their names in lower case.
    by_name: Vec<u16>,
    /// Positions of the other sizes by name in lower case.
    others: BTreeMap<String, usize>,
}

/// A size, packed or not.
#[derive(Clone)]
struct Slot {
    /// Empty of a size that was never packed.
    packed: &'static [u8],
    size: OnceLock<Box<VmSize>>,
}

impl Sizes {
    /// The sizes that travel inside the program, with their positions in the order of their names in lower case.
    pub(super) fn packed(all: Vec<&'static [u8]>, by_name: Vec<u16>) -> Self {
        let slot = |packed| Slot {
            packed,
            size: OnceLock::new(),
        };
        Self {
            all: all.into_iter().map(slot).collect(),
            by_name,
            others: BTreeMap::new(),
        }
    }

    /// All of them, in their order.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &VmSize> + Clone {
        self.all.iter().map(Slot::size)
    }

    /// The size of that name, in whatever case it is written.
    pub(super) fn named(&self, name: &str) -> Option<&VmSize> {
        Some(self.all[self.position(name)?].size())
    }

    /// Adds a size, or takes it in the place of the one of that name.
    pub(super) fn take(&mut self, size: VmSize) {
        let position = self.position(&size.name).unwrap_or(self.all.len());
        if position == self.all.len() {
            self.others.insert(size.name.to_lowercase(), position);
        }
        let slot = Slot {
            packed: &[],
            size: Box::new(size).into(),
        };
        match self.all.get_mut(position) {
            Some(known) => *known = slot,
            None => self.all.push(slot),
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let place = |at: &u16| in_lower_case(self.all[usize::from(*at)].name(), name);
        match self.by_name.binary_search_by(place) {
            Ok(found) => Some(self.by_name[found].into()),
            Err(_) => self.others.get(&name.to_lowercase()).copied(),
        }
    }
}

impl Slot {
    fn size(&self) -> &VmSize {
        let unpack = || postcard::from_bytes(self.packed).expect(RIGHT);
        self.size.get_or_init(|| Box::new(unpack()))
    }

    /// Its name, with which what is packed begins.
    fn name(&self) -> &str {
        match self.size.get() {
            Some(size) => &size.name,
            None => postcard::take_from_bytes(self.packed).expect(RIGHT).0,
        }
    }
}

/// How two names compare in lower case.
fn in_lower_case(one: &str, other: &str) -> Ordering {
    lower(one).cmp(lower(other))
}

fn lower(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn sizes_are_found_in_any_case_and_taken_in_their_place() {
        let builtin = Catalog::builtin();
        let mut sizes = builtin.sizes.clone();
        let count = sizes.iter().len();
        for size in builtin.sizes() {
            let found = sizes.named(&size.name.to_uppercase()).expect("a size");
            assert_eq!(found, size);
        }
        assert!(sizes.named("Standard_NC6s_v33").is_none());
        let like = |name: &str, vcpus| VmSize {
            name: name.to_owned(),
            vcpus,
            ..builtin.size("Standard_NC6s_v3").expect("a size").clone()
        };
        sizes.take(like("standard_nc6S_v3", 7));
        sizes.take(like("Größe_1", 8));
        sizes.take(like("GRÖßE_1", 9));
        let vcpus = |name| sizes.named(name).map(|size| size.vcpus);
        assert_eq!(vcpus("Standard_NC6s_v3"), Some(7));
        assert_eq!(vcpus("größe_1"), Some(9));
        assert_eq!(sizes.iter().len(), count + 1);
        let place = |name: &str, sizes: &Sizes| {
            sizes
                .iter()
                .position(|size| size.name.eq_ignore_ascii_case(name))
        };
        assert_eq!(
            place("Standard_NC6s_v3", &sizes),
            place("Standard_NC6s_v3", &builtin.sizes)
        );
    }
}
