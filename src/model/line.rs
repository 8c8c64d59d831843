//! A line that is joined at its end and left at either end, in one piece of memory.

use std::ops::{Deref, DerefMut};

/// Places at the front that may stand free, whatever the length of the line.
const SPARE_PLACES: usize = 32;

/// Items in a row: a slice that grows at its end and shrinks at both.
#[derive(Debug)]
pub(super) struct Line<T> {
    items: Vec<T>,
    /// Places at the front that are free: never all of them.
    left: usize,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            left: 0,
        }
    }
}

impl<T: Copy> Line<T> {
    /// Joins at the end.
    #[inline(always)]
    pub(super) fn push(&mut self, item: T) {
        self.items.push(item);
    }

    /// Joins at a place; the items of the shorter side move, where there is room for them.
    pub(super) fn insert(&mut self, place: usize, item: T) {
        if place > self.len() / 2 {
            self.items.insert(self.left + place, item);
            return;
        }
        if self.left == 0 {
            let spare = [item; SPARE_PLACES];
            self.items.splice(..0, spare);
            self.left = SPARE_PLACES;
        }
        self.left -= 1;
        self[0] = item;
        self[..=place].rotate_left(1);
    }

    /// Takes the last out.
    #[inline(always)]
    pub(super) fn pop_last(&mut self) -> Option<T> {
        let last = self.items.pop();
        if self.items.len() == self.left {
            self.clear();
        }
        last
    }

    /// Takes the first out.
    #[inline(always)]
    pub(super) fn pop_first(&mut self) -> Option<T> {
        let first = *self.items.get(self.left)?;
        self.left += 1;
        let spare = if self.is_empty() { 0 } else { SPARE_PLACES };
        if self.left > spare && self.left >= self.len() {
            self.give_back();
        }
        Some(first)
    }

    /// Gives free places back: no fewer than items have to move.
    #[inline(never)]
    fn give_back(&mut self) {
        self.items.drain(..self.left);
        self.left = 0;
    }

    /// Takes one out that there is; the items of the shorter side move.
    #[inline]
    pub(super) fn remove(&mut self, place: usize) -> T {
        let taken = self[place];
        if place <= self.len() / 2 {
            if place > 0 {
                self[..=place].rotate_right(1);
            }
            self.pop_first();
        } else {
            self[place..].rotate_left(1);
            self.pop_last();
        }
        taken
    }

    /// Takes all out.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.left = 0;
    }
}

impl<T> Deref for Line<T> {
    type Target = [T];
    #[inline(always)]
    fn deref(&self) -> &[T] {
        &self.items[self.left..]
    }
}

impl<T> DerefMut for Line<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items[self.left..]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use rand::Rng as _;

    use super::*;
    use crate::engine::streams::{Purpose, Streams};

    #[test]
    fn a_line_does_what_a_deque_does() {
        let mut stream = Streams::new(1, 0).open(Purpose("test"), "line");
        let mut draw = |below: usize| usize::try_from(stream.next_u64() % below as u64).unwrap();
        let (mut line, mut deque) = (Line::default(), VecDeque::new());
        let mut longest = 0;
        // It grows to hundreds, is emptied from the front, and grows again.
        for round in 0..40_000_u64 {
            let growing = round / 1_000 % 2 == 0;
            match draw(if growing { 7 } else { 3 }) {
                0 => assert_eq!(line.pop_first(), deque.pop_front()),
                1 => assert_eq!(line.pop_last(), deque.pop_back()),
                2 if !deque.is_empty() => {
                    let place = draw(deque.len());
                    assert_eq!(Some(line.remove(place)), deque.remove(place));
                }
                3 if growing => {
                    let place = draw(deque.len() + 1);
                    line.insert(place, round);
                    deque.insert(place, round);
                }
                _ if growing => {
                    line.push(round);
                    deque.push_back(round);
                }
                _ => {}
            }
            assert!(line.iter().eq(&deque));
            longest = longest.max(line.len());
            assert!(line.left <= longest + SPARE_PLACES);
        }
        assert!(longest > 100, "{longest}");
        line.clear();
        assert_eq!(
            (line.pop_first(), line.pop_last(), line.len()),
            (None, None, 0)
        );
    }
}
