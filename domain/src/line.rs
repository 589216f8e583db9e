//! Short ASCII text, put together on the stack.

/// At most `N` bytes of ASCII. What does not fit is a mistake of the caller.
#[derive(Debug)]
pub(crate) struct Line<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Line<N> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; N], length: 0 }
    }

    pub(crate) fn put(&mut self, ascii: &[u8]) {
        self.bytes[self.length..][..ascii.len()].copy_from_slice(ascii);
        self.length += ascii.len();
    }

    /// A number of at least so many digits, zeros in front.
    pub(crate) fn number(&mut self, number: u64, digits: usize) {
        let needed = number.checked_ilog10().map_or(1, |log| log as usize + 1);
        let end = self.length + needed.max(digits);
        let mut left = number;
        for digit in self.bytes[self.length..end].iter_mut().rev() {
            *digit = b'0' + u8::try_from(left % 10).expect("a digit is below ten");
            left /= 10;
        }
        self.length = end;
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).expect("only ASCII is put in")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_digits_as_they_need_and_no_fewer_than_asked_for() {
        let mut line = Line::<64>::new();
        for (number, digits) in [(0, 1), (7, 3), (1_000, 1), (999, 2), (u64::MAX, 1)] {
            line.number(number, digits);
            line.put(b",");
        }
        assert_eq!(line.text(), "0,007,1000,999,18446744073709551615,");
    }
}
